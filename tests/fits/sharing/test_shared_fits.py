"""Work that many candidates have in common is done once."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import AutoencoderTransformer, MLPRegressor
from sklearn_deep._fits import task as _task
from sklearn_deep._fits.fitting import FitRequest
from tests._support.searches.small import (
    NUMBERS,
    RATES,
    X,
    Y,
    assert_same_scores,
    batched,
    loop,
    network,
)

CV = 3
FITS = []


class Counting(TransformerMixin, BaseEstimator):
    """Multiplies, and counts its fits by factor."""

    def __init__(self, factor=1.0):
        self.factor = factor

    def fit(self, X, y=None):
        FITS.append(self.factor)
        self.mean_ = np.mean(X, 0)
        return self

    def transform(self, X):
        return self.factor * (X - self.mean_)


class OpenFile:
    """Cannot be compared with others, because it cannot be pickled."""

    def __deepcopy__(self, memo):
        return self

    def __getstate__(self):
        raise TypeError("it holds a file")


class Unlike(Counting):
    """Has a parameter that cannot be compared with others."""

    def __init__(self, file=None):
        super().__init__()
        self.file = file

    def get_params(self, deep=True):
        return {"file": self.file}


@pytest.fixture(autouse=True)
def _count_from_zero():
    FITS.clear()


def behind(*steps):
    return Pipeline([(f"step{i}", step) for i, step in enumerate(steps)])


def searched(estimator, space, **settings):
    """Return the fitted search; the refit is not counted."""
    found = batched(estimator, space, cv=CV, refit=False, **settings).fit(X, Y)
    counted = list(FITS)
    assert_same_scores(found, loop(estimator, space, cv=CV, refit=False, **settings).fit(X, Y))
    return counted


def test_preprocessing_is_fitted_once_a_fold(trained):
    counted = searched(behind(Counting(), network()), {"step1__learning_rate": RATES}, n_iter=5)
    assert counted == [1.0] * CV
    assert sum(trained) == 5 * CV


def test_preprocessing_is_fitted_once_for_each_setting_and_fold():
    space = {"step0__factor": [0.5, 2.0], "step1__learning_rate": RATES}
    counted = searched(behind(Counting(), network()), space, n_iter=8)
    assert sorted(counted) == [0.5] * CV + [2.0] * CV


def test_later_steps_are_fitted_once_for_each_setting_before_them():
    space = {
        "step0__factor": [0.5, 2.0],
        "step1__factor": [3.0, 4.0],
        "step2__learning_rate": [1e-3, 1e-2],
    }
    counted = searched(behind(Counting(), Counting(), network()), space, n_iter=8)
    assert sorted(counted) == sorted([0.5, 2.0] * CV + [3.0, 4.0] * 2 * CV)


def test_folds_are_never_fitted_with_each_others_rows(monkeypatch):
    means = []
    fit = Counting.fit

    def noting(self, X, y=None):
        fit(self, X, y)
        means.append(tuple(self.mean_))
        return self

    monkeypatch.setattr(Counting, "fit", noting)
    estimator = behind(Counting(), network())
    batched(estimator, {"step1__dropout": [0.0, 0.1]}, n_iter=2, cv=CV, refit=False).fit(X, Y)
    assert len(set(means)) == len(means) == CV


def test_what_cannot_be_told_apart_is_fitted_for_each_candidate():
    counted = searched(
        behind(Unlike(OpenFile()), network()), {"step1__learning_rate": RATES}, n_iter=4
    )
    assert counted == [1.0] * 4 * CV


def test_a_network_is_trained_once_where_only_later_steps_differ(trained):
    encoder = AutoencoderTransformer(2, encoder_layer_sizes=(4,), batch_size=32, max_epochs=1)
    encoder.set_params(random_state=0)
    searched(behind(encoder, LogisticRegression()), {"step1__C": [0.1, 1.0, 10.0]}, n_iter=3)
    assert sum(trained) == CV


def test_what_stands_behind_a_network_without_a_seed_is_fitted_for_each_candidate():
    encoder = AutoencoderTransformer(2, encoder_layer_sizes=(4,), batch_size=32, max_epochs=1)
    estimator = behind(encoder, Counting(), network())
    space = {"step2__learning_rate": [1e-3, 1e-2]}
    batched(estimator, space, n_iter=2, cv=CV, refit=False).fit(X, Y)
    assert FITS == [1.0] * 2 * CV


def test_equal_candidates_are_trained_once(trained):
    searched(network(), {"learning_rate": [0.01, 0.01, 0.1]}, n_iter=3)
    assert sum(trained) == 2 * CV


def test_what_is_behind_a_transformed_target_is_fitted_once_a_fold(trained):
    mlp = MLPRegressor((8,), batch_size=32, max_epochs=1, random_state=0)
    estimator = TransformedTargetRegressor(behind(Counting(), mlp), transformer=StandardScaler())
    space = {"regressor__step1__learning_rate": RATES}
    batched(estimator, space, refit=False).fit(X, NUMBERS)
    assert FITS == [1.0] * CV
    assert sum(trained) == 4 * CV


def test_an_estimator_that_is_not_ours_is_fitted_once_for_equal_settings(monkeypatch):
    asked, fitted = [], _task._fitted

    def noting(ask):
        asked.append(ask)
        return fitted(ask)

    monkeypatch.setattr(_task, "_fitted", noting)
    space = {"C": [0.1, 0.1, 1.0]}
    batched(LogisticRegression(), space, n_iter=3, refit=False).fit(X, Y)
    assert len(asked) == 2 * 3
    assert all(isinstance(ask, FitRequest) for ask in asked)
