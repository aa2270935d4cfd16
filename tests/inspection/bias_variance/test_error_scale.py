"""Conversion of scores to errors."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import (
    f1_score,
    make_scorer,
    mean_squared_error,
    r2_score,
)
from sklearn.model_selection import GridSearchCV, KFold, cross_validate

from sklearn_deep import JointAEClassifier
from sklearn_deep.inspection import bias_variance_report
from sklearn_deep.inspection._bias_variance.error_scale import error_scale
from sklearn_deep.model_selection import LabeledFold

X, Y = load_iris(return_X_y=True)
FOLDS = KFold(3, shuffle=True, random_state=0)


def share_right(true, predicted):
    return np.mean(true == predicted)


def report(scoring=None, estimator=None, **kwargs):
    estimator = LogisticRegression(max_iter=1000) if estimator is None else estimator
    return bias_variance_report(estimator, X, Y, cv=FOLDS, scoring=scoring, **kwargs)


def test_errors_are_those_of_fits_by_hand():
    found = report()
    for fold, (train, test) in enumerate(FOLDS.split(X)):
        model = LogisticRegression(max_iter=1000).fit(X[train], Y[train])
        assert found.train_errors[fold] == pytest.approx(
            np.mean(model.predict(X[train]) != Y[train])
        )
        wrong = model.predict(X[test]) != Y[test]
        assert found.validation_errors[fold] == pytest.approx(wrong.mean())


def test_a_regressor_has_one_minus_r2():
    X, y = load_diabetes(return_X_y=True)
    found = bias_variance_report(Ridge(), X, y, cv=FOLDS)
    train, test = next(FOLDS.split(X))
    model = Ridge().fit(X[train], y[train])
    expected = 1 - r2_score(y[test], model.predict(X[test]))
    assert found.validation_errors[0] == pytest.approx(expected)
    assert found.error_name == "1 − R²"


@pytest.mark.parametrize(
    ("scoring", "best", "name"),
    [
        ("f1_macro", 1, "1 − f1_macro"),
        ("roc_auc_ovr", 1, "1 − roc_auc_ovr"),
        ("accuracy", 1, "error rate"),
        ("neg_log_loss", 0, "log loss"),
        (make_scorer(f1_score, average="macro"), 1, "1 − score"),
        (make_scorer(mean_squared_error, greater_is_better=False), 0, "0 − score"),
        ("mutual_info_score", 0, "minus mutual_info_score"),
        (make_scorer(share_right), 0, "minus score"),
    ],
)
def test_an_error_is_the_best_score_minus_the_score(scoring, best, name):
    found = report(scoring)
    scores = cross_validate(
        LogisticRegression(max_iter=1000), X, Y, cv=FOLDS, scoring=scoring, return_train_score=True
    )
    np.testing.assert_allclose(found.train_errors, best - scores["train_score"])
    np.testing.assert_allclose(found.validation_errors, best - scores["test_score"])
    assert found.error_name == name


def test_an_unknown_best_score_is_a_note_and_lets_the_bayes_error_be_negative():
    found = report(make_scorer(share_right), bayes_error=-1.0)
    assert found.avoidable_bias == pytest.approx(1 + found.train_error)
    assert any("minus the best score" in note for note in found.notes)


def test_a_search_is_judged_by_its_error_rate_whatever_it_searches_by():
    search = GridSearchCV(LogisticRegression(max_iter=1000), {"C": [1.0]}, scoring="neg_log_loss")
    assert report(estimator=search).train_errors == pytest.approx(report().train_errors)


def test_rows_without_label_count_in_no_error():
    some = np.where(np.arange(150) % 3 == 0, Y, -1)
    joint = JointAEClassifier(3, unlabeled_value=-1, max_epochs=5, random_state=0)
    found = bias_variance_report(joint, X, some, cv=LabeledFold(2), bayes_error="1nn")
    train, _ = next(LabeledFold(2).split(X, some))
    labeled = train[some[train] != -1]
    wrong = joint.fit(X[train], some[train]).predict(X[labeled]) != some[labeled]
    assert found.train_errors[0] == pytest.approx(wrong.mean())
    assert 0 < found.bayes_error < 0.1


def test_every_named_scorer_has_a_scale():
    from sklearn.metrics import get_scorer_names

    assert {error_scale(Ridge(), name).best for name in get_scorer_names()} == {None, 0.0, 1.0}
