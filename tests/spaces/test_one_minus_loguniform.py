"""Momenta are log-uniform in their distance from one."""

import numpy as np
import pytest
from scipy import stats

from sklearn_deep.model_selection import one_minus_loguniform


def test_the_distance_from_one_is_log_uniform():
    drawn = one_minus_loguniform(0.9, 0.999).rvs(size=5000, random_state=0)
    assert stats.kstest(1 - drawn, stats.loguniform(1e-3, 1e-1).cdf).pvalue > 0.01


def test_a_draw_is_the_formula_of_a_uniform_number():
    u = np.random.RandomState(4).random(50)
    drawn = one_minus_loguniform(0.9, 0.999).rvs(size=50, random_state=4)
    assert drawn == pytest.approx(1 - 10.0 ** -(1 + 2 * u), rel=1e-13)


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 0.5), (0.25, 0.95), (0.9, 0.999), (0.3, 1 - 1e-12)]
)
def test_the_ends_are_reached_and_nothing_lies_outside(low, high):
    values = one_minus_loguniform(low, high).ppf(np.linspace(0, 1, 1001))
    assert values[[0, -1]] == pytest.approx([low, high], rel=1e-12)
    assert low <= values.min()
    assert values.max() <= high


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.1, 0.9, r"'low' parameter of one_minus_loguniform must be a float in the range \[0.0"),
        (1, 1, "'low' parameter .* Got 1 instead"),
        (0.9, 1.0, r"'high' parameter .* in the range \(0.9, 1.0\). Got 1.0 instead"),
        (0.9, 0.9, "'high' parameter"),
        (0.9, np.nan, "'high' parameter"),
        ("0.9", 0.99, "'low' parameter"),
    ],
)
def test_ends_that_are_none_are_refused(low, high, words):
    with pytest.raises(ValueError, match=words):
        one_minus_loguniform(low, high)


def test_numbers_of_numpy_are_plain_numbers_in_its_words():
    ends = np.array([0.5, 0.75])
    assert repr(one_minus_loguniform(*ends)) == "one_minus_loguniform(low=0.5, high=0.75)"
