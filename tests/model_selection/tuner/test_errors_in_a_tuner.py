"""Errors of the tuner, their messages, and its state after an interruption."""

import numpy as np
import pytest
from sklearn.cluster import DBSCAN
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer

from sklearn_deep.model_selection import BiasVarianceTuner
from tests._support.for_all import for_all
from tests._support.searches.small import X, Y, pipeline


def tuner(estimator=None, **settings):
    estimator = LogisticRegression() if estimator is None else estimator
    return BiasVarianceTuner(estimator, **{"cv": 3, "random_state": 0} | settings)


@for_all(
    ("argument", "value", "words"),
    [
        ("estimator", DBSCAN(), "'fit' and 'predict'"),
        ("tolerance", -0.1, "range [0.0, inf)"),
        ("bayes_error", "2nn", "'1nn'"),
        ("bayes_error", None, "'1nn'"),
        ("n_iter", 0, "range [1, inf)"),
        ("max_fits", 0, "range [1, inf)"),
        ("max_seconds", 0, "range (0.0, inf)"),
        ("scoring", "f2", "scoring"),
        ("scoring", ["accuracy", "f1"], "a callable or None"),
        ("cv", "five", "cv"),
        ("random_state", "seed", "random_state"),
    ],
)
def test_values_out_of_range_are_named(argument, value, words):
    with pytest.raises(ValueError, match=f"{argument!r} parameter of BiasVarianceTuner") as caught:
        tuner(**{argument: value}).fit(X, Y)
    assert words in str(caught.value)


def test_a_missing_y():
    with pytest.raises(
        ValueError, match=r"BiasVarianceTuner.*requires y.*error of predictions cannot be measured"
    ):
        tuner().fit(X)


def test_a_budget_below_the_first_diagnosis():
    with pytest.raises(ValueError, match=r"'max_fits' .* at least 3, one fit for each fold.*got 2"):
        tuner(max_fits=2).fit(X, Y)


def test_a_bayes_error_below_all_errors():
    with pytest.raises(ValueError, match=r"bayes_error .* must be >= 0"):
        tuner(bayes_error=-0.1).fit(X, Y)


def test_a_score_that_is_nan():
    with pytest.raises(ValueError, match="score of fold 0 is NaN"):
        tuner(scoring=make_scorer(lambda y, p: np.nan)).fit(X, Y)


def test_an_error_of_a_fit_is_passed_on():
    with pytest.raises(ValueError, match="'C' parameter of LogisticRegression"):
        tuner(LogisticRegression(C=-1)).fit(X, Y)


class Stopped(LogisticRegression):
    """The user interrupts its third fit."""

    n_fits = 0

    def fit(self, X, y):
        Stopped.n_fits += 1
        if Stopped.n_fits == 3:
            raise KeyboardInterrupt
        return super().fit(X, y)


def test_a_fit_that_is_interrupted_changes_nothing():
    fitted = tuner(pipeline(), max_fits=3).fit(X, Y)
    before = dict(vars(fitted))
    fitted.set_params(estimator=Stopped())
    with pytest.raises(KeyboardInterrupt):
        fitted.fit(X, Y)
    assert vars(fitted) == before | {"estimator": fitted.estimator}
