"""A tuner ends when its time is over, chooses among what is complete, and says so."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep.model_selection import BiasVarianceTuner
from tests._support.clock import EpochClock
from tests._support.searches.small import X, Y, network

EPOCHS = 4  # of a fit; a round of one setting takes two fits


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that each epoch of a network moves by one second."""
    return EpochClock(monkeypatch)


def tuner_of(max_seconds, **settings):
    estimator = network(max_epochs=EPOCHS, early_stopping=None)
    settings = {
        "cv": 2,
        "n_iter": 2,
        "max_fits": 10,
        "tolerance": 0.0,
        "random_state": 0,
    } | settings
    return BiasVarianceTuner(estimator, max_seconds=max_seconds, **settings)


def ended(max_seconds, **settings):
    """Return a fitted tuner and the text of the warning about its time."""
    tuner = tuner_of(max_seconds, **settings)
    with pytest.warns(ConvergenceWarning) as caught:
        tuner.fit(X, Y)
    (warning,) = (one for one in caught if "max_seconds" in str(one.message))
    assert warning.filename == __file__
    return tuner, str(warning.message)


def test_the_estimator_as_given_is_trained_an_epoch_on_each_fold():
    tuner, text = ended(1e-12)
    assert tuner.stop_reason_ == "max_seconds"
    assert [(step.phase, step.n_fits) for step in tuner.steps_] == [("start", 2)]
    assert text.startswith(
        "BiasVarianceTuner reached max_seconds=1e-12 in round 0: the report is about"
    )
    # The final fit is not part of the time.
    assert tuner.best_estimator_.n_epochs_ == EPOCHS
    assert tuner.best_params_ == {}


def test_a_round_chooses_among_the_settings_that_are_complete(clock):
    # Without a limit the round chooses its second setting.
    whole = tuner_of(None).fit(X, Y)
    assert whole.steps_[1].params == {"learning_rate": 0.009}
    # With this limit its first one, of twice the epochs, is complete, and the second one has begun.
    tuner, text = ended(2 * EPOCHS + 2 * 2 * EPOCHS + 0.5)
    first, second = tuner.steps_
    assert first[:-1] == whole.steps_[0][:-1]  # all but the seconds
    assert (second.params, second.kept, second.n_fits) == ({"max_epochs": 2 * EPOCHS}, True, 3)
    assert tuner.stop_reason_ == "max_seconds"
    assert tuner.best_params_ == {"max_epochs": 2 * EPOCHS}
    assert tuner.n_fits_ == 5
    assert "in round 1: the networks of the last round ended after their current epoch" in text


def test_a_round_without_a_complete_setting_is_discarded(clock):
    tuner, _ = ended(2 * EPOCHS + 1.0)
    start, discarded = tuner.steps_
    assert not discarded.kept
    assert discarded.action == "the time was over"
    assert discarded.n_fits == 2
    assert tuner.best_params_ == {}
    assert tuner.best_score_ == pytest.approx(1 - start.validation_error)


def test_a_limit_that_is_not_reached_changes_nothing(clock):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", ".*has not converged")
        found, whole = (tuner_of(seconds).fit(X, Y) for seconds in (1e6, None))
    assert [step[:-1] for step in found.steps_] == [step[:-1] for step in whole.steps_]
    assert found.stop_reason_ == whole.stop_reason_ != "max_seconds"
    np.testing.assert_array_equal(
        found.best_estimator_.predict_proba(X), whole.best_estimator_.predict_proba(X)
    )


def test_a_time_that_is_over_between_rounds_needs_no_warning(clock):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tuner = tuner_of(2.0 * EPOCHS).fit(X, Y)
    assert (tuner.stop_reason_, len(tuner.steps_)) == ("max_seconds", 1)
