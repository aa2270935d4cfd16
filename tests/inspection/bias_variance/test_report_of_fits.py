"""A report on existing fits equals the report that makes the fits itself."""

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import BiasVarianceReport, bias_variance_report

X, Y = load_wine(return_X_y=True)


def validated(estimator, **settings):
    return cross_validate(estimator, X, Y, cv=3, return_train_score=True, **settings)


@pytest.mark.parametrize("bayes_error", [0.01, "1nn"])
def test_it_is_the_same_report(bayes_error):
    mlp = make_pipeline(StandardScaler(), MLPClassifier((2,), max_epochs=5, random_state=0))
    results = validated(mlp, return_estimator=True, return_indices=True)
    report = BiasVarianceReport.from_cross_validate(mlp, results, X, Y, bayes_error=bayes_error)
    expected = bias_variance_report(mlp, X, Y, cv=3, bayes_error=bayes_error)
    assert repr(report) == repr(expected)
    assert report.facts == expected.facts
    assert report.prefix == expected.prefix == "mlpclassifier__"
    np.testing.assert_array_equal(report.validation_errors, expected.validation_errors)


def test_scores_alone_will_do():
    tree = DecisionTreeClassifier(random_state=0)
    report = BiasVarianceReport.from_cross_validate(tree, validated(tree), tolerance=0.05)
    assert (
        repr(report).splitlines()[1:5]
        == (repr(bias_variance_report(tree, X, Y, cv=3, tolerance=0.05)).splitlines()[1:5])
    )
    assert report.advice[1].settings == {"ccp_alpha": 0.001}


@pytest.mark.parametrize(
    ("settings", "bayes_error", "missing"),
    [
        ({"return_train_score": False}, 0.0, "return_train_score=True"),
        ({}, "1nn", "return_estimator=True"),
        ({"return_estimator": True}, "1nn", "return_indices=True"),
    ],
)
def test_what_is_missing_is_named(settings, bayes_error, missing):
    tree = DecisionTreeClassifier(random_state=0)
    results = cross_validate(tree, X, Y, **({"return_train_score": True} | settings))
    with pytest.raises(ValueError, match=f"from_cross_validate must have .*{missing}"):
        BiasVarianceReport.from_cross_validate(tree, results, X, Y, bayes_error=bayes_error)


def test_what_is_out_of_range_is_refused():
    tree = DecisionTreeClassifier(random_state=0)
    with pytest.raises(ValueError, match=r"tolerance .* must be"):
        BiasVarianceReport.from_cross_validate(tree, validated(tree), tolerance=-1)
