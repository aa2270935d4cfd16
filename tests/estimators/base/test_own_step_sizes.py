"""L-BFGS chooses its own step sizes."""

import numpy as np

from sklearn_deep import MLPRegressor
from sklearn_deep.schedules import Plateau

X = np.random.default_rng(0).normal(size=(24, 3))


def fitted(**params):
    return MLPRegressor((4,), optimizer="lbfgs", max_epochs=3, random_state=0, **params).fit(
        X, X[:, 0]
    )


def test_learning_rate_and_schedule_change_nothing():
    plain, other = fitted(), fitted(learning_rate=0.1, schedule="cosine")
    assert plain.history_["learning_rate"].tolist() == [1, 1, 1]
    assert other.history_["learning_rate"].tolist() == [1, 1, 1]
    np.testing.assert_array_equal(plain.predict(X), other.predict(X))


def test_no_validation_rows_are_split_off_for_a_schedule_without_use():
    assert "val_loss" not in fitted(schedule=Plateau(monitor="val_loss")).history_
