"""Keras' rule of a plateau, by examples computed by hand from its description."""

import pickle

import numpy as np
import pytest

from sklearn_deep.schedules import Cosine, Plateau, WarmUp
from tests._support.for_all import for_all

HALF = {"factor": 0.5, "min_delta": 0.0}

# The factor in each epoch, which depends on the values up to the epoch before.
EXAMPLES = {
    "what improves stays": (Plateau(patience=1, **HALF), [5, 4, 3, 2], [1, 1, 1, 1]),
    "the second epoch in a row without gain": (
        Plateau(patience=2, **HALF),
        [5, 5, 5, 5, 5, 5],
        [1, 1, 1, 0.5, 0.5, 0.25],
    ),
    "a gain begins the count anew": (
        Plateau(patience=2, **HALF),
        [5, 5, 4, 4, 4, 4],
        [1, 1, 1, 1, 1, 0.5],
    ),
    "patience of 0 is patience of 1": (
        Plateau(patience=0, **HALF),
        [5, 5, 5, 4],
        [1, 1, 0.5, 0.25],
    ),
    "gains count from the best value, not from the last": (
        Plateau(patience=2, **HALF),
        [5, 7, 6, 5.5],
        [1, 1, 1, 0.5],
    ),
    "a gain of min_delta is none": (
        Plateau(patience=1, factor=0.5, min_delta=1.0),
        [5, 4, 3, 2.5, 2],
        [1, 1, 0.5, 0.5, 0.25],
    ),
    "the best value moves with a gain that counts only": (
        Plateau(patience=3, factor=0.5, min_delta=1.0),
        [5, 4.5, 4, 3.5, 3.4, 3.3, 3.2, 3.1],
        [1, 1, 1, 1, 1, 1, 1, 0.5],
    ),
    "a cooldown of 3 lets two epochs pass": (
        Plateau(patience=1, cooldown=3, **HALF),
        [5, 5, 5, 5, 5, 5],
        [1, 1, 0.5, 0.5, 0.5, 0.25],
    ),
    "a cooldown of 1 is none": (
        Plateau(patience=1, cooldown=1, **HALF),
        [5, 5, 5, 5],
        [1, 1, 0.5, 0.25],
    ),
    "a gain in a cooldown is the new best": (
        Plateau(patience=1, cooldown=2, **HALF),
        [5, 5, 3, 4, 4],
        [1, 1, 0.5, 0.5, 0.25],
    ),
    "not below min_factor": (
        Plateau(patience=1, min_factor=0.3, **HALF),
        [5, 5, 5, 5],
        [1, 1, 0.5, 0.3],
    ),
    "accuracy is better when larger": (
        Plateau(monitor="accuracy", patience=1, **HALF),
        [0.5, 0.6, 0.7, 0.6, 0.6],
        [1, 1, 1, 1, 0.5],
    ),
    "so is R² on validation rows": (
        Plateau(monitor="val_r2", patience=1, **HALF),
        [-3, -2, -2, -1],
        [1, 1, 1, 0.5],
    ),
    "nan is no gain": (Plateau(patience=1, **HALF), [5, np.nan, 4], [1, 1, 0.5]),
}


def factors(schedule, values):
    """Return the factor in each epoch of a fit with these values, with one step per epoch."""
    pace, found = schedule.begin(), []
    for epoch, value in enumerate(values):
        found.append(float(pace.factors(np.array([float(epoch)]), len(values))[0]))
        pace.see({schedule.monitor: value, "other": 0.0})
    return found


@for_all(("schedule", "values", "expected"), EXAMPLES.values())
def test_a_worked_example(schedule, values, expected):
    assert factors(schedule, values) == expected


def test_the_defaults_are_those_of_keras_but_for_the_monitor():
    assert Plateau().get_params() == {
        "monitor": "loss",
        "factor": 0.1,
        "patience": 10,
        "min_delta": 1e-4,
        "cooldown": 0,
        "min_factor": 0.0,
    }


def test_all_steps_of_an_epoch_have_its_factor():
    pace = Plateau(patience=1, **HALF).begin()
    for _ in range(2):
        pace.see({"loss": 1.0})
    np.testing.assert_array_equal(pace.factors(np.array([2.0, 2.25, 2.5]), 9), [0.5, 0.5, 0.5])


def test_two_fits_of_one_schedule_do_not_meet():
    schedule = Plateau(patience=1, **HALF)
    assert factors(schedule, [1, 1, 1]) == factors(schedule, [1, 1, 1])


@pytest.mark.parametrize(
    "schedule", [Plateau(patience=2, **HALF), WarmUp(epochs=1, start=0.5, then=Plateau())]
)
def test_a_pace_that_was_pickled_goes_on_where_it_was(schedule):
    pace = schedule.begin()
    for _ in range(3):
        pace.see({"loss": 1.0})
    twin = pickle.loads(pickle.dumps(pace))
    for epoch in range(3, 30):
        time = np.array([float(epoch)])
        assert twin.factors(time, 30) == pace.factors(time, 30)
        pace.see({"loss": 1.0})
        twin.see({"loss": 1.0})


def test_after_a_rise_only_epochs_past_it_count():
    schedule = WarmUp(epochs=2, start=0.5, then=Plateau(monitor="val_loss", patience=1, **HALF))
    assert schedule.monitor == "val_loss"
    assert factors(schedule, [1, 1, 1, 1, 1]) == [0.5, 0.75, 1, 1, 0.5]


def test_schedules_that_look_at_nothing_have_no_monitor():
    assert Cosine().monitor is None
    assert WarmUp(then=Cosine()).monitor is None
    assert WarmUp().monitor is None
