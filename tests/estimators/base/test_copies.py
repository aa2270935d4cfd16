"""Clones, pickles, joblib files and representations."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.optimizers import Adam
from sklearn_deep.stopping import EarlyStopping

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3
PARAMS = {
    "activation": "leaky_relu",
    "optimizer": Adam(beta_1=0.8),
    "early_stopping": EarlyStopping("loss", patience=2),
    "dropout": (0.1, 0.2),
    "normalization": "batch",
    "max_epochs": 3,
    "random_state": 0,
}


@pytest.fixture(params=[MLPClassifier, MLPRegressor])
def mlp(request):
    return request.param((4,), **PARAMS)


def through_pickle(mlp, _):
    return pickle.loads(pickle.dumps(mlp))


def through_deepcopy(mlp, _):
    return copy.deepcopy(mlp)


def through_joblib(mlp, folder):
    joblib.dump(mlp, folder / "mlp.joblib")
    return joblib.load(folder / "mlp.joblib")


@pytest.mark.parametrize(
    "copied",
    [through_pickle, through_deepcopy, through_joblib],
)
def test_a_copy_predicts_the_same_and_fits_the_same(mlp, copied, tmp_path):
    predictions = mlp.fit(X, Y).predict(X)
    twin = copied(mlp, tmp_path)
    np.testing.assert_array_equal(twin.predict(X), predictions)
    np.testing.assert_array_equal(twin.history_["loss"], mlp.history_["loss"])
    assert twin.net_.module_ is twin.module_
    np.testing.assert_array_equal(twin.fit(X, Y).predict(X), predictions)


def test_a_clone_has_the_parameters_and_nothing_of_the_fit(mlp):
    twin = clone(mlp.fit(X, Y))
    assert not [name for name in vars(twin) if name.endswith("_")]
    assert not hasattr(twin, "module_")
    assert repr(twin.get_params()) == repr(mlp.get_params())
    assert twin.optimizer is not mlp.optimizer
    np.testing.assert_array_equal(twin.fit(X, Y).predict(X), mlp.predict(X))


def test_fitting_does_not_change_the_parameters(mlp):
    before = mlp.get_params(deep=False)
    mlp.fit(X, Y)
    assert all(mlp.get_params(deep=False)[name] is value for name, value in before.items())
    assert mlp.optimizer.beta_1 == 0.8


def test_the_representation_shows_what_is_not_default():
    mlp = MLPClassifier((4,), optimizer=Adam(beta_1=0.8))
    assert repr(mlp) == "MLPClassifier(hidden_layer_sizes=(4,), optimizer=Adam(beta_1=0.8))"


def test_the_html_representation_works_before_and_after_a_fit(mlp):
    for estimator in (mlp, mlp.fit(X, Y)):
        html = estimator._repr_html_()
        assert type(mlp).__name__ in html
        assert "beta_1=0.8" in html
