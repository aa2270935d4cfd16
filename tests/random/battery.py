"""Tests of randomness: each converts 16-bit numbers to a probability that is small for bad ones.

They follow Knuth, The Art of Computer Programming 2, section 3.3.2, Marsaglia's Diehard, and
PractRand, at a scale that takes a fraction of a second.
"""

import numpy as np
from scipy import stats

N_BITS = 16


def worst_of(z):
    """Return the probability of the largest of many standard normal numbers."""
    z = np.abs(z).ravel()
    return -np.expm1(len(z) * np.log1p(-2 * stats.norm.sf(z.max())))


def both_tails(probability):
    """Return a number that is small if a probability is too near to 0 or to 1."""
    return 2 * min(probability, 1 - probability)


def chi_square(observed, expected):
    """Return the probability of counts this far from, or this near to, the expected ones."""
    return both_tails(stats.chisquare(observed, expected).pvalue)


def frequencies(values):
    """Test the frequency of each value of the high and of the low byte."""
    counts = np.concatenate([np.bincount(byte, minlength=256) for byte in bytes_of(values)])
    return chi_square(counts, np.full(512, len(values) / 256))


def bytes_of(values):
    """Return the high and the low byte of each number."""
    return values >> 8, values & 255


def pairs(values):
    """Test the frequency of each pair of bytes of consecutive numbers."""
    cells = [byte[::2].astype(int) * 256 + byte[1::2] for byte in bytes_of(values)]
    counts = np.concatenate([np.bincount(cell, minlength=2**16) for cell in cells])
    return chi_square(counts, np.full(2**17, len(values) / 2**17))


def distribution(values):
    """Compare with the uniform distribution: Kolmogorov and Smirnov."""
    return stats.kstest((values + 0.5) / 2**16, "uniform").pvalue


def moments(values):
    """Test the powers of the numbers: mean, variance, skewness, kurtosis."""
    centered = (values + 0.5) / 2**15 - 1
    z = []
    for power in (1, 2, 3, 4):
        mean, square = (0 if k % 2 else 1 / (k + 1) for k in (power, 2 * power))
        z.append(((centered**power).mean() - mean) / np.sqrt((square - mean**2) / len(values)))
    return worst_of(np.array(z))


def bits(values):
    """Test each bit, and each pair of bits of two consecutive numbers."""
    ones = np.unpackbits(values.astype(np.uint16).view(np.uint8)).reshape(-1, 2 * N_BITS)
    ones = ones * np.float32(2) - 1
    sums = ones.T @ ones / np.sqrt(len(ones))
    pairs_of_bits = sums[np.triu_indices(2 * N_BITS, 1)]
    return worst_of(np.concatenate([pairs_of_bits, ones.sum(0) / np.sqrt(len(ones))]))


def lags(values, longest=512):
    """Test correlations with numbers up to ``longest`` places before."""
    centered = (values - values.mean()) / values.std()
    power = np.abs(np.fft.rfft(centered, 2 * len(values))) ** 2
    return worst_of(np.fft.irfft(power)[1 : longest + 1] / np.sqrt(len(values)))


def gaps(values, longest=40):
    """Test the distances between small low bytes."""
    between = np.diff(np.flatnonzero((values & 255) < 32)) - 1
    observed = np.bincount(np.minimum(between, longest), minlength=longest + 1)
    probability = stats.geom.pmf(np.arange(1, longest + 1), 1 / 8)
    probability = np.append(probability, 1 - probability.sum())
    return chi_square(observed, probability * len(between))


def birthday_spacings(values, n_birthdays=2**12):
    """Count equal spacings between birthdays in a year of 2³² days."""
    days = values[::2].astype(np.int64) * 2**16 + values[1::2]
    years = days[: len(days) // n_birthdays * n_birthdays].reshape(-1, n_birthdays)
    spacings = np.sort(np.diff(np.sort(years)))
    n_equal = (np.diff(spacings) == 0).sum()
    expected = len(years) * n_birthdays**3 / 2**34
    return both_tails(stats.poisson.cdf(n_equal, expected))


def ranks(values, side=32):
    """Test the ranks of binary matrices whose rows are the bits of two numbers each."""
    rows = values[::2].astype(np.uint32) << 16 | values[1::2]
    matrices = rows[: len(rows) // side * side].reshape(-1, side).copy()
    every, rank = np.arange(len(matrices)), np.zeros(len(matrices), dtype=int)
    for bit in range(side):
        mask = np.uint32(1 << bit)
        free = (matrices & mask > 0) & (np.arange(side) >= rank[:, np.newaxis])
        found, pivot = free.any(1), free.argmax(1)
        target = np.where(found, rank, 0)
        pivot = np.where(found, pivot, 0)
        row = matrices[every, pivot]
        matrices[every, pivot] = matrices[every, target]
        matrices[every, target] = np.where(found, row, matrices[every, target])
        below = (matrices & mask > 0) & (np.arange(side) > target[:, np.newaxis])
        matrices ^= np.where(below & found[:, np.newaxis], row[:, np.newaxis], np.uint32(0))
        rank += found
    counts = np.bincount(side - np.maximum(rank, side - 2), minlength=3)
    return chi_square(counts, len(matrices) * np.array([0.2887880951, 0.5775761902, 0.1336357147]))


def linear_complexity(values, n_bits=1024, n_sequences=8):
    """Test the length of the shortest linear recurrence of the lowest bits: half their number."""
    low = (values[: n_bits * n_sequences] & 1).reshape(n_sequences, n_bits)
    excess = [abs(complexity(sequence.tolist()) - n_bits / 2) for sequence in low]
    # An excess of k has a probability of about 4**-k.
    return min(1.0, n_sequences * 2 * 4.0 ** -max(excess))


def complexity(sequence):
    """Return the length of the shortest linear recurrence, by Berlekamp and Massey's algorithm."""
    connection, previous, length, since, seen = 1, 1, 0, 1, 0
    for i, bit in enumerate(sequence):
        seen = seen << 1 | bit  # the latest bit is the lowest
        if (connection & seen).bit_count() % 2:
            before = connection
            connection ^= previous << since
            if 2 * length <= i:
                length, previous, since = i + 1 - length, before, 0
        since += 1
    return length


BATTERY = [
    frequencies,
    pairs,
    distribution,
    moments,
    bits,
    lags,
    gaps,
    birthday_spacings,
    ranks,
    linear_complexity,
]
