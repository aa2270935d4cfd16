"""Validation samples and weights passed through pipelines, cross-validation and searches."""

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    RandomizedSearchCV,
    cross_val_predict,
    cross_validate,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier, MLPRegressor
from tests._support.refusals import check_refused

rng = np.random.default_rng(0)
X, X_VAL = rng.normal(5, 3, size=(30, 3)), rng.normal(5, 3, size=(20, 3))
Y, Y_VAL = np.arange(30) % 3, np.arange(20) % 3
WEIGHT, WEIGHT_VAL = rng.uniform(size=30), rng.uniform(size=20)
SMALL = {"max_epochs": 3, "random_state": 0, "early_stopping": True}
HELD_OUT = {"X_val": X_VAL, "y_val": Y_VAL, "sample_weight_val": WEIGHT_VAL}
CV = KFold(3)
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])


@pytest.fixture(autouse=True)
def _routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def requesting(kind, **requests):
    return kind((4,), **SMALL).set_fit_request(
        sample_weight=True, X_val=True, y_val=True, sample_weight_val=True, **requests
    )


def in_pipeline(mlp):
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    return Pipeline([("scale", scaler), ("mlp", mlp)], transform_input=["X_val"])


def assert_same_history(one, other):
    assert one.history_.keys() == other.history_.keys()
    for name in one.history_.keys() - {"seconds"}:
        np.testing.assert_array_equal(one.history_[name], other.history_[name])


def fitted_by_hand(mlp, rows, scaled):
    scale = StandardScaler().fit(X[rows]).transform if scaled else np.asarray
    held_out = HELD_OUT | {"X_val": scale(X_VAL)}
    return clone(mlp).fit(scale(X[rows]), Y[rows], WEIGHT[rows], **held_out)


@KINDS
@pytest.mark.parametrize("scaled", [False, True])
def test_each_fold_gets_its_own_weights_and_all_validation_rows(kind, scaled):
    mlp = requesting(kind).set_score_request(sample_weight=True)
    model = in_pipeline(mlp) if scaled else mlp
    params = {"sample_weight": WEIGHT, **HELD_OUT}
    found = cross_validate(model, X, Y, cv=CV, params=params, return_estimator=True)
    for (train, test), own, score in zip(
        CV.split(X), found["estimator"], found["test_score"], strict=True
    ):
        expected = fitted_by_hand(mlp, train, scaled)
        assert_same_history(own["mlp"] if scaled else own, expected)
        scale = StandardScaler().fit(X[train]).transform if scaled else np.asarray
        assert score == expected.score(scale(X[test]), Y[test], WEIGHT[test])


@KINDS
@pytest.mark.parametrize("search", [GridSearchCV, RandomizedSearchCV])
def test_a_search_hands_them_on_and_refits_with_them(kind, search):
    model = in_pipeline(requesting(kind).set_score_request(sample_weight=True))
    grid = {"mlp__learning_rate": [3e-3]}
    budget = {"n_iter": 1} if search is RandomizedSearchCV else {}
    found = search(model, grid, cv=CV, error_score="raise", **budget)
    found.fit(X, Y, sample_weight=WEIGHT, **HELD_OUT)
    expected = fitted_by_hand(requesting(kind), slice(None), scaled=True)
    assert_same_history(found.best_estimator_["mlp"], expected)


def test_predictions_by_folds_take_them_too():
    params = {"sample_weight": WEIGHT, **HELD_OUT}
    found = cross_val_predict(
        requesting(MLPClassifier), X, Y, cv=CV, params=params, method="predict_proba"
    )
    for train, test in CV.split(X):
        expected = fitted_by_hand(requesting(MLPClassifier), train, scaled=False)
        np.testing.assert_array_equal(found[test], expected.predict_proba(X[test]))


def test_as_many_validation_rows_as_rows_are_cut_by_scikit_learn_as_the_guide_says():
    mlp = MLPClassifier((4,), **SMALL).set_fit_request(X_val=True, y_val=True)
    params = {"X_val": X + 1, "y_val": Y}
    found = cross_validate(mlp, X, Y, cv=CV, params=params, return_estimator=True)
    for (train, _), own in zip(CV.split(X), found["estimator"], strict=True):
        expected = clone(mlp).fit(X[train], Y[train], X_val=X[train] + 1, y_val=Y[train])
        assert_same_history(own, expected)


def test_a_name_in_the_pipeline_may_differ_from_that_of_the_argument():
    mlp = MLPClassifier((4,), **SMALL).set_fit_request(X_val="later_X", y_val="later_y")
    model = Pipeline([("scale", StandardScaler()), ("mlp", mlp)], transform_input=["X_val"])
    model.fit(X, Y, later_X=X_VAL, later_y=Y_VAL)
    scale = StandardScaler().fit(X).transform
    expected = clone(mlp).fit(scale(X), Y, X_val=scale(X_VAL), y_val=Y_VAL)
    assert_same_history(model["mlp"], expected)


def test_without_transform_input_the_validation_rows_arrive_as_they_are():
    mlp = MLPClassifier((4,), **SMALL).set_fit_request(X_val=True, y_val=True)
    model = Pipeline([("scale", StandardScaler()), ("mlp", mlp)]).fit(
        X, Y, X_val=X_VAL, y_val=Y_VAL
    )
    expected = clone(mlp).fit(StandardScaler().fit_transform(X), Y, X_val=X_VAL, y_val=Y_VAL)
    assert_same_history(model["mlp"], expected)


def test_what_no_request_was_made_for_is_refused_by_scikit_learn():
    with pytest.raises(UnsetMetadataPassedError, match="X_val"):
        cross_validate(MLPClassifier((4,), **SMALL), X, Y, cv=CV, params={"X_val": X_VAL})


def test_partial_fit_requests_classes_and_weights():
    mlp = MLPClassifier((4,)).set_partial_fit_request(classes=True, sample_weight=True)
    requested = mlp.get_metadata_routing().partial_fit.requests
    assert requested == {"classes": True, "sample_weight": True}


def test_labels_that_only_validation_rows_have_are_refused():
    words = ["y_val", "[0, 1, 2], got also [7]"]
    y_val = np.where(Y_VAL == 0, 7, Y_VAL)
    check_refused(MLPClassifier((4,)), words, X, Y, X_val=X_VAL, y_val=y_val)


@KINDS
def test_weights_of_validation_rows_count_in_validation_values_only(kind):
    plain = kind((4,), **SMALL).fit(X, Y, X_val=X_VAL, y_val=Y_VAL)
    weighted = kind((4,), **SMALL).fit(X, Y, **HELD_OUT)
    np.testing.assert_array_equal(plain.history_["loss"], weighted.history_["loss"])
    few = WEIGHT_VAL > 0.5
    zeroed = kind((4,), **SMALL).fit(X, Y, **HELD_OUT | {"sample_weight_val": few})
    absent = kind((4,), **SMALL).fit(X, Y, X_val=X_VAL[few], y_val=Y_VAL[few])
    metric = "val_accuracy" if kind is MLPClassifier else "val_r2"
    for name in ("val_loss", metric):
        np.testing.assert_allclose(zeroed.history_[name], absent.history_[name], rtol=1e-5)
        assert not np.allclose(plain.history_[name], weighted.history_[name])
