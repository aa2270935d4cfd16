"""A search ends when its time is over, says which candidates are complete, and chooses among these."""

import warnings

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

from sklearn_deep import AutoencoderTransformer
from sklearn_deep.training._plan.grouping import STACKED_ON
from tests._support.clock import EpochClock
from tests._support.searches.small import X, Y, batched, network, pipeline

SHORT = {"max_epochs": 4, "early_stopping": None}
SPACE = {"learning_rate": [0.003, 0.1, 0.01]}
PIPED = {"net__learning_rate": [0.003, 0.1, 0.01]}


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that each epoch of a network moves by one second."""
    return EpochClock(monkeypatch)


def search_of(max_seconds, estimator=None, space=None, **settings):
    estimator = network(**SHORT) if estimator is None else estimator
    settings = {"n_iter": "all", "cv": 2, "max_seconds": max_seconds} | settings
    return batched(estimator, SPACE if space is None else space, **settings)


def ended(*args, **settings):
    """Return a fitted search and the text of the warning about its time."""
    search = search_of(*args, **settings)
    with pytest.warns(ConvergenceWarning) as caught:
        search.fit(X, Y)
    (warning,) = (one for one in caught if "max_seconds" in str(one.message))
    assert warning.filename == __file__
    return search, str(warning.message)


def without_limit(**settings):
    return search_of(None, **settings).fit(X, Y)


def test_candidates_are_complete_cut_short_or_not_begun(clock):
    # Two folds of four epochs are the first candidate; the second has four epochs and two.
    search, text = ended(14.0)
    found, whole = search.cv_results_, without_limit().cv_results_
    assert found["complete"].tolist() == [True, False, False]
    assert found["n_epochs"].tolist() == [4, 4, 0]
    assert found["split0_test_score"][:2].tolist() == whole["split0_test_score"][:2].tolist()
    shorter = search_of(None, network(**SHORT | {"max_epochs": 2})).fit(X, Y).cv_results_
    assert found["split1_test_score"][1] == shorter["split1_test_score"][1]
    assert np.isnan(found["mean_test_score"]).tolist() == [False, False, True]
    assert text.startswith(
        "BatchedRandomizedSearchCV reached max_seconds=14: 1 of 3 candidates were trained to the end "
        "(cv_results_['complete']). Of 6 fits, 1 were cut short and 2 did not begin."
    )


def test_the_best_is_a_complete_candidate_and_is_fitted_again_without_a_limit(clock):
    whole = without_limit()
    assert whole.best_index_ == 1  # which is not complete below
    search, _ = ended(15.0)
    assert search.cv_results_["mean_test_score"].argmax() != 0
    assert search.best_index_ == 0
    assert search.best_score_ == search.cv_results_["mean_test_score"][0]
    assert search.best_estimator_.n_epochs_ == 4


def test_a_callable_refit_may_choose_another_one(clock):
    search, _ = ended(15.0, refit=lambda results: 1)
    assert search.best_index_ == 1


def test_with_no_complete_candidate_the_best_of_the_others_is_chosen():
    search, text = ended(1e-12)
    assert not search.cv_results_["complete"].any()
    assert search.cv_results_["n_epochs"].tolist() == [1, 0, 0]
    assert search.best_index_ == 0
    assert search.best_estimator_.n_epochs_ == 4
    assert "The best candidate is chosen among those that were cut short." in text


@pytest.mark.parametrize("limit", [24.0, 1e9])
def test_a_limit_that_is_not_reached_changes_nothing(clock, limit):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search = search_of(limit).fit(X, Y)
    whole = without_limit()
    assert search.cv_results_["complete"].all()
    assert "complete" not in whole.cv_results_
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_score"], whole.cv_results_["mean_test_score"]
    )
    assert search.best_index_ == whole.best_index_


def test_no_stage_begins(clock):
    search, text = ended(9.0, n_iter=4, n_stages=2, space={"learning_rate": [0.01, 0.1, 0.2, 0.3]})
    assert search.cv_results_["stage"].tolist() == [0, 0]
    assert len(search.stages_) == 1
    assert "1 of 2 stages began" in text


def test_a_stage_that_is_missing_is_told_even_if_no_network_was_cut(clock):
    search, text = ended(16.0, n_iter=4, n_stages=2, space={"learning_rate": [0.01, 0.1, 0.2, 0.3]})
    assert search.cv_results_["complete"].tolist() == [True, True]
    assert "2 of 2 candidates were trained to the end" in text
    assert "1 of 2 stages began" in text


def test_halving_keeps_the_candidates_that_it_has_not_dropped(clock):
    # One epoch each for six fits; then the best candidate trains on.
    whole = without_limit(min_epochs=1, factor=3)
    search, _ = ended(8.0, min_epochs=1, factor=3)
    assert search.cv_results_["dropped"].tolist() == whole.cv_results_["dropped"].tolist()
    assert search.best_index_ == whole.best_index_
    assert search.cv_results_["n_epochs"].max() == 3
    assert not search.cv_results_["complete"].any()
    # In the middle of the first epochs nobody is dropped.
    search, text = ended(3.0, min_epochs=1, factor=3)
    assert not search.cv_results_["dropped"].any()
    assert search.cv_results_["n_epochs"].tolist() == [1, 1, 0]
    assert "Of 6 fits, 3 were cut short and 3 did not begin" in text
    assert search.best_index_ == 0


def test_one_population_ends_together(clock, monkeypatch):
    monkeypatch.setitem(STACKED_ON, "cpu", lambda device: 2**30)
    search, text = ended(2.0)
    assert search.cv_results_["n_epochs"].tolist() == [2, 2, 2]
    assert "Of 6 fits, 6 were cut short and 0 did not begin" in text
    assert search.best_index_ == search.cv_results_["mean_test_score"].argmax()


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_pipelines_in_threads_end_too(n_jobs):
    search, _ = ended(1e-12, pipeline(**SHORT), PIPED, n_jobs=n_jobs)
    assert search.cv_results_["n_epochs"].tolist() == [1, 0, 0]


@pytest.mark.slow
def test_processes_end_too():
    with parallel_config("loky", n_jobs=2):
        search, _ = ended(1e-12, pipeline(**SHORT), PIPED)
    assert search.cv_results_["n_epochs"].tolist() == [1, 0, 0]


def test_a_network_in_the_middle_is_limited_too(clock):
    encoder = AutoencoderTransformer(2, encoder_layer_sizes=(4,), random_state=0, **SHORT)
    piped = pipeline(**SHORT)
    piped.steps[0] = ("scale", encoder)
    search, _ = ended(3.0, piped, PIPED)
    best = search.best_estimator_
    assert (best[0].n_epochs_, best[1].n_epochs_) == (4, 4)
    assert search.cv_results_["n_epochs"].tolist() == [1, 0, 0]


def test_networks_inside_of_other_estimators_are_limited(clock):
    bagging = BaggingClassifier(network(**SHORT), 2, random_state=0)
    search, text = ended(11.0, bagging, {"max_samples": [0.8, 1.0]})
    assert search.cv_results_["complete"].tolist() == [False, False]
    assert "Of 4 fits, 1 were cut short and 2 did not begin" in text


def test_estimators_without_networks_that_began_are_complete():
    search, text = ended(1e-12, LogisticRegression(), {"C": [0.1, 1.0]})
    assert search.cv_results_["complete"].tolist() == [True, False]
    assert search.best_index_ == 0
    assert "0 were cut short and 2 did not begin" in text


@pytest.mark.parametrize(
    "scoring", [["accuracy", "f1_macro"], lambda e, X, y: {"a": accuracy_score(y, e.predict(X))}]
)
def test_every_metric_of_a_fit_that_did_not_begin_is_nan(clock, scoring):
    search, _ = ended(8.0, scoring=scoring, refit=False, return_train_score=True)
    names = [name for name in search.cv_results_ if name.startswith(("mean_test", "mean_train"))]
    assert len(names) in (2, 4)
    for name in names:
        assert np.isnan(search.cv_results_[name]).tolist() == [False, True, True]


def test_fits_that_did_not_begin_are_no_failed_fits(clock):
    search, _ = ended(8.0, error_score="raise")
    assert np.isnan(search.cv_results_["mean_test_score"]).sum() == 2
    search, _ = ended(8.0, error_score=-7.0)
    assert np.isnan(search.cv_results_["mean_test_score"]).sum() == 2


def test_an_ensemble_is_made_of_what_was_trained(clock):
    search, _ = ended(14.0, ensemble_size=2)
    assert search.ensemble_weights_[2] == 0
    assert search.ensemble_.predict(X).shape == Y.shape


def test_what_is_complete_is_kept_in_a_checkpoint_and_the_rest_is_trained_later(clock, tmp_path):
    path = tmp_path / "kept"
    ended(14.0, checkpoint=path, refit=False)
    before = clock.n_epochs
    search = search_of(None, checkpoint=path, refit=False).fit(X, Y)
    assert clock.n_epochs - before == 4 * 3  # three of six fits
    whole = without_limit(refit=False)
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_score"], whole.cv_results_["mean_test_score"]
    )


def test_a_time_that_is_not_positive_is_an_error():
    with pytest.raises(ValueError, match="'max_seconds' parameter of BatchedRandomizedSearchCV"):
        search_of(-1.0).fit(X, Y)
