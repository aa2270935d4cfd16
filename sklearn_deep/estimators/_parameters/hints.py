"""Types of parameters, for editors and type checkers; the names are those of ``plugins.available``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from torch import nn

from sklearn_deep.activations import Activation
from sklearn_deep.augmentation import Augmentation
from sklearn_deep.initializers import Initializer
from sklearn_deep.losses import Loss
from sklearn_deep.noise import Noise
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.penalties import CodePenalty, Penalty
from sklearn_deep.schedules import Schedule
from sklearn_deep.stopping import EarlyStopping

ActivationName = Literal[
    "identity",
    "logistic",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
]
ActivationHint: TypeAlias = ActivationName | Activation | nn.Module | type | Callable[..., Any]

InitializerName = Literal[
    "auto",
    "he_normal",
    "he_uniform",
    "he_truncated",
    "lecun_normal",
    "lecun_uniform",
    "lecun_truncated",
    "glorot_normal",
    "glorot_uniform",
    "glorot_truncated",
    "orthogonal",
    "normal",
    "zeros",
]
InitializerHint: TypeAlias = (
    InitializerName | Initializer | Callable[..., Any] | Sequence[Any]  # one for each weight matrix
)

NormalizationHint: TypeAlias = Literal["batch", "layer"] | None

NoiseName = Literal["gaussian", "dropout", "masking", "salt_and_pepper"]
NoiseHint: TypeAlias = float | NoiseName | Noise | Callable[..., Any] | Sequence[Any]

PenaltyName = Literal[
    "l1", "l2", "l1l2", "max_norm", "orthogonality", "code_l1", "code_kl", "contractive"
]
PenaltyHint: TypeAlias = (
    PenaltyName | Penalty | CodePenalty | Callable[..., Any] | Sequence[Any] | None
)

AugmentationName = Literal["gaussian", "mixup", "shift", "rotate_scale"]
AugmentationHint: TypeAlias = AugmentationName | Augmentation | Callable[..., Any] | None

ClassifierLossName = Literal["cross_entropy", "focal"]
ClassifierLossHint: TypeAlias = ClassifierLossName | Loss | Callable[..., Any]
RegressorLossName = Literal["squared_error", "absolute_error", "huber", "quantile", "poisson"]
RegressorLossHint: TypeAlias = RegressorLossName | Loss | Callable[..., Any]
ReconstructionLossName = Literal[
    "squared_error", "absolute_error", "huber", "quantile", "poisson", "binary_cross_entropy"
]
ReconstructionLossHint: TypeAlias = ReconstructionLossName | Loss | Callable[..., Any]

OptimizerName = Literal["adam", "adamw", "sgd", "rmsprop", "nadam", "lbfgs"]
OptimizerHint: TypeAlias = OptimizerName | Optimizer | type

ScheduleName = Literal[
    "auto", "constant", "step", "exponential", "cosine", "one_cycle", "warm_up", "plateau"
]
ScheduleHint: TypeAlias = ScheduleName | Schedule | Callable[..., Any] | None

EarlyStoppingName = Literal[
    "auto", "convergence", "val_loss", "val_accuracy", "val_r2", "val_roc_auc", "loss"
]
EarlyStoppingHint: TypeAlias = EarlyStoppingName | str | EarlyStopping | bool | None

ClassWeightHint: TypeAlias = Literal["balanced"] | dict[Any, float] | None
BatchSizeHint: TypeAlias = int | Literal["auto"]
DtypeHint: TypeAlias = Literal["float32", "float64"]
DeviceHint: TypeAlias = Literal["cpu", "cuda"] | str
RandomStateHint: TypeAlias = int | np.random.RandomState | None
