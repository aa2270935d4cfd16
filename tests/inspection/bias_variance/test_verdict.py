"""Bias or variance: the rule on a textbook's table, and on estimators with known errors."""

import pytest
from sklearn.model_selection import KFold

from sklearn_deep.inspection import bias_variance_report
from sklearn_deep.inspection._bias_variance.verdict import avoidable_bias, verdict_of
from tests._support.known_errors import WrongAsTold, rows_with

TABLE = [
    (0.01, 0.11, "variance"),
    (0.15, 0.16, "bias"),
    (0.15, 0.30, "bias and variance"),
    (0.005, 0.01, "good"),
]


@pytest.mark.parametrize(("train", "validation", "verdict"), TABLE)
def test_the_rule_gives_the_table(train, validation, verdict):
    assert verdict_of(train, validation, 0.0, 0.02) == verdict


@pytest.mark.parametrize(("train", "validation", "verdict"), TABLE)
def test_an_estimator_with_these_errors_gets_this_verdict(train, validation, verdict):
    report = bias_variance_report(WrongAsTold(), *rows_with(train, validation), cv=KFold(5))
    assert report.verdict == verdict
    assert report.train_errors == pytest.approx([train] * 5)
    assert report.validation_errors == pytest.approx([validation] * 5)
    assert (report.train_error, report.validation_error) == pytest.approx((train, validation))
    assert report.avoidable_bias == pytest.approx(train)
    assert report.generalization_gap == pytest.approx(validation - train)
    assert report.train_error_std == pytest.approx(0)


def test_the_same_errors_are_good_where_the_bayes_error_is_near():
    assert verdict_of(0.15, 0.16, 0.14, 0.02) == "good"


@pytest.mark.parametrize(("high", "low"), [(0.17, 0.15), (0.12, 0.1), (0.05, 0.03)])
def test_an_excess_of_the_tolerance_itself_is_let_pass(high, low):
    assert verdict_of(low, high, low, 0.02) == "good"
    assert verdict_of(high, high, low, 0.02) == "good"


def test_a_bias_is_never_negative():
    assert avoidable_bias(0.1, 0.15) == 0


def test_a_bayes_error_above_the_train_error_is_a_note():
    X, y = rows_with(0.01, 0.02)
    report = bias_variance_report(WrongAsTold(), X, y, cv=KFold(5), bayes_error=0.05)
    assert report.avoidable_bias == 0
    assert report.verdict == "good"
    assert "Bayes error (0.05) is above the train error (0.01)" in report.notes[0]


def test_folds_that_differ_by_more_than_the_tolerance_are_a_note():
    X, y = rows_with(0.0, 0.0)
    X[:200, 2] = 1
    report = bias_variance_report(WrongAsTold(), X, y, cv=KFold(5))
    assert report.validation_error_std == pytest.approx(0.4)
    assert "varies between folds" in report.notes[0]


def test_the_table_says_verdict_errors_and_excesses():
    report = bias_variance_report(WrongAsTold(), *rows_with(0.01, 0.11), cv=KFold(5))
    for words in ("Verdict: variance", "0.01 ≤ 0.02", "0.1 > 0.02", "BV201", "± over 5 folds"):
        assert words in repr(report)
    assert "<td>validation</td>" in report._repr_html_()
    assert "<b>variance</b>" in report._repr_html_()
