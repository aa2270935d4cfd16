"""No test distinguishes the numbers from random ones, in any order of reading."""

from functools import partial

import numpy as np
import pytest
import torch
from scipy import stats

from sklearn_deep._random import blocks as _blocks
from sklearn_deep._random import draw_blocks, key_of
from sklearn_deep._random.philox import philox
from tests.random.battery import BATTERY, worst_of

SITE = "dropout.1"
# Sides of the table from which numbers are read, and number of its elements.
N_PLACES, N_ELEMENTS = 256, 1024
# Probabilities below this count as a failure. They are the same in every run.
LEAST = 1e-4


def drawn(keys, batches=range(1), epoch=0, n_elements=N_ELEMENTS, distribution="uniform"):
    """Return numbers ``(n_batches * n_keys, n_elements)``."""
    made = draw_blocks(distribution, torch.tensor(keys), epoch, batches, n_elements, torch.float64)
    return made.flatten(0, 1).numpy()


def of_epochs(**kind):
    key = [key_of(0, SITE)]
    return np.concatenate([drawn(key, epoch=epoch, **kind) for epoch in range(N_PLACES)])


# Each function returns rows of numbers whose counters differ in one part.
PLACES = {
    "batches": lambda **kind: drawn([key_of(0, SITE)], range(N_PLACES), **kind),
    "epochs": of_epochs,
    "seeds": lambda **kind: drawn([key_of(seed, SITE) for seed in range(N_PLACES)], **kind),
    "layers": lambda **kind: drawn([key_of(0, f"dropout.{i}") for i in range(N_PLACES)], **kind),
    "first words of keys": lambda **kind: drawn([(i, 0) for i in range(N_PLACES)], **kind),
    "second words of keys": lambda **kind: drawn([(0, i) for i in range(N_PLACES)], **kind),
}
# One number of each place in turn, and one block for all.
WALKS = {
    **{name: lambda places=places: places().T for name, places in PLACES.items()},
    "elements": lambda: drawn([key_of(0, SITE)], n_elements=N_PLACES * N_ELEMENTS),
}


@pytest.fixture(scope="module")
def walk(request):
    return (WALKS[request.param]().ravel() * 2**16).astype(int)


def congruential(n):
    """Return the low halves of a linear congruential generator's numbers."""
    states = [1]
    for _ in range(n):
        states.append((1664525 * states[-1] + 1013904223) % 2**32)
    return np.array(states[1:]) % 2**16


@pytest.fixture(scope="module")
def bad_walks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_blocks, "philox", partial(philox, n_rounds=2))
        two_rounds = (WALKS["elements"]().ravel() * 2**16).astype(int)
    return [two_rounds, congruential(len(two_rounds))]


@pytest.mark.parametrize("walk", WALKS, indirect=True)
@pytest.mark.parametrize("probability", BATTERY)
def test_numbers_pass(probability, walk):
    assert probability(walk) > LEAST


@pytest.mark.parametrize("probability", BATTERY)
def test_bad_numbers_fail(probability, bad_walks):
    assert min(map(probability, bad_walks)) < 1e-12


def correlation(numbers):
    """Return the probability of the correlations between rows."""
    correlations = np.corrcoef(numbers)[np.triu_indices(len(numbers), 1)]
    return worst_of(correlations * np.sqrt(numbers.shape[1]))


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
@pytest.mark.parametrize("places", PLACES)
def test_places_are_uncorrelated(places, distribution):
    numbers = PLACES[places](distribution=distribution)
    assert correlation(numbers) > LEAST
    assert correlation(numbers**2) > LEAST


def test_places_of_a_generator_with_two_rounds_are_correlated(monkeypatch):
    monkeypatch.setattr(_blocks, "philox", partial(philox, n_rounds=2))
    assert min(correlation(PLACES[places]()) for places in PLACES) < 1e-12


def avalanche(n_rounds, n=1000):
    """Return the probability of how often a bit of the words changes with a bit of the input."""
    given = torch.randint(2**32, (6, n), generator=torch.Generator().manual_seed(0))
    changed = [given.clone() for _ in range(6 * 32)]
    for i, other in enumerate(changed):
        other[i // 32] ^= 1 << i % 32
    before, after = (
        philox(*torch.stack(numbers, 1).split([4, 2]), n_rounds) for numbers in ([given], changed)
    )
    bits = (before ^ after).unsqueeze(-1) >> torch.arange(32) & 1
    return worst_of(((bits.double().mean(2) - 0.5) * 2 * n**0.5).numpy())


def test_any_bit_of_a_place_changes_half_of_the_bits():
    assert avalanche(10) > LEAST


def test_with_four_rounds_not_every_bit_does():
    assert avalanche(4) < 1e-12


@pytest.mark.parametrize("places", PLACES)
def test_normal_numbers_are_standard_normal(places):
    numbers = PLACES[places](distribution="normal").ravel()
    assert stats.kstest(numbers, "norm").pvalue > LEAST
    # Means of powers, with their variances: moments of order 2k are 1, 3, 15, 105, 945, ….
    even = [1, 1, 3, 15, 105]
    z = []
    for power in (1, 2, 3, 4):
        mean = 0 if power % 2 else even[power // 2]
        z.append(((numbers**power).mean() - mean) / np.sqrt((even[power] - mean**2) / len(numbers)))
    assert worst_of(np.array(z)) > LEAST


def test_the_two_normal_numbers_of_a_pair_are_independent():
    numbers = drawn([key_of(0, SITE)], n_elements=2**18, distribution="normal").reshape(-1, 2, 16)
    cosines, sines = numbers[:, 0].ravel(), numbers[:, 1].ravel()
    for power in (1, 2):
        found = np.corrcoef(cosines**power, sines**power)[0, 1]
        assert worst_of(found * np.sqrt(len(sines))) > LEAST
    angle = np.arctan2(sines, cosines) / (2 * np.pi) + 0.5
    assert stats.kstest(angle, "uniform").pvalue > LEAST


def test_large_normal_numbers_are_as_frequent_as_they_should_be():
    numbers = np.abs(drawn([key_of(0, SITE)], n_elements=2**21, distribution="normal"))
    for bound in (2, 3, 4, 4.5):
        expected = numbers.size * 2 * stats.norm.sf(bound)
        assert worst_of(((numbers > bound).sum() - expected) / np.sqrt(expected)) > LEAST
