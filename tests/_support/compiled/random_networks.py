"""Random but valid fits of small networks, for comparisons of compiled code with torch."""

import numpy as np

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.activations import ELU, LeakyReLU
from sklearn_deep.augmentation import GaussianCopies, Mixup
from sklearn_deep.losses import Focal, Huber, Quantile
from sklearn_deep.noise import Dropout, GaussianNoise, Masking, SaltAndPepper
from sklearn_deep.optimizers import SGD, Adam, AdamW, NAdam, RMSprop
from sklearn_deep.penalties import L1, L1L2, L2, MaxNorm, Orthogonality

# Steps are divided by the root of a mean square. If a gradient is only rounding error, a small epsilon
# would make it a full-sized step.
EPSILON = 1e-2


def random_fit(seed):
    """Return an estimator and the arguments of its ``fit``."""
    rng = np.random.default_rng(seed)
    normalization = _one_of(rng, None, None, "batch", "layer")
    settings = {
        "activation": _activation(rng),
        "init": _one_of(rng, "auto", "glorot_normal", "he_uniform", "orthogonal"),
        "normalization": normalization,
        "dropout": _one_of(rng, 0.0, 0.3),
        "input_noise": _noise(rng),
        "hidden_noise": _noise(rng),
        "weight_noise": _one_of(rng, 0.0, 0.0, 0.05),
        "weight_decay": _one_of(rng, 0.0, 0.02),
        "penalty": _penalty(rng),
        "augmentation": _one_of(rng, None, None, GaussianCopies(std=0.2), Mixup(alpha=0.5)),
        "optimizer": _optimizer(rng),
        "learning_rate": float(10 ** rng.uniform(-3, -1.5)),
        "batch_size": int(rng.integers(2 if normalization == "batch" else 1, 65)),
        "dtype": _one_of(rng, "float32", "float64"),
        "random_state": int(rng.integers(1000)),
    }
    n, n_features = int(rng.integers(10, 90)), int(rng.integers(1, 20))
    X = rng.normal(size=(n, n_features))
    build = _one_of(rng, _classifier, _regressor, _autoencoder, _joint_classifier, _joint_regressor)
    estimator, y = build(rng, X, settings)
    weight = None
    if rng.integers(2):
        weight = rng.uniform(0.1, 2, size=n) * (rng.random(n) < 0.8)
        weight[0] = 1.0
    return estimator, X, y, weight


def _one_of(rng, *values):
    return values[rng.integers(len(values))]


def _widths(rng):
    return tuple(int(width) for width in rng.integers(1, 41, size=rng.integers(0, 5)))


def _activation(rng):
    names = ["relu", "tanh", "logistic", "gelu", "silu", "selu", "softplus", "identity"]
    return _one_of(rng, *names, ELU(alpha=0.6), LeakyReLU(negative_slope=0.2))


def _noise(rng):
    kinds = (Dropout(rate=0.2), GaussianNoise(std=0.3), Masking(rate=0.3), SaltAndPepper(rate=0.2))
    return _one_of(rng, 0.0, 0.0, 0.0, *kinds)


def _penalty(rng):
    kinds = (L1(l1=0.01), L2(l2=0.02), L1L2(l1=0.01, l2=0.01), MaxNorm(max_norm=0.7))
    return _one_of(rng, None, None, *kinds, Orthogonality(strength=0.02))


def _optimizer(rng):
    clip_norm = _one_of(rng, np.inf, np.inf, 0.3)
    momentum = _one_of(rng, 0.0, 0.8)
    sgd = SGD(momentum=momentum, nesterov=momentum > 0, clip_norm=clip_norm)
    kinds = (Adam, AdamW, NAdam, RMSprop)
    return _one_of(rng, sgd, *(kind(epsilon=EPSILON, clip_norm=clip_norm) for kind in kinds))


def _labels(rng, n):
    return np.arange(n) % _one_of(rng, 2, 3, 5)


def _classifier(rng, X, settings):
    more = {
        "label_smoothing": _one_of(rng, 0.0, 0.1),
        "class_weight": _one_of(rng, None, "balanced"),
        "loss": _one_of(rng, "cross_entropy", Focal(gamma=1.5)),
    }
    if rng.integers(4) == 0:  # several labels for a sample
        return MLPClassifier(_widths(rng), **settings), rng.integers(0, 2, size=(len(X), 3))
    return MLPClassifier(_widths(rng), **settings, **more), _labels(rng, len(X))


def _regressor(rng, X, settings):
    loss = _one_of(rng, "squared_error", "absolute_error", Huber(delta=0.7), Quantile(quantile=0.3))
    y = rng.normal(size=_one_of(rng, len(X), (len(X), 3)))
    if rng.integers(5) == 0:
        return MLPRegressor(_widths(rng), loss="poisson", **settings), rng.poisson(
            2.0, len(X)
        ) + 0.0
    return MLPRegressor(_widths(rng), loss=loss, **settings), y


def _encoder(rng):
    widths = _widths(rng)[:2]
    return {
        "n_components": int(rng.integers(1, 8)),
        "encoder_layer_sizes": widths,
        "code_activation": _one_of(rng, "identity", "tanh", "logistic"),
        "tied_weights": bool(rng.integers(2)),
    }


def _autoencoder(rng, X, settings):
    more = _encoder(rng)
    if settings["penalty"] is None:
        # If few samples or units are used to normalize, Jacobians are large differences of rounding errors.
        of_jacobian = None if settings["normalization"] else "contractive"
        settings["penalty"] = _one_of(rng, None, "code_l1", of_jacobian)
    return AutoencoderTransformer(**settings, **more), None


def _joint_classifier(rng, X, settings):
    y = _labels(rng, len(X))
    y[4::3] = -1
    more = {"head_layer_sizes": _widths(rng)[:1], "unlabeled_value": -1, "beta": 0.4}
    return JointAEClassifier(**settings, **_encoder(rng), **more), y


def _joint_regressor(rng, X, settings):
    y = rng.normal(size=len(X))
    y[4::3] = np.nan
    more = {"head_layer_sizes": _widths(rng)[:1], "loss": _one_of(rng, "squared_error", "huber")}
    return JointAERegressor(**settings, **_encoder(rng), **more), y
