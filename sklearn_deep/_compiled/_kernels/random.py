"""Blocks of random numbers, made where compiled code needs them.

The order of elements is explained in ``_random.blocks``.
"""

# mypy: allow-untyped-defs, allow-untyped-decorators

from __future__ import annotations

import math

import numpy as np
from numba import njit

from sklearn_deep._random import FACTORS, INCREMENTS, N_LANES, N_ROUNDS

# numba combines signed and unsigned integers to floating-point numbers, so all of them are unsigned.
word = np.uint64
FACTOR_0, FACTOR_2 = map(word, FACTORS)
INCREMENT_0, INCREMENT_1 = map(word, INCREMENTS)
LOW, LOW_HALF, SIGN = word(0xFFFFFFFF), word(0xFFFF), word(0x80000000)
LANES = word(N_LANES)
# Number of elements of a group.
N_UNIFORM, N_NORMAL = 8 * N_LANES, 4 * N_LANES


@njit(nogil=True, inline="always")
def compiled_philox(a, b, c, d, key_0, key_1, n_rounds):
    """Return four words for a counter of four words; all words have 32 bits."""
    for _ in range(n_rounds):
        p, q = FACTOR_0 * a, FACTOR_2 * c
        a, b = (q >> word(32)) ^ b ^ key_0, q & LOW
        c, d = (p >> word(32)) ^ d ^ key_1, p & LOW
        key_0, key_1 = (key_0 + INCREMENT_0) & LOW, (key_1 + INCREMENT_1) & LOW
    return a, b, c, d


@njit(nogil=True, error_model="numpy")
def fill_uniform(out, key_0, key_1, epoch, batch):
    """Fill an array with multiples of 1/65536 in [0, 1).

    Parameters
    ----------
    out : float32 or float64 array of shape (n_elements,)
        Must be contiguous.
    key_0, key_1, epoch, batch : int
    """
    n_groups = out.size // N_UNIFORM
    for g in range(n_groups):
        _uniform_group(out[g * N_UNIFORM :], g, key_0, key_1, epoch, batch)
    n_left = out.size - n_groups * N_UNIFORM
    if n_left:
        last = np.empty(N_UNIFORM, out.dtype)
        _uniform_group(last, n_groups, key_0, key_1, epoch, batch)
        for i in range(n_left):
            out[n_groups * N_UNIFORM + i] = last[i]


@njit(nogil=True, error_model="numpy")
def fill_normal(out, key_0, key_1, epoch, batch):
    """Fill an array with standard normal numbers; parameters as for ``fill_uniform``."""
    n_groups = out.size // N_NORMAL
    for g in range(n_groups):
        _normal_group(out[g * N_NORMAL :], g, key_0, key_1, epoch, batch)
    n_left = out.size - n_groups * N_NORMAL
    if n_left:
        last = np.empty(N_NORMAL, out.dtype)
        _normal_group(last, n_groups, key_0, key_1, epoch, batch)
        for i in range(n_left):
            out[n_groups * N_NORMAL + i] = last[i]


@njit(nogil=True, error_model="numpy")
def _uniform_group(out, group, key_0, key_1, epoch, batch):
    kind = out.dtype.type
    for lane in range(LANES):
        words = _words_of(group, lane, key_0, key_1, epoch, batch)
        for i in range(4):
            place = lane + word(i) * LANES
            out[place] = kind(np.int32(words[i] & LOW_HALF)) * kind(1 / 65536)
            out[place + word(4) * LANES] = kind(np.int32(words[i] >> word(16))) * kind(1 / 65536)


@njit(nogil=True, error_model="numpy")
def _normal_group(out, group, key_0, key_1, epoch, batch):
    kind = out.dtype.type
    for lane in range(LANES):
        words = _words_of(group, lane, key_0, key_1, epoch, batch)
        for i in range(0, 4, 2):
            place = lane + word(i) * LANES
            out[place], out[place + LANES] = _normal_pair(words[i], words[i + 1], kind(1))


@njit(nogil=True, inline="always")
def _words_of(group, lane, key_0, key_1, epoch, batch):
    """Return the random words of a lane of a group."""
    counter = (word(group) * LANES + lane) & LOW
    return compiled_philox(
        counter, word(batch) & LOW, word(epoch) & LOW, word(0), word(key_0), word(key_1), N_ROUNDS
    )


@njit(nogil=True, inline="always")
def _normal_pair(first, second, one):
    """Return two normal numbers with the dtype of ``one``, by the Box-Muller transform."""
    kind = type(one)
    radius = math.sqrt(kind(-2) * math.log((kind(np.uint32(first)) + one) * kind(2**-32)))
    angle = kind(np.int32(second ^ SIGN)) * kind(math.pi * 2**-31)
    return radius * math.cos(angle), radius * math.sin(angle)
