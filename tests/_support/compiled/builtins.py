"""Small fits, one for each built-in plug-in and kind of network."""

import numpy as np

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.optimizers import Adam
from tests._support.plugins.tables import TABLES

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 12))
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5)
SOME_LABELS = np.where(np.arange(40) % 3 == 2, -1, LABELS)
NUMBERS = X[:, 0] ** 2 + X[:, 1]
SOME_NUMBERS = np.where(np.arange(40) % 3 == 2, np.nan, NUMBERS)
COUNTS = RNG.poisson(2.0, 40).astype(float)
WEIGHTS = np.where(np.arange(40) % 4 == 1, 0.0, 1 + X[:, 2] ** 2)
COMMON = {
    "batch_size": 16,
    "learning_rate": 0.05,
    # If a gradient is only rounding error, a smaller epsilon would make it a full-sized step.
    "optimizer": Adam(epsilon=1e-2),
    "random_state": 0,
}
ENCODER = {"n_components": 3, "encoder_layer_sizes": (7,)}


def regressor(y=NUMBERS, weight=None, **params):
    """Return a fit of two hidden layers."""
    return MLPRegressor((7, 5), **COMMON | params), X, y, weight


def classifier(y=LABELS, weight=None, **params):
    """Return a fit of two hidden layers."""
    return MLPClassifier((7, 5), **COMMON | params), X, y, weight


def autoencoder(X=X, **params):
    """Return a fit of an autoencoder."""
    return AutoencoderTransformer(**ENCODER, **COMMON | params), X, None, None


def joint_classifier(**params):
    """Return a fit in which a third of the samples has no label."""
    return JointAEClassifier(**ENCODER, unlabeled_value=-1, **COMMON | params), X, SOME_LABELS, None


def joint_regressor(y=SOME_NUMBERS, **params):
    """Return a fit in which a third of the samples has no target."""
    return JointAERegressor(**ENCODER, **COMMON | params), X, y, None


def _losses():
    table = TABLES["losses"]
    yield "binary_cross_entropy", autoencoder(1 / (1 + np.exp(-X)), loss="binary_cross_entropy")
    yield "poisson", regressor(COUNTS, loss="poisson")
    yield "poisson, joint", joint_regressor(COUNTS, loss="poisson")
    for name in ("cross_entropy", "focal"):
        loss = table["focal"] if name == "focal" else name
        yield name, classifier(loss=loss)
        yield f"{name}, two classes", classifier(LABELS > 0, loss=loss)
        yield f"{name}, joint", joint_classifier(loss=loss)
    for name in ("absolute_error", "huber", "quantile", "squared_error"):
        yield name, regressor(loss=table[name])
        yield f"{name}, reconstruction", autoencoder(loss=table[name])
        yield f"{name}, joint", joint_regressor(loss=table[name])


def _penalties():
    of_codes = {
        "code_kl": {"code_activation": "sigmoid"},
        "code_l1": {},
        "contractive": {"activation": "tanh"},
    }
    for name, penalty in TABLES["penalties"].items():
        build = autoencoder if name in of_codes else regressor
        more = of_codes.get(name, {})
        yield name, build(penalty=penalty, **more)
        yield f"{name}, joint", joint_classifier(penalty=penalty, weight_decay=0.1, **more)


def _augmentations():
    for name, given in TABLES["augmentation"].items():
        own = given.get_params()
        own |= {"image_shape": (3, 4)} if "image_shape" in own else {}
        augmentation = type(given)(**own)
        yield name, classifier(augmentation=augmentation)
        yield f"{name}, joint", joint_regressor(augmentation=augmentation)


def _optimizers():
    for name, optimizer in TABLES["optimizers"].items():
        if name != "lbfgs":
            yield name, regressor(optimizer=optimizer, weight_decay=0.03)
            yield f"{name}, defaults", classifier(optimizer=name)


FITS = {
    **{f"activation {n}": classifier(activation=a) for n, a in TABLES["activations"].items()},
    **{f"loss {name}": fit for name, fit in _losses()},
    **{f"penalty {name}": fit for name, fit in _penalties()},
    **{
        f"{kind} {name}": regressor(**{kind: noise})
        for name, noise in TABLES["noise"].items()
        for kind in ("input_noise", "hidden_noise", "weight_noise")
    },
    **{f"augmentation {name}": fit for name, fit in _augmentations()},
    **{f"optimizer {name}": fit for name, fit in _optimizers()},
    "batch normalization": regressor(normalization="batch", dropout=0.3),
    "batch normalization, joint": joint_regressor(normalization="batch"),
    "layer normalization": classifier(normalization="layer", dropout=(0.1, 0.2, 0.3)),
    "tied": autoencoder(tied_weights=True, weight_decay=0.1),
    "tied, joint": joint_classifier(tied_weights=True, penalty="l1"),
    "a head of one layer": joint_regressor(head_layer_sizes=(4,)),
    "several labels": classifier(np.c_[LABELS > 0, LABELS > 1].astype(int)),
    "several numbers": regressor(np.c_[NUMBERS, COUNTS]),
    "label smoothing, class weights": classifier(label_smoothing=0.1, class_weight="balanced"),
    "sample weights": classifier(weight=WEIGHTS),
    "weight decay of each layer": classifier(weight_decay=(0.1, 0.0, 0.2)),
    "no hidden layer": (MLPRegressor((), **COMMON), X, NUMBERS, None),
}
