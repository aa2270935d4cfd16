"""Errors of reports, and their messages."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import make_scorer
from sklearn.model_selection import KFold, LeaveOneOut
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_deep.inspection import bias_variance_report

X, Y = load_iris(return_X_y=True)


def refused(words, error=ValueError, estimator=None, data=(X, Y), **kwargs):
    with pytest.raises(error, match=words):
        bias_variance_report(estimator or DecisionTreeClassifier(), *data, **kwargs)


@pytest.mark.parametrize(
    ("estimator", "words"),
    [
        (StandardScaler(), "StandardScaler has no predict"),
        ("tree", "str has no fit"),
        (DecisionTreeClassifier, r"Write DecisionTreeClassifier\(\)"),
    ],
)
def test_an_estimator_without_fit_and_predict(estimator, words):
    refused(words, TypeError, estimator)


def test_a_missing_y():
    refused("requires y", TypeError, data=(X, None))


def test_a_training_part_with_one_class():
    with_one = np.repeat([0, 1], 5), np.arange(10.0).reshape(-1, 1)
    refused(
        r"training part of fold 0 has only one class, 1, .*StratifiedKFold",
        data=with_one[::-1],
        cv=KFold(2),
    )


def test_an_unknown_scoring():
    refused("'f2' of bias_variance_report is not a scorer.*Known names", scoring="f2")
    refused("name of a scorer", TypeError, scoring=3)


def test_a_score_that_is_nan():
    nan = make_scorer(lambda y, p: float("nan"))
    refused("score of fold 0 is NaN", scoring=nan)
    with pytest.warns(match="R\\^2"):
        refused(
            "R² requires two samples",
            estimator=Ridge(),
            data=tuple(part[:5] for part in load_diabetes(return_X_y=True)),
            cv=LeaveOneOut(),
        )


@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf, "2nn", None, True])
def test_a_bayes_error_that_is_none(value):
    refused("bayes_error of bias_variance_report must be", bayes_error=value)


@pytest.mark.parametrize("value", [-0.1, np.nan, "small", None])
def test_a_tolerance_that_is_none(value):
    refused("tolerance of bias_variance_report must be", tolerance=value)


def test_neighbors_of_numbers_to_predict():
    data = load_diabetes(return_X_y=True)
    refused(
        "applies to the error rate of a classifier", estimator=Ridge(), data=data, bayes_error="1nn"
    )
    refused("the error here is log loss", bayes_error="1nn", scoring="neg_log_loss")


def test_neighbors_of_rows_that_are_no_numbers():
    holes = np.where(np.arange(150)[:, None] == 3, np.nan, X)
    refused(
        "'1nn' of bias_variance_report cannot compute nearest.*Pipeline",
        data=(holes, Y),
        bayes_error="1nn",
    )


def test_an_error_of_the_fit_is_passed_on():
    refused("C", estimator=LogisticRegression(C=-1))


def test_what_is_neither_classifier_nor_regressor_needs_scoring():
    refused("requires a classifier or a regressor, got KMeans", TypeError, KMeans(2))
