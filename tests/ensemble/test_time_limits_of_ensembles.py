"""An ensemble divides its time among its members, each of which trains for at least one epoch."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor
from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from sklearn_deep.training._plan.grouping import STACKED_ON
from tests._support.clock import EpochClock
from tests._support.searches.small import NUMBERS, X, Y, pipeline

SHORT = {"max_epochs": 8, "early_stopping": None, "batch_size": 32}


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that each epoch of a network moves by one second."""
    return EpochClock(monkeypatch)


def ensemble(n=4, max_seconds=None, estimator=None, **settings):
    estimator = MLPClassifier((4,), **SHORT) if estimator is None else estimator
    return DeepEnsembleClassifier(estimator, n, max_seconds=max_seconds, random_state=0, **settings)


def ended(model, y=Y):
    """Return a fitted ensemble, the epochs of its members and the text of the warning about its time."""
    with pytest.warns(ConvergenceWarning) as caught:
        model.fit(X, y)
    (warning,) = (one for one in caught if "max_seconds" in str(one.message))
    assert warning.filename == __file__
    return model, [one.n_epochs_ for one in model.estimators_], str(warning.message)


@pytest.mark.filterwarnings("ignore:.*were used to train every network")
@pytest.mark.parametrize("resampling", ["seeds", "folds", "bootstrap"])
def test_each_member_has_an_equal_share(clock, resampling):
    model, n_epochs, text = ended(ensemble(max_seconds=12.0, resampling=resampling))
    assert n_epochs == [3, 3, 3, 3]
    assert [one.stop_reason_ for one in model.estimators_] == ["max_seconds"] * 4
    assert text.startswith("DeepEnsembleClassifier reached max_seconds=12: 4 of 4 networks stopped")


@pytest.mark.parametrize(("seconds", "expected"), [(10.5, [4, 4, 3]), (7.0, [3, 2, 2])])
def test_shares_are_of_the_time_that_is_left(clock, seconds, expected):
    estimator = MLPClassifier((4,), **SHORT | {"max_epochs": 4})
    _, n_epochs, text = ended(ensemble(3, max_seconds=seconds, estimator=estimator))
    assert n_epochs == expected
    assert f"{sum(n < 4 for n in expected)} of 3 networks" in text


def test_every_member_trains_an_epoch_however_short_the_time():
    _, n_epochs, _ = ended(ensemble(max_seconds=1e-12))
    assert n_epochs == [1, 1, 1, 1]
    regressor = DeepEnsembleRegressor(MLPRegressor((4,), **SHORT), 2, max_seconds=1e-12)
    assert ended(regressor, NUMBERS)[1] == [1, 1]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_members_in_threads_train_an_epoch_however_short_the_time(n_jobs):
    _, n_epochs, _ = ended(ensemble(max_seconds=1e-12, n_jobs=n_jobs))
    assert n_epochs == [1, 1, 1, 1]


def test_a_limit_that_is_not_reached_changes_no_bit(clock):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = ensemble(max_seconds=1e6).fit(X, Y)
    np.testing.assert_array_equal(found.predict_proba(X), ensemble().fit(X, Y).predict_proba(X))


def test_members_of_one_population_share_the_whole_time(clock, monkeypatch):
    monkeypatch.setitem(STACKED_ON, "cpu", lambda device: 2**30)
    _, n_epochs, _ = ended(ensemble(max_seconds=3.0))
    assert n_epochs == [3, 3, 3, 3]


def test_pipelines_and_other_estimators_are_fitted(clock):
    piped = pipeline(**SHORT)
    model = ensemble(2, max_seconds=4.0, estimator=piped)
    with pytest.warns(ConvergenceWarning, match="2 of 2 networks"):
        model.fit(X, Y)
    assert [one[-1].n_epochs_ for one in model.estimators_] == [2, 2]
    others = ensemble(2, max_seconds=1e-12, estimator=LogisticRegression()).fit(X, Y)
    assert len(others.estimators_) == 2


def test_a_search_over_ensembles_keeps_their_limit(clock):
    search = BatchedRandomizedSearchCV(
        ensemble(2, max_seconds=4.0),
        {"estimator__learning_rate": [0.01, 0.1]},
        n_iter="all",
        cv=2,
        refit=False,
    )
    with pytest.warns(ConvergenceWarning, match="4 of 4 fits: DeepEnsembleClassifier reached"):
        search.fit(X, Y)
    assert clock.n_epochs == 4 * 4  # fits of two members, two epochs each


def test_a_time_that_is_not_positive_is_an_error():
    with pytest.raises(ValueError, match="'max_seconds' parameter of DeepEnsembleClassifier"):
        ensemble(max_seconds=0).fit(X, Y)
