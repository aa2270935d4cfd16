"""Predictions of the regressor for one and for several targets."""

import numpy as np
import pytest

from sklearn_deep import MLPRegressor

X = np.random.default_rng(0).normal(size=(60, 3))


def regressor():
    return MLPRegressor((16,), learning_rate=0.02, max_epochs=80, batch_size=20, random_state=0)


@pytest.mark.parametrize("y", [X[:, 0], X[:, :1], X[:, :2]], ids=["flat", "column", "two"])
def test_predictions_have_the_shape_of_the_targets(y):
    mlp = regressor().fit(X, y)
    assert mlp.predict(X).shape == y.shape
    assert mlp.n_outputs_ == (y.shape[1] if y.ndim == 2 else 1)
    assert mlp.score(X, y) > 0.9


def test_a_flat_target_and_a_column_are_the_same_fit():
    flat, column = regressor().fit(X, X[:, 0]), regressor().fit(X, X[:, :1])
    np.testing.assert_array_equal(flat.predict(X), column.predict(X)[:, 0])


def test_integer_targets_are_numbers():
    y = np.arange(60)
    np.testing.assert_array_equal(
        regressor().fit(X, y).predict(X), regressor().fit(X, y.astype(float)).predict(X)
    )
