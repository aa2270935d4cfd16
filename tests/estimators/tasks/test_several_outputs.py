"""Regression with several outputs."""

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_matrix
from scipy.special import xlogy
from sklearn.metrics import r2_score
from sklearn.model_selection import cross_val_score

from sklearn_deep import MLPRegressor
from sklearn_deep.losses import Huber, Quantile

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 3))
Y = np.abs(X @ rng.normal(size=(3, 2)) + [0, 3])
FAST = {"learning_rate": 0.02, "max_epochs": 60, "random_state": 0}


LOSSES = {
    "squared": ("squared_error", lambda e, y, p: e**2 / 2),
    "absolute": ("absolute_error", lambda e, y, p: abs(e)),
    "huber": (
        Huber(delta=0.5),
        lambda e, y, p: np.where(abs(e) < 0.5, e**2 / 2, abs(e) / 2 - 1 / 8),
    ),
    "quantile": (Quantile(quantile=0.8), lambda e, y, p: np.maximum(0.8 * e, -0.2 * e)),
    "poisson": ("poisson", lambda e, y, p: p - xlogy(y, p)),
    "function": (lambda o, t: (o - t).square().sum(-1), lambda e, y, p: 2 * e**2),
}


def fitted(loss, **params):
    return MLPRegressor((8,), loss=loss, **FAST | params).fit(X, Y, X_val=X, y_val=Y)


@pytest.mark.parametrize("name", LOSSES)
def test_the_loss_is_the_mean_over_rows_and_outputs(name):
    loss, formula = LOSSES[name]
    mlp = fitted(loss, normalize_y=False, dtype="float64")
    predictions = mlp.predict(X)
    expected = formula(Y - predictions, Y, predictions).mean()
    np.testing.assert_allclose(mlp.history_["val_loss"][-1], expected)
    assert mlp.history_["val_loss"][-1] < mlp.history_["val_loss"][0]


@pytest.mark.parametrize("name", LOSSES)
def test_the_recorded_r2_is_the_score(name):
    mlp = fitted(LOSSES[name][0], dtype="float64")
    expected = r2_score(Y, mlp.predict(X))
    assert mlp.score(X, Y) == pytest.approx(expected)
    assert mlp.history_["val_r2"][-1] == pytest.approx(expected)


@pytest.mark.slow
@pytest.mark.parametrize("form", [np.ndarray.tolist, csr_matrix, coo_array, np.asfortranarray])
def test_every_form_of_y_gives_the_same_network(form):
    expected = MLPRegressor((4,), **FAST).fit(X, Y, X_val=X, y_val=Y)
    mlp = MLPRegressor((4,), **FAST).fit(X, form(Y), X_val=X, y_val=form(Y))
    np.testing.assert_array_equal(mlp.predict(X), expected.predict(X))
    np.testing.assert_array_equal(mlp.history_["val_loss"], expected.history_["val_loss"])


def test_predictions_have_the_columns_of_y():
    assert MLPRegressor((4,), max_epochs=1).fit(X, Y).predict(X).shape == (50, 2)
    assert MLPRegressor((4,), max_epochs=1).fit(X, Y[:, :1]).predict(X).shape == (50, 1)
    assert MLPRegressor((4,), max_epochs=1).fit(X, Y[:, 0]).predict(X).shape == (50,)


def test_two_outputs_of_a_linear_model_are_two_linear_models():
    params = {"init": "zeros", "optimizer": "sgd", "dtype": "float64", **FAST}
    params |= {"early_stopping": None}
    both = MLPRegressor((), **params).fit(X, Y).predict(X)
    # The mean over two outputs halves the gradient of each.
    halved = params | {"learning_rate": params["learning_rate"] / 2}
    for k in range(2):
        alone = MLPRegressor((), **halved).fit(X, Y[:, k]).predict(X)
        np.testing.assert_allclose(both[:, k], alone)


def test_cross_validation_takes_them():
    scores = cross_val_score(MLPRegressor((8,), **FAST), X, Y, cv=2, error_score="raise")
    assert (scores > -5).all()
