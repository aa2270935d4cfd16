"""Training of converted MLPs; scikit-learn's division of alpha by the batch size is the reference."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone

from sklearn_deep import MLPClassifier, MLPRegressor
from tests._support.scikit_learn_mlps import (
    CLASSES,
    EACH_KIND,
    NUMBERS,
    X,
    assert_same_weights,
    taken,
    theirs,
    weights,
)

STEPS = {
    "plain": {"momentum": 0.0},
    "momentum": {"momentum": 0.9, "nesterovs_momentum": False},
    "nesterov": {"momentum": 0.9},
}
FULL_BATCH = {"solver": "sgd", "alpha": 2.0, "learning_rate_init": 0.1, "warm_start": True}


@pytest.mark.parametrize("target", CLASSES)
@pytest.mark.parametrize("rule", STEPS)
def test_steps_of_sgd_are_those_of_scikit_learn(target, rule):
    y = CLASSES[target]
    mlp = theirs(MLPClassifier, y, **FULL_BATCH, **STEPS[rule])
    own = MLPClassifier.from_sklearn(mlp)
    start = weights(own)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp.fit(X, y)
    own.fit(X, y)
    assert_same_weights(own, mlp, atol=1e-6)
    assert max(abs(new - old).max() for new, old in zip(weights(own), start, strict=True)) > 1e-3
    np.testing.assert_allclose(own.history_["loss"], mlp.loss_curve_, atol=1e-6)


def test_steps_of_a_regressor_are_those_of_scikit_learn():
    mlp = theirs(MLPRegressor, NUMBERS["one"], **FULL_BATCH)
    own = MLPRegressor.from_sklearn(mlp)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp.fit(X, NUMBERS["one"])
    assert_same_weights(own.fit(X, NUMBERS["one"]), mlp, atol=1e-6)


def test_scikit_learn_follows_the_sum_over_several_outputs():
    mlp = theirs(MLPRegressor, NUMBERS["several"], **FULL_BATCH)
    own = MLPRegressor.from_sklearn(mlp)
    own.set_params(learning_rate=2 * own.learning_rate, weight_decay=own.weight_decay / 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp.fit(X, NUMBERS["several"])
    assert_same_weights(own.fit(X, NUMBERS["several"]), mlp, atol=1e-6)


def test_partial_fit_goes_on_from_the_weights():
    y = CLASSES["multiclass"]
    mlp = theirs(MLPClassifier, y, **FULL_BATCH | {"warm_start": False}, momentum=0.0)
    own = MLPClassifier.from_sklearn(mlp)
    for _ in range(3):
        own.partial_fit(X, y)
        mlp.partial_fit(X, y)
    assert_same_weights(own, mlp, atol=1e-6)
    assert own.n_epochs_ == len(mlp.loss_curve_) == 7


def test_a_fit_from_the_same_weights_ends_with_a_similar_loss():
    y, params = CLASSES["multiclass"], {"alpha": 1.0, "learning_rate_init": 0.05}
    mlp = theirs(MLPClassifier, y, **params, warm_start=True, max_iter=1)
    own = MLPClassifier.from_sklearn(mlp).set_params(max_epochs=80, early_stopping=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp.set_params(max_iter=80, n_iter_no_change=np.inf).fit(X, y)
    own.fit(X, y)
    assert own.history_["loss"][-1] == pytest.approx(mlp.loss_, rel=1e-3)


@EACH_KIND
def test_without_warm_start_a_fit_begins_anew(kind):
    own = kind.from_sklearn(theirs(kind, CLASSES["bool"]))
    fresh = clone(own).fit(X, CLASSES["bool"])
    assert_same_weights(own.fit(X, CLASSES["bool"]), fresh, atol=0)
    assert own.n_epochs_ == 4


@EACH_KIND
@pytest.mark.parametrize("n_iter_no_change", [1, 3])
def test_a_fit_without_gain_ends_in_the_epoch_in_which_scikit_learn_ends(kind, n_iter_no_change):
    params = {"tol": 100.0, "n_iter_no_change": n_iter_no_change, "max_iter": 30}
    mlp = theirs(kind, CLASSES["bool"], **params)
    own = kind.from_sklearn(theirs(kind, **params)).fit(X, CLASSES["bool"])
    assert own.n_epochs_ == mlp.n_iter_ < 30


@pytest.mark.parametrize("activation", ["logistic", "relu"])
def test_fresh_weights_have_the_bounds_of_scikit_learn(activation):
    params = {"activation": activation, "hidden_layer_sizes": (300,), "max_iter": 1}
    mlp = theirs(MLPClassifier, CLASSES["bool"], learning_rate_init=1e-9, **params)
    own = taken(clone(mlp)).fit(X, CLASSES["bool"])
    for ours, coef in zip(weights(own)[::2], mlp.coefs_, strict=True):
        assert abs(ours).max() == pytest.approx(abs(coef).max(), rel=0.02)
