"""Blocks: which bits make which element, in torch and in compiled code."""

import math

import numpy as np
import pytest
import torch

from sklearn_deep._random import draw_blocks, key_of
from tests.random.test_philox import one_by_one

KEY = key_of(3, "dropout.0")
SIZES = [1, 5, 63, 64, 65, 127, 128, 129, 1000]
DTYPES = [torch.float32, torch.float64]


def block(distribution, n_elements, dtype=torch.float64, epoch=7, batch=5, key=KEY):
    made = draw_blocks(
        distribution, torch.tensor([key]), epoch, range(batch, batch + 1), n_elements, dtype
    )
    return made[0, 0]


def words_of(counter):
    return one_by_one([counter, 5, 7, 0], KEY, 10)


def test_uniform_elements_are_halves_of_words_in_the_order_of_the_documentation():
    found = block("uniform", 300).tolist()
    for i, value in enumerate(found):
        group, rest = divmod(i, 128)
        part, lane = divmod(rest, 16)
        word = words_of(16 * group + lane)[part % 4]
        assert value == ((word >> 16) if part >= 4 else word % 2**16) / 2**16


def test_normal_elements_are_box_and_mullers_of_pairs_of_words():
    found = block("normal", 150).tolist()
    for i, value in enumerate(found):
        group, rest = divmod(i, 64)
        part, lane = divmod(rest, 16)
        first, second = words_of(16 * group + lane)[part // 2 * 2 :][:2]
        radius = math.sqrt(-2 * math.log((first + 1) / 2**32))
        wave = math.sin if part % 2 else math.cos
        assert value == pytest.approx(radius * wave(math.pi * (second / 2**31 - 1)), abs=1e-14)


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_short_block_is_the_beginning_of_a_long_one(distribution, dtype):
    long = block(distribution, 1000, dtype)
    for n in SIZES:
        torch.testing.assert_close(block(distribution, n, dtype), long[:n], rtol=0, atol=2e-6)


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
def test_batches_and_keys_drawn_together_are_those_drawn_one_by_one(distribution):
    keys = [key_of(seed, "dropout.0") for seed in (3, 8)]
    together = draw_blocks(distribution, torch.tensor(keys), 7, range(4, 9), 100, torch.float64)
    for i, batch in enumerate(range(4, 9)):
        for k, key in enumerate(keys):
            alone = block(distribution, 100, batch=batch, key=key)
            torch.testing.assert_close(together[i, k], alone, rtol=0, atol=1e-14)


def test_uniform_numbers_are_the_same_in_both_precisions():
    single, double = (block("uniform", 1000, dtype) for dtype in DTYPES)
    assert torch.equal(single.double(), double)


def test_normal_numbers_are_those_of_the_other_precision_but_for_rounding():
    single, double = (block("normal", 10_000, dtype) for dtype in DTYPES)
    # For u near 1, where the radius is √(2 (1 - u)), float32 has 24 bits.
    torch.testing.assert_close(single.double(), double, rtol=0, atol=2**-12)
    assert (single - double).abs().median() < 1e-7


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_largest_words_make_finite_normal_numbers(dtype, monkeypatch):
    from sklearn_deep._random import blocks

    for word in (0, 1, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1):
        monkeypatch.setattr(blocks, "philox", lambda counter, key, w=word: counter * 0 + w)
        made = block("normal", 64, dtype)
        assert made.isfinite().all()
        assert made.abs().max() <= math.sqrt(2 * math.log(2**32)) * (1 + 1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("distribution", ["uniform", "normal"])
@pytest.mark.parametrize("n_elements", SIZES)
def test_compiled_code_fills_memory_with_the_same_numbers(distribution, dtype, n_elements):
    pytest.importorskip("numba")
    from sklearn_deep._compiled._kernels import random

    fill = random.fill_uniform if distribution == "uniform" else random.fill_normal
    expected = block(distribution, n_elements, dtype)
    memory = np.full(n_elements + 2, 9.0, expected.numpy().dtype)
    fill(memory[1:-1], *KEY, 7, 5)
    assert memory[0] == memory[-1] == 9
    if distribution == "uniform":
        np.testing.assert_array_equal(memory[1:-1], expected)
    else:
        atol = 5e-6 if dtype == torch.float32 else 1e-14
        np.testing.assert_allclose(memory[1:-1], expected, rtol=0, atol=atol)
