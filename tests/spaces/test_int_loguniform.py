"""Integers have the probabilities of rounded log-uniform numbers."""

import numpy as np
import pytest
from scipy import stats

from sklearn_deep._spaces.quantiles import value_at
from sklearn_deep.model_selection import int_loguniform
from tests._support.for_all import for_all

ENDS = [(1, 1), (1, 2), (1, 300), (7, 9), (16, 1024), (10**6, 10**6 + 50)]


@pytest.mark.parametrize(("low", "high"), [(1, 8), (5, 20)])
def test_draws_have_the_probability_of_the_formula(low, high):
    k = np.arange(low, high + 1)
    probability = np.log((k + 0.5) / (k - 0.5)) / np.log((high + 0.5) / (low - 0.5))
    drawn = int_loguniform(low, high).rvs(size=5000, random_state=0)
    counts = [np.sum(drawn == value) for value in k]
    assert sum(counts) == 5000
    assert stats.chisquare(counts, 5000 * probability).pvalue > 0.01
    assert int_loguniform(low, high).pmf(k) == pytest.approx(probability, rel=1e-12)


def test_it_is_a_log_uniform_number_rounded():
    real = stats.loguniform(2.5, 40.5)
    rounded = np.rint(real.ppf(np.linspace(0.0005, 0.9995, 1000)))
    assert int_loguniform(3, 40).ppf(np.linspace(0.0005, 0.9995, 1000)).tolist() == rounded.tolist()


@for_all(("low", "high"), ENDS)
def test_probabilities_their_sums_and_quantiles_agree(low, high):
    distribution, k = int_loguniform(low, high), np.arange(low, high + 1)
    cdf = distribution.cdf(k)
    assert cdf == pytest.approx(np.cumsum(distribution.pmf(k)), abs=1e-9)
    assert (distribution.cdf(low - 1), cdf[-1]) == (0, 1)
    assert distribution.ppf(cdf).tolist() == k.tolist()
    assert distribution.ppf(np.nextafter(cdf[:-1], 1)).tolist() == k[1:].tolist()
    assert distribution.ppf([0, 1]).tolist() == [low, high]


def test_what_is_no_integer_within_has_no_probability():
    distribution = int_loguniform(3, 6)
    assert distribution.pmf([2, 3.5, 7, np.nan]).tolist() == [0, 0, 0, 0]
    assert distribution.cdf(4.9) == distribution.cdf(4)
    assert distribution.cdf([-5.0, 99.0]).tolist() == [0, 1]
    assert np.isnan(distribution.ppf([-0.1, 1.1])).all()


@pytest.mark.parametrize(("low", "high"), [(1, 2), (4, 11), (1, 300)])
def test_integers_of_scipy_have_no_rounded_quantiles(low, high):
    distribution, k = stats.randint(low, high + 1), np.arange(low, high + 1)
    cdf = distribution.cdf(k)
    assert value_at(distribution, cdf).tolist() == k.tolist()
    assert value_at(distribution, np.nextafter(cdf[:-1], 1)).tolist() == k[1:].tolist()
    assert value_at(distribution, np.array([0, 1])).tolist() == [low, high]


def test_draws_are_integers():
    assert type(int_loguniform(1, 9).rvs(random_state=0)) is int
    assert int_loguniform(1, 9).rvs(size=3, random_state=0).dtype.kind == "i"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 5, r"'low' parameter of int_loguniform must be an int in the range \[1"),
        (1.0, 5, "'low' parameter .* Got 1.0 instead"),
        (4, 3, r"'high' parameter of int_loguniform must be an int in the range \[4"),
        (4, 2**53 + 1, "'high' parameter"),
        (4, None, "'high' parameter"),
    ],
)
def test_ends_that_are_none_are_refused(low, high, words):
    with pytest.raises(ValueError, match=words):
        int_loguniform(low, high)


def test_integers_of_numpy_are_plain_integers_in_its_words():
    assert repr(int_loguniform(*np.array([2, 5]))) == "int_loguniform(low=2, high=5)"
