"""One table a family: every registered name, with no field left where it is hidden by a default."""

import torch
from torch.nn import functional as F

from sklearn_deep.activations import ELU, LeakyReLU, identity
from sklearn_deep.augmentation import GaussianCopies, Mixup, RotateScale, Shift
from sklearn_deep.initializers import Orthogonal, RandomNormal, VarianceScaling, Zeros
from sklearn_deep.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    CrossEntropy,
    Focal,
    Huber,
    Poisson,
    Quantile,
    SquaredError,
)
from sklearn_deep.noise import Dropout, GaussianNoise, Masking, SaltAndPepper
from sklearn_deep.optimizers import LBFGS, SGD, Adam, AdamW, NAdam, RMSprop
from sklearn_deep.penalties import (
    L1,
    L1L2,
    L2,
    CodeKL,
    CodeL1,
    Contractive,
    MaxNorm,
    Orthogonality,
)
from sklearn_deep.plugins import Plugin, available
from sklearn_deep.schedules import (
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    Plateau,
    StepDecay,
    WarmUp,
)
from sklearn_deep.stopping import EarlyStopping

TABLES = {
    "activations": {
        "elu": ELU(0.7),
        "gelu": F.gelu,
        "identity": identity,
        "leaky_relu": LeakyReLU(0.3),
        "logistic": torch.sigmoid,
        "relu": torch.relu,
        "selu": F.selu,
        "sigmoid": torch.sigmoid,
        "silu": F.silu,
        "softplus": F.softplus,
        "tanh": torch.tanh,
    },
    "augmentation": {
        "gaussian": GaussianCopies(0.3, copies=2),
        "mixup": Mixup(0.5, copies=2),
        "rotate_scale": RotateScale(5.0, 0.2, image_shape=(4, 4), copies=2),
        "shift": Shift(2, image_shape=(3, 2, 2), copies=2),
    },
    "initializers": {
        "glorot_normal": VarianceScaling(1.1, "fan_avg", "normal"),
        "glorot_truncated": VarianceScaling(1.2, "fan_avg", "truncated"),
        "glorot_uniform": VarianceScaling(1.3, "fan_avg", "uniform"),
        "he_normal": VarianceScaling(2.1, "fan_in", "normal"),
        "he_truncated": VarianceScaling(2.2, "fan_in", "truncated"),
        "he_uniform": VarianceScaling(2.3, "fan_in", "uniform"),
        "lecun_normal": VarianceScaling(0.9, "fan_in", "normal"),
        "lecun_truncated": VarianceScaling(0.8, "fan_in", "truncated"),
        "lecun_uniform": VarianceScaling(0.7, "fan_out", "uniform"),
        "normal": RandomNormal(0.3),
        "orthogonal": Orthogonal(1.5),
        "zeros": Zeros(),
    },
    "losses": {
        "absolute_error": AbsoluteError(),
        "binary_cross_entropy": BinaryCrossEntropy(),
        "cross_entropy": CrossEntropy(binary=True),
        "focal": Focal(1.3),
        "huber": Huber(0.7),
        "poisson": Poisson(),
        "quantile": Quantile(0.3),
        "squared_error": SquaredError(half=False),
    },
    "noise": {
        "dropout": Dropout(0.3),
        "gaussian": GaussianNoise(0.4),
        "masking": Masking(0.2),
        "salt_and_pepper": SaltAndPepper(0.4, -1.5, 0.7),
    },
    "optimizers": {
        "adam": Adam(0.7, 0.95, 1e-3, clip_norm=2.0),
        "adamw": AdamW(0.6, 0.97, 1e-4, clip_norm=1.0),
        "lbfgs": LBFGS(7, clip_norm=3.0),
        "nadam": NAdam(0.8, 0.99, 1e-5, 1e-2, clip_norm=0.5),
        "rmsprop": RMSprop(0.9, 0.4, 1e-6, clip_norm=4.0),
        "sgd": SGD(0.5, nesterov=True, clip_norm=0.1),
    },
    "schedules": {
        "constant": Constant(),
        "cosine": Cosine(0.1),
        "exponential": Exponential(0.8),
        "one_cycle": OneCycle(0.4, 10.0, 100.0),
        "plateau": Plateau("val_accuracy", 0.5, 3, 0.01, 2, 0.05),
        "step": StepDecay(3, 0.5),
        "warm_up": WarmUp(3, 0.2, Cosine(0.3)),
    },
    "penalties": {
        "code_kl": CodeKL(0.2, 0.6),
        "code_l1": CodeL1(0.3),
        "contractive": Contractive(0.2),
        "l1": L1(0.3),
        "l1l2": L1L2(0.3, 0.7),
        "l2": L2(0.7),
        "max_norm": MaxNorm(1.5),
        "orthogonality": Orthogonality(0.4),
    },
    "stopping": {"convergence": EarlyStopping("val_accuracy", 0.01, 3, True, 2)},
}

# Read when tests are collected: examples that run later register names of their own.
REGISTERED = {family: available(family) for family in TABLES}

PLUGINS = {
    f"{family}-{name}": plugin
    for family, table in TABLES.items()
    for name, plugin in table.items()
    if isinstance(plugin, Plugin)
}
