"""Tuples of widths have the requested depths, widths and shapes."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from sklearn_deep import MLPClassifier
from sklearn_deep.model_selection import hidden_layers, int_loguniform


def drawn(n_draws=3000, **fields):
    return list(hidden_layers(**fields).rvs(size=n_draws, random_state=0))


def p_of_counts(values, expected):
    """Return the p-value of drawing these values with the expected probabilities."""
    counts = Counter(values)
    assert set(counts) <= set(expected)
    observed = [counts[value] for value in expected]
    return stats.chisquare(observed, len(values) * np.array([*expected.values()])).pvalue


def test_depths_are_equally_likely_both_ends_included():
    depths = [len(widths) for widths in drawn(n_layers=(0, 3))]
    assert p_of_counts(depths, dict.fromkeys(range(4), 1 / 4)) > 0.01


def test_linear_widths_are_equally_likely_both_ends_included():
    widths = [width for each in drawn(n_units=(5, 12)) for width in each]
    assert p_of_counts(widths, dict.fromkeys(range(5, 13), 1 / 8)) > 0.01


def test_log_widths_are_log_uniform_multiples():
    widths = [w for each in drawn(n_units=(10, 67), scale="log", multiple_of=8) for w in each]
    law = int_loguniform(2, 8)
    assert p_of_counts(widths, {8 * k: law.pmf(k) for k in range(2, 9)}) > 0.01


def test_free_widths_go_up_and_down():
    pairs = drawn(n_layers=2, n_units=(1, 3), shape="free")
    expected = {(first, second): 1 / 9 for first in (1, 2, 3) for second in (1, 2, 3)}
    assert p_of_counts(pairs, expected) > 0.01


def test_constant_widths_are_one_draw():
    widths = drawn(n_layers=3, n_units=(1, 3), shape="constant")
    assert p_of_counts(widths, {(w, w, w): 1 / 3 for w in (1, 2, 3)}) > 0.01


def test_a_funnel_is_sorted_draws():
    pairs = drawn(n_layers=2, n_units=(1, 3), shape="funnel")
    expected = {(a, b): (1 if a == b else 2) / 9 for a in (1, 2, 3) for b in range(1, a + 1)}
    assert p_of_counts(pairs, expected) > 0.01


def test_draws_are_tuples_of_plain_integers_that_networks_take():
    for shape in ("free", "constant", "funnel"):
        sizes = hidden_layers(2, (8, 16), shape=shape).rvs(random_state=0)
        assert type(sizes) is tuple
        assert [type(width) for width in sizes] == [int, int]
    X, y = np.eye(4), [0, 1, 0, 1]
    assert MLPClassifier(sizes, max_epochs=1).fit(X, y).predict(X).shape == (4,)


def test_no_layers_are_an_empty_tuple():
    assert [hidden_layers(0, shape=s).rvs(random_state=0) for s in ("free", "constant")] == [()] * 2


def test_one_number_is_both_ends():
    assert hidden_layers(2, 8) == hidden_layers((2, 2), [8, 8])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"n_layers": (3, 1)}, "'n_layers' parameter of hidden_layers must be an integer >= 0 or"),
        ({"n_layers": -1}, "'n_layers' parameter .* got -1"),
        ({"n_layers": 1.5}, "'n_layers' parameter .* got 1.5"),
        ({"n_units": (0, 3)}, "'n_units' parameter of hidden_layers must be an integer >= 1 or"),
        ({"n_units": (1, 2, 3)}, r"'n_units' parameter .* got \(1, 2, 3\)"),
        ({"n_units": "16"}, "'n_units' parameter .* got '16'"),
        (
            {"n_units": (17, 31), "multiple_of": 16},
            r"multiple of multiple_of=16, got \(17",
        ),
        ({"multiple_of": 0}, "'multiple_of' parameter of hidden_layers must be an int"),
        ({"scale": "exp"}, "'scale' parameter of hidden_layers must be a str among"),
        ({"shape": "diamond"}, "'shape' parameter of hidden_layers must be a str among"),
    ],
)
def test_fields_that_are_none_are_refused(fields, words):
    with pytest.raises(ValueError, match=words):
        hidden_layers(**fields)


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("shape", ["free", "constant", "funnel"])
def test_it_holds_what_it_draws(scale, shape):
    distribution = hidden_layers((0, 3), (10, 70), scale=scale, shape=shape, multiple_of=4)
    assert all(map(distribution.holds, distribution.rvs(size=50, random_state=0)))


def test_it_does_not_hold_what_it_does_not_draw():
    others = [(8,), (20,), (14,), (16, 16), (), 16, "16", (12.5,), [None]]
    assert not any(map(hidden_layers(1, (10, 18), multiple_of=4).holds, others))
    assert not hidden_layers(2, shape="constant").holds((32, 16))
    assert not hidden_layers(2, shape="funnel").holds((16, 32))


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_it_narrows_to_the_depths_and_widths_of_winners(scale):
    distribution = hidden_layers((1, 4), (16, 512), scale=scale, multiple_of=8)
    narrow = distribution.narrowed([(64, 40), (48,), (80, 56)])
    assert narrow.n_layers[1] <= 3
    assert 16 <= narrow.n_units[0] <= 40
    assert 80 <= narrow.n_units[1] < 512
    assert narrow.n_units[0] % 8 == narrow.n_units[1] % 8 == 0
    assert (narrow.scale, narrow.shape, narrow.multiple_of) == (scale, "free", 8)


def test_the_best_stays_over_many_stages():
    best, source = (48, 200, 136), np.random.RandomState(0)
    distribution = hidden_layers((1, 6), (16, 256), multiple_of=8)
    for _ in range(8):
        before = distribution
        distribution = distribution.narrowed([best, *before.rvs(size=3, random_state=source)])
        assert distribution.holds(best)
        assert np.ptp(distribution.n_layers) <= np.ptp(before.n_layers)
        assert np.ptp(distribution.n_units) <= np.ptp(before.n_units)
    assert distribution.n_units == (48, 200)


def test_networks_without_layers_tell_nothing_about_widths():
    assert hidden_layers((0, 1), (16, 64)).narrowed([(), ()]) == hidden_layers(0, (16, 64))
    assert hidden_layers((0, 1), (16, 64)).narrowed([(), (20,)]).n_units[1] < 64
