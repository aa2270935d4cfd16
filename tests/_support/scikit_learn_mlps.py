"""MLPs of scikit-learn for tests of the conversion from and to them."""

import warnings

import numpy as np
import pytest
from sklearn import neural_network

from sklearn_deep import MLPClassifier, MLPRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
CLASSES = {
    "binary": np.array(["yes", "no"])[np.arange(60) % 2],
    "bool": np.arange(60) % 2 == 0,
    "multiclass": np.array([3, 7, 5])[np.arange(60) % 3],
    "multilabel": (RNG.random((60, 3)) > 0.5).astype(int),
}
NUMBERS = {"one": RNG.normal(size=60), "several": RNG.normal(size=(60, 2))}
KINDS = {
    MLPClassifier: neural_network.MLPClassifier,
    MLPRegressor: neural_network.MLPRegressor,
}
EACH_KIND = pytest.mark.parametrize("kind", KINDS)
HAS_POISSON = "loss" in neural_network.MLPRegressor().get_params()


def theirs(kind, y=None, rows=X, **params):
    """Return scikit-learn's MLP, fitted if there is a y, without warnings about few epochs."""
    given = {"hidden_layer_sizes": (5,), "random_state": 0, "alpha": 0.0, "max_iter": 4}
    mlp = KINDS[kind](**given | params)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return mlp if y is None else mlp.fit(rows, y)


def taken(mlp, **kwargs):
    """Return the conversion of a fitted MLP, without warnings."""
    kind = MLPClassifier if isinstance(mlp, neural_network.MLPClassifier) else MLPRegressor
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind.from_sklearn(mlp, **kwargs)


def weights(mlp):
    if isinstance(mlp, tuple(KINDS.values())):
        pairs = zip(mlp.coefs_, mlp.intercepts_, strict=True)
        return [array for coef, intercept in pairs for array in (coef.T, intercept)]
    return [p.detach().numpy() for p in mlp.module_.parameters()]


def assert_same_weights(a, b, atol):
    for own, other in zip(weights(a), weights(b), strict=True):
        np.testing.assert_allclose(own, other, rtol=0, atol=atol)
