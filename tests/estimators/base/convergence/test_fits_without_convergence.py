"""A fit that was still improving at ``max_epochs`` gives a warning."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import EpochScoring

from sklearn_deep import AutoencoderTransformer, JointAERegressor, MLPClassifier, MLPRegressor
from sklearn_deep.estimators._base.convergence import recent_gain
from sklearn_deep.schedules import Cosine, Exponential, OneCycle, Schedule, WarmUp
from sklearn_deep.stopping import EarlyStopping
from tests._support.for_all import for_all

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
Y = X @ [1.0, -2.0, 0.5]
CLASSES = (Y > 0).astype(int)
SLOW = {"learning_rate": 1e-3, "max_epochs": 15, "random_state": 0}
SLOW_MLP = SLOW | {"early_stopping": "convergence"}


def told(call):
    """Return the convergence warnings of a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [w for w in caught if w.category is ConvergenceWarning]


@pytest.mark.parametrize(
    "estimator",
    [
        MLPClassifier((4,), **SLOW_MLP),
        MLPRegressor((4,), **SLOW_MLP),
        AutoencoderTransformer(1, encoder_layer_sizes=(4,), **SLOW),
        JointAERegressor(1, encoder_layer_sizes=(4,), **SLOW),
        MLPClassifier((4,), early_stopping=True, **SLOW),
        MLPRegressor((4,), early_stopping=EarlyStopping("r2", patience=3), **SLOW),
        MLPRegressor((4,), schedule="exponential", **SLOW_MLP),
        MLPRegressor((4,), schedule=WarmUp(epochs=2), **SLOW_MLP),
        MLPRegressor((4,), schedule=WarmUp(epochs=2, then=Exponential()), **SLOW_MLP),
        MLPRegressor((4,), schedule="plateau", **SLOW_MLP),
        MLPRegressor((4,), schedule=lambda epoch: 1.0, **SLOW_MLP),
    ],
    ids=range(11),
)
def test_a_fit_that_still_improves_names_max_epochs(estimator):
    (warning,) = told(lambda: estimator.fit(X, CLASSES))
    text = str(warning.message)
    assert text.startswith(f"{type(estimator).__name__} has not converged after max_epochs=15: ")
    assert "Increase max_epochs" in text
    assert warning.filename == __file__


def test_a_score_of_a_callback_is_judged_in_its_own_direction():
    for name, sign in (("r2", 1), ("neg_mean_squared_error", 1)):
        score = EpochScoring(name, lower_is_better=False, name="mine", on_train=True)
        rule = EarlyStopping("mine", patience=10)
        estimator = MLPRegressor((4,), early_stopping=rule, net_callbacks=[score], **SLOW)
        (warning,) = told(lambda estimator=estimator: estimator.fit(X, Y))
        assert "mine improved by" in str(warning.message)
        assert sign * np.diff(estimator.history_["mine"]).mean() > 0


class Ended(Schedule):
    """A user-defined schedule that is finished at the end of the fit."""

    ends = True

    def factors(self, times, n_epochs):
        return 1 - times / (n_epochs + 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"early_stopping": None},
        {"early_stopping": False},
        {"schedule": "cosine"},
        {"schedule": Cosine(final_factor=0.5)},
        {"schedule": OneCycle()},
        {"schedule": WarmUp(epochs=2, then=Cosine())},
        {"schedule": Ended()},
        {"learning_rate": 1e-9},  # hardly improves
        {"learning_rate": 0.02, "max_epochs": 2000},  # stops
        {"max_epochs": 1},  # nothing to compare with
    ],
    ids=str,
)
def test_no_rule_an_ended_schedule_or_no_gain_say_nothing(settings):
    estimator = MLPRegressor((4,), **SLOW | settings)
    assert told(lambda: estimator.fit(X, Y)) == []


@pytest.mark.slow
def test_convergence_has_no_tolerance():
    # The warning has a tolerance, although the rule has no tolerance.
    preset = EarlyStopping("loss", min_delta=0.0, patience=20)
    settings = {"learning_rate": 0.02, "max_epochs": 2000, "random_state": 0}
    estimator = MLPRegressor((4,), early_stopping="convergence", **settings)
    mine = estimator.fit(X, Y)
    theirs = MLPRegressor(**estimator.get_params() | {"early_stopping": preset}).fit(X, Y)
    assert mine.n_epochs_ == theirs.n_epochs_ < 2000


def test_a_rule_that_stops_in_the_last_epoch_has_stopped():
    rule = EarlyStopping("loss", patience=5)
    settings = {"learning_rate": 0.05, "early_stopping": rule, "random_state": 0}
    n_epochs = MLPRegressor((4,), max_epochs=500, **settings).fit(X, Y).n_epochs_
    assert n_epochs < 500
    again = MLPRegressor((4,), max_epochs=n_epochs, **settings)
    assert told(lambda: again.fit(X, Y)) == []


def test_a_fit_that_diverges_warns_of_that_alone():
    estimator = MLPRegressor((4,), optimizer="sgd", learning_rate=1e30, max_epochs=20)
    (warning,) = told(lambda: estimator.fit(X, Y))
    assert "diverged" in str(warning.message)


def test_partial_fit_says_nothing_and_each_warm_start_judges_its_own_epochs():
    estimator = MLPRegressor((4,), warm_start=True, **SLOW_MLP)
    assert told(lambda: estimator.partial_fit(X, Y).partial_fit(X, Y)) == []
    for _ in range(2):
        assert len(told(lambda: estimator.fit(X, Y))) == 1
    assert told(lambda: estimator.set_params(learning_rate=1e-12).fit(X, Y)) == []


@for_all(
    ("values", "n_last", "larger", "expected"),
    [
        ([1.0, 0.9, 0.8], 1, False, 0.1 / 0.9),
        ([1.0, 0.9, 0.8], 2, False, 0.2),
        ([1.0, 0.5, 0.8], 1, False, 0.0),  # worse than the best before
        ([1.0, 0.5, 0.8, 0.4], 1, False, 0.2),
        ([0.5, 0.6], 1, True, 0.2),
        ([0.6, 0.5], 1, True, 0.0),
        ([-2.0, -1.0], 1, True, 0.5),  # R² below 0
        ([-1.0, -2.0], 1, False, 1.0),
        ([0.0, 0.1], 1, True, np.inf),
        ([0.0, 0.0], 1, False, 0.0),
        ([np.nan, 1.0, 0.5], 1, False, 0.5),
        ([np.inf, 0.5], 1, False, 0.0),
        ([np.nan, np.nan], 1, True, 0.0),
        ([1.0], 1, False, 0.0),
    ],
)
def test_gain_is_a_share_of_the_best_value_before(values, n_last, larger, expected):
    assert recent_gain(np.array(values), n_last, larger) == pytest.approx(expected)
