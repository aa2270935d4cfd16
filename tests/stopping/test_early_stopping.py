"""Early stopping against the table of Keras' rule and a second statement of the rule."""

import random

import pytest

from sklearn_deep.stopping import EarlyStopping

FALLING = [1 - 0.004 * epoch for epoch in range(40)]


@pytest.mark.parametrize(
    ("values", "rule", "stopped", "best"),
    [
        ([1, 0.9, 0.8, 0.85, 0.7], {"patience": 0}, 3, 2),
        ([1, 0.9, 0.8, 0.85, 0.7], {"patience": 1}, 3, 2),
        ([1, 0.9, 0.8, 0.85, 0.7], {"patience": 2}, None, 4),
        ([1, 1, 1], {"patience": 0}, 1, 0),
        (FALLING, {"min_delta": 0.01, "patience": 5}, None, 39),
        (FALLING, {"min_delta": 0.01, "patience": 2}, 2, 0),
        ([1, 0.995, 0.994, 1.2], {"min_delta": 0.01, "patience": 9}, None, 0),
        ([1] * 9, {"start_from_epoch": 3, "patience": 2}, 5, 3),
        ([1], {"patience": 0}, None, 0),
        ([], {}, None, None),
        ([1, 2], {"start_from_epoch": 5}, None, None),
    ],
)
def test_the_rule_stops_where_the_table_says(values, rule, stopped, best):
    assert EarlyStopping(**rule).replay(values) == (stopped, best)


@pytest.mark.parametrize("monitor", ["accuracy", "val_accuracy", "r2", "val_r2"])
def test_scores_are_better_when_larger(monitor):
    rule = EarlyStopping(monitor, patience=1)
    assert rule.replay([0.5, 0.6, 0.7, 0.65]) == (3, 2)
    assert EarlyStopping("val_loss", patience=1).replay([0.5, 0.6, 0.7]) == (1, 0)


def keras(values, sign, min_delta, patience, start):
    """State the rule again: where it stops, and the last epoch that qualified."""
    best_at, best, waited = None, None, 0
    for epoch in range(start, len(values)):
        if best is None or sign * (values[epoch] - best) > min_delta:
            best_at, best, waited = epoch, values[epoch], 0
            continue
        waited += 1
        if waited >= max(patience, 1) and epoch > 0:
            return epoch, best_at
    return None, best_at


def test_the_rule_agrees_with_its_second_statement_on_random_curves():
    chance = random.Random(0)
    for _ in range(500):
        # Eighths are exact, so both statements compare the same numbers.
        values = [chance.randint(0, 16) / 8 for _ in range(chance.randint(0, 25))]
        monitor, sign = chance.choice([("loss", -1), ("accuracy", 1)])
        delta, patience = chance.choice([0, 0.125, 0.5]), chance.randint(0, 6)
        start = chance.choice([0, 0, 1, 4])
        rule = EarlyStopping(monitor, delta, patience, start_from_epoch=start)
        assert rule.replay(values) == keras(values, sign, delta, patience, start)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("patience", -1),
        ("patience", 1.5),
        ("min_delta", -0.1),
        ("start_from_epoch", -1),
        ("monitor", 3),
    ],
)
def test_a_field_out_of_range_is_named(field, value):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of EarlyStopping must be"):
        EarlyStopping(**{field: value}).check()
