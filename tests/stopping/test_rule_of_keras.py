"""The rule equals that of Keras, restated here from its description, on random curves and settings."""

import itertools
import operator
import random

import pytest

from sklearn_deep.stopping import EarlyStopping


def keras(values, *, sign, min_delta, patience, start):
    """Return ``(stopped_epoch, best_epoch)`` of a curve by the description in Keras.

    An epoch is good if it improves on the previous good one by more than ``min_delta``; the first
    monitored epoch is good. Training ends at the first epoch that is ``patience`` epochs, and at least
    one, after the last good one.
    """
    good = []
    for epoch in range(start, len(values)):
        if not good or sign * (values[epoch] - values[good[-1]]) > min_delta:
            good.append(epoch)
        elif epoch - good[-1] >= max(patience, 1):
            return epoch, good[-1]
    return None, good[-1] if good else None


def a_case(seed):
    chance = random.Random(seed)
    # In multiples of 1/64, so that ties and gains of exactly min_delta occur.
    drift = chance.choice([0, 0, 1, 2])
    steps = [chance.randint(-4 - drift, 4) for _ in range(chance.randint(1, 30))]
    values = [(200 + sum(steps[: i + 1])) / 64 for i in range(len(steps))]
    settings = {
        "min_delta": chance.choice([0, 0, 1, 3, 8]) / 64,
        "patience": chance.choice([0, 1, 2, 3, 5, 10]),
        "start": chance.choice([0, 0, 0, 1, 4]),
    }
    return values, settings


CASES = [a_case(seed) for seed in range(300)]


@pytest.mark.parametrize(("monitor", "sign"), [("val_loss", -1), ("accuracy", 1)])
def test_replay_is_the_rule_of_keras(monitor, sign):
    for values, settings in CASES:
        curve = [-sign * value for value in values]
        rule = EarlyStopping(
            monitor,
            min_delta=settings["min_delta"],
            patience=settings["patience"],
            start_from_epoch=settings["start"],
        )
        assert rule.replay(curve) == keras(curve, sign=sign, **settings), (curve, settings)


def test_the_random_curves_reach_every_outcome():
    outcomes = [keras(values, sign=-1, **settings) for values, settings in CASES]
    stopped = [outcome for outcome in outcomes if outcome[0] is not None]
    assert 50 < len(stopped) < 250
    assert len({stop - best for stop, best in stopped}) == 5  # one per patience; 0 and 1 are equal
    assert any(best is None for _, best in outcomes)


def of_the_callback(values, *, larger, min_delta, patience):
    """Return the same by the state machine of Keras 3's callback, operation by operation."""
    operation = operator.gt if larger else operator.lt
    min_delta = abs(min_delta) * (1 if larger else -1)
    wait, best, best_epoch = 0, None, 0
    for epoch, current in enumerate(values):
        wait += 1
        if best is None or operation(current - min_delta, best):
            best, best_epoch, wait = current, epoch, 0
            continue
        if wait >= patience and epoch > 0:
            return epoch, best_epoch
    return None, best_epoch


@pytest.mark.parametrize(("monitor", "larger"), [("val_loss", False), ("accuracy", True)])
def test_ties_in_floating_point_are_decided_as_in_keras(monitor, larger):
    chance, n_ties = random.Random(0), 0
    for _ in range(1500):
        min_delta = chance.choice([0.1, 0.01, 0.001, 0.003])
        # Multiples of min_delta in decimals, which give ties up to rounding.
        steps = [chance.randint(-2, 2) for _ in range(20)]
        values = [round(1 + sum(steps[: i + 1]) * min_delta, 6) for i in range(20)]
        patience = chance.choice([2, 3, 5])
        rule = EarlyStopping(monitor, min_delta=min_delta, patience=patience)
        expected = of_the_callback(values, larger=larger, min_delta=min_delta, patience=patience)
        assert rule.replay(values) == expected, (values, min_delta, patience)
        pairs = [(a, b) for a, b in itertools.pairwise(values) if a != b]
        n_ties += any((b + min_delta < a) != (b < a - min_delta) for a, b in pairs)
    assert n_ties > 20  # the order of operations matters
