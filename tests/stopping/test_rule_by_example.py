"""The rule, on curves that are short enough to follow by hand."""

import pytest

from sklearn_deep.plugins import resolve
from sklearn_deep.stopping import EarlyStopping

BUMP = [1, 0.9, 0.8, 0.85, 0.7]
SLOW = [1 - 0.004 * epoch for epoch in range(60)]
EARLY_GAIN = [1, 0.995, 0.994, 1.2, 1.2, 1.2]


@pytest.mark.parametrize("patience", [0, 1])
def test_without_patience_the_first_miss_stops(patience):
    assert EarlyStopping(patience=patience).replay(BUMP) == (3, 2)


def test_a_patience_of_two_survives_one_miss():
    assert EarlyStopping(patience=2).replay(BUMP) == (None, 4)


def test_a_tie_is_a_miss():
    assert EarlyStopping().replay([1, 1, 1]) == (1, 0)


def test_the_best_value_moves_only_on_a_gain_that_counts():
    # Every third epoch is .012 below the best one.
    assert EarlyStopping(min_delta=0.01, patience=5).replay(SLOW) == (None, 57)
    assert EarlyStopping(min_delta=0.01, patience=3).replay(SLOW) == (None, 57)


def test_too_slow_a_fall_stops():
    assert EarlyStopping(min_delta=0.01, patience=2).replay(SLOW) == (2, 0)


def test_the_best_epoch_is_the_last_whose_gain_counts():
    assert EarlyStopping(min_delta=0.01, patience=9).replay(EARLY_GAIN) == (None, 0)
    assert EarlyStopping(min_delta=0.01, patience=5).replay(EARLY_GAIN) == (5, 0)


def test_a_gain_of_exactly_min_delta_does_not_count():
    assert EarlyStopping(min_delta=0.25).replay([1, 0.75]) == (1, 0)


def test_a_relative_gain_is_a_share_of_the_first_value_that_is_looked_at():
    curve = [100, 60, 55, 51, 45]
    assert EarlyStopping(min_delta=0.1, patience=2, relative=True).replay(curve) == (3, 1)
    assert EarlyStopping(min_delta=10, patience=2).replay(curve) == (3, 1)
    late = EarlyStopping(min_delta=0.1, patience=2, relative=True, start_from_epoch=1)
    assert late.replay([0, *curve[1:]]) == (None, 3)  # a gain of 9 is more than a tenth of 60


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9, -1.0])
def test_a_relative_gain_has_no_unit(unit):
    rule = EarlyStopping("loss" if unit > 0 else "r2", min_delta=0.02, patience=3, relative=True)
    curve = [1 / (1 + epoch) for epoch in range(40)]
    assert rule.replay([unit * value for value in curve]) == (13, 10)


def test_epochs_before_the_start_are_not_looked_at():
    rule = EarlyStopping(patience=2, start_from_epoch=3)
    assert rule.replay([0, 0, 0, 1, 1, 1, 1]) == (5, 3)
    assert rule.replay([1, 1, 1, 0.5, 0.4, 0.6, 0.3, 0.3, 0.3]) == (8, 6)


def test_a_curve_that_ends_before_the_start_has_no_best_epoch():
    assert EarlyStopping(start_from_epoch=3).replay([1, 2, 3]) == (None, None)
    assert EarlyStopping().replay([]) == (None, None)


@pytest.mark.parametrize("monitor", ["accuracy", "val_accuracy", "r2", "val_r2"])
def test_scores_are_better_when_larger(monitor):
    assert EarlyStopping(monitor).replay([-0.5, 0.6, 0.5, 0.7]) == (2, 1)
    assert EarlyStopping(monitor, min_delta=0.25, patience=2).replay([0, 0.25, 0.5, 0.5]) == (
        None,
        2,
    )


@pytest.mark.parametrize("monitor", ["loss", "val_loss"])
def test_losses_are_better_when_smaller(monitor):
    assert EarlyStopping(monitor).replay([0.5, 0.4, 0.6]) == (2, 1)


def test_the_defaults_are_those_of_keras():
    assert EarlyStopping().get_params() == {
        "monitor": "val_loss",
        "min_delta": 0.0,
        "patience": 0,
        "restore_best_weights": False,
        "start_from_epoch": 0,
        "relative": False,
    }


def test_to_convergence_means_twenty_epochs_without_a_smaller_loss():
    rule = resolve("stopping", "convergence", argument="early_stopping", owner="Owner")
    assert rule.get_params() == EarlyStopping(monitor="loss", min_delta=0, patience=20).get_params()
    assert rule.replay([1, 0.5] + [0.5] * 30) == (21, 1)
