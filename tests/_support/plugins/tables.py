"""One table per family: every registered name, with no field at its default."""

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
        "elu": ELU(alpha=0.7),
        "gelu": F.gelu,
        "identity": identity,
        "leaky_relu": LeakyReLU(negative_slope=0.3),
        "logistic": torch.sigmoid,
        "relu": torch.relu,
        "selu": F.selu,
        "sigmoid": torch.sigmoid,
        "silu": F.silu,
        "softplus": F.softplus,
        "tanh": torch.tanh,
    },
    "augmentation": {
        "gaussian": GaussianCopies(std=0.3, copies=2),
        "mixup": Mixup(alpha=0.5, copies=2),
        "rotate_scale": RotateScale(max_angle=5.0, max_scale=0.2, image_shape=(4, 4), copies=2),
        "shift": Shift(max_shift=2, image_shape=(3, 2, 2), copies=2),
    },
    "initializers": {
        "glorot_normal": VarianceScaling(scale=1.1, mode="fan_avg", distribution="normal"),
        "glorot_truncated": VarianceScaling(scale=1.2, mode="fan_avg", distribution="truncated"),
        "glorot_uniform": VarianceScaling(scale=1.3, mode="fan_avg", distribution="uniform"),
        "he_normal": VarianceScaling(scale=2.1, mode="fan_in", distribution="normal"),
        "he_truncated": VarianceScaling(scale=2.2, mode="fan_in", distribution="truncated"),
        "he_uniform": VarianceScaling(scale=2.3, mode="fan_in", distribution="uniform"),
        "lecun_normal": VarianceScaling(scale=0.9, mode="fan_in", distribution="normal"),
        "lecun_truncated": VarianceScaling(scale=0.8, mode="fan_in", distribution="truncated"),
        "lecun_uniform": VarianceScaling(scale=0.7, mode="fan_out", distribution="uniform"),
        "normal": RandomNormal(std=0.3),
        "orthogonal": Orthogonal(gain=1.5),
        "zeros": Zeros(),
    },
    "losses": {
        "absolute_error": AbsoluteError(),
        "binary_cross_entropy": BinaryCrossEntropy(),
        "cross_entropy": CrossEntropy(binary=True),
        "focal": Focal(gamma=1.3),
        "huber": Huber(delta=0.7),
        "poisson": Poisson(),
        "quantile": Quantile(quantile=0.3),
        "squared_error": SquaredError(half=False),
    },
    "noise": {
        "dropout": Dropout(rate=0.3),
        "gaussian": GaussianNoise(std=0.4),
        "masking": Masking(rate=0.2),
        "salt_and_pepper": SaltAndPepper(rate=0.4, low=-1.5, high=0.7),
    },
    "optimizers": {
        "adam": Adam(beta_1=0.7, beta_2=0.95, epsilon=1e-3, clip_norm=2.0),
        "adamw": AdamW(beta_1=0.6, beta_2=0.97, epsilon=1e-4, clip_norm=1.0),
        "lbfgs": LBFGS(history_size=7, clip_norm=3.0),
        "nadam": NAdam(beta_1=0.8, beta_2=0.99, epsilon=1e-5, momentum_decay=1e-2, clip_norm=0.5),
        "rmsprop": RMSprop(rho=0.9, momentum=0.4, epsilon=1e-6, clip_norm=4.0),
        "sgd": SGD(momentum=0.5, nesterov=True, clip_norm=0.1),
    },
    "schedules": {
        "constant": Constant(),
        "cosine": Cosine(final_factor=0.1),
        "exponential": Exponential(gamma=0.8),
        "one_cycle": OneCycle(pct_start=0.4, div_factor=10.0, final_div_factor=100.0),
        "plateau": Plateau(
            monitor="val_accuracy",
            factor=0.5,
            patience=3,
            min_delta=0.01,
            cooldown=2,
            min_factor=0.05,
        ),
        "step": StepDecay(step_size=3, gamma=0.5),
        "warm_up": WarmUp(epochs=3, start=0.2, then=Cosine(final_factor=0.3)),
    },
    "penalties": {
        "code_kl": CodeKL(rho=0.2, strength=0.6),
        "code_l1": CodeL1(l1=0.3),
        "contractive": Contractive(strength=0.2),
        "l1": L1(l1=0.3),
        "l1l2": L1L2(l1=0.3, l2=0.7),
        "l2": L2(l2=0.7),
        "max_norm": MaxNorm(max_norm=1.5),
        "orthogonality": Orthogonality(strength=0.4),
    },
    "stopping": {
        "convergence": EarlyStopping(
            "val_accuracy",
            min_delta=0.01,
            patience=3,
            restore_best_weights=True,
            start_from_epoch=2,
        )
    },
}

# Read when tests are collected, because doctests and examples that run later register more names.
REGISTERED = {family: available(family) for family in TABLES}

PLUGINS = {
    f"{family}-{name}": plugin
    for family, table in TABLES.items()
    for name, plugin in table.items()
    if isinstance(plugin, Plugin)
}
