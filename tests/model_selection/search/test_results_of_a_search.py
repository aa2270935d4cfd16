"""Results and fitted attributes are those of RandomizedSearchCV, and some more."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, log_loss

from sklearn_deep._fits import task as _task
from tests._support.searches.small import SPACE, WEIGHTS, X, Y, assert_same_scores, batched, loop

TIMES = ["mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"]


def both(**settings):
    return [search.fit(X, Y) for search in (loop(**settings), batched(**settings))]


def fitted_names(search):
    return {name for name in vars(search) if name.endswith("_") and not name.startswith("_")}


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"return_train_score": True},
        {"scoring": ["accuracy", "neg_log_loss"], "refit": "accuracy"},
        {"scoring": ["accuracy", "neg_log_loss"], "refit": False},
        {"scoring": {"a": "accuracy"}, "refit": "a", "return_train_score": True},
        {"refit": False},
    ],
    ids=str,
)
def test_the_keys_are_those_of_the_loop_and_two_more(settings):
    expected, found = both(**settings)
    assert set(found.cv_results_) == set(expected.cv_results_) | {"stage", "diverged"}
    assert fitted_names(found) == fitted_names(expected) | {"stages_"}
    assert_same_scores(found, expected)


def test_columns_are_of_the_kind_that_the_loop_gives():
    expected, found = both()
    for name, column in expected.cv_results_.items():
        assert type(found.cv_results_[name]) is type(column), name
        if name != "params":
            assert found.cv_results_[name].dtype == column.dtype, name
            assert found.cv_results_[name].shape == column.shape, name
    for name in ("stage", "diverged"):
        assert found.cv_results_[name].tolist() == [0, 0, 0, 0]
        assert found.cv_results_[name].dtype.kind == "i"


def test_the_best_candidate_is_refitted_on_all_rows():
    expected, found = both()
    assert found.best_index_ == expected.best_index_
    assert found.best_params_ == expected.best_params_
    assert found.best_score_ == expected.best_score_
    assert found.n_splits_ == 3
    assert found.refit_time_ > 0
    assert not found.multimetric_
    np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))
    assert found.score(X, Y) == expected.score(X, Y)


def test_without_refit_there_is_a_best_candidate_but_no_estimator():
    _, found = both(refit=False)
    assert found.best_score_ == found.cv_results_["mean_test_score"].max()
    assert not hasattr(found, "best_estimator_")
    with pytest.raises(AttributeError, match="no attribute 'predict'") as caught:
        found.predict(X)
    assert "refit=False" in str(caught.value.__cause__)


def worst(results):
    return int(np.argmin(results["mean_test_score"]))


def test_a_function_chooses_the_candidate_to_refit():
    expected, found = both(refit=worst)
    assert found.best_index_ == expected.best_index_ == worst(found.cv_results_)
    assert not hasattr(found, "best_score_")
    np.testing.assert_array_equal(found.predict(X), expected.predict(X))


def test_a_metric_of_several_is_refitted_by_name():
    expected, found = both(scoring=["accuracy", "neg_log_loss"], refit="neg_log_loss")
    assert found.multimetric_
    assert set(found.scorer_) == set(expected.scorer_) == {"accuracy", "neg_log_loss"}
    assert found.best_score_ == found.cv_results_["mean_test_neg_log_loss"].max()
    assert found.score(X, Y) == -log_loss(Y, found.predict_proba(X))


def test_a_metric_that_is_not_known_cannot_be_refitted():
    with pytest.raises(ValueError, match="refit must be set to a scorer key"):
        batched(scoring=["accuracy", "neg_log_loss"], refit=True).fit(X, Y)


def two_numbers(estimator, X, y):
    right = estimator.predict(X) == y
    return {"right": right.mean(), "wrong": 1 - right.mean()}


def test_one_function_may_give_several_scores():
    expected, found = both(scoring=two_numbers, refit="right")
    assert_same_scores(found, expected)
    assert found.scorer_ is expected.scorer_ is two_numbers
    np.testing.assert_allclose(
        found.cv_results_["mean_test_right"] + found.cv_results_["mean_test_wrong"], 1
    )


@pytest.mark.parametrize("scoring", [None, "accuracy", "neg_log_loss"])
def test_the_scorer_is_of_the_search_itself(scoring):
    expected, found = both(scoring=scoring)
    assert repr(found.scorer_) == repr(expected.scorer_)
    assert found.scorer_(found.best_estimator_, X, Y) == found.score(X, Y)
    if scoring != "neg_log_loss":
        assert found.score(X, Y) == accuracy_score(Y, found.predict(X))


def test_every_candidate_has_its_times():
    found = batched(n_iter=6).fit(X, Y)
    alone = batched(n_iter=6, population_size=1).fit(X, Y)
    for search in (found, alone):
        for name in TIMES:
            assert (search.cv_results_[name] >= 0).all()
        assert (search.cv_results_["mean_fit_time"] > 0).all()


def test_the_shares_sum_to_the_time_that_the_training_took(monkeypatch):
    def answered(*args):
        done = perform(*args)
        taken.append(done.seconds)
        return done

    perform, taken = _task.perform, []
    monkeypatch.setattr("sklearn_deep._fits.workers.perform", answered)
    found = batched(n_iter=6, population_size=5).fit(X, Y)
    total = found.cv_results_["mean_fit_time"].sum() * 3
    assert len(taken) == 18 + 3  # networks, and one scaler per fold
    assert sum(taken) < total < sum(taken) + 10


def test_a_second_fit_finds_anew():
    search = batched().fit(X, Y)
    first = search.predict(X)
    search.set_params(cv=2, n_iter=3).fit(X[:60], Y[:60])
    assert_same_scores(search, loop(cv=2, n_iter=3).fit(X[:60], Y[:60]))
    assert search.n_splits_ == 2
    assert not np.array_equal(search.predict(X), first)


def test_a_fit_leaves_the_parameters_of_the_search_alone():
    search = batched()
    before = dict(vars(search))
    search.fit(X, Y, net__sample_weight=WEIGHTS)
    assert {name: value for name, value in vars(search).items() if name in before} == before
    assert set(SPACE) == {"net__learning_rate", "net__dropout"}
