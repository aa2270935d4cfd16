"""Mathematical functions of compiled code: accuracy, special values, vector code."""

import re

import numpy as np
import pytest
import torch
from scipy import special

pytest.importorskip("numba")

from numba import njit

from sklearn_deep._compiled._kernels import functions


def sigmoid(x):
    """Return the logistic function, also where it is subnormal."""
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1) / (1 + small)


# Exact functions in float64, up to its rounding.
EXACT = {
    "exp": np.exp,
    "expm1": np.expm1,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "log": np.log,
    "log1p": np.log1p,
    "softplus": lambda x: np.logaddexp(0, x),
    "erf": special.erf,
    "sin": np.sin,
    "cos": np.cos,
}
PERIODIC = {"sin", "cos"}


def loop_over(function):
    """Return a compiled loop over two arrays."""

    @njit(error_model="numpy")
    def loop(out, x):
        for i in range(out.size):
            out[i] = function(x[i])

    return loop


LOOPS = {name: loop_over(getattr(functions, name)) for name in EXACT}


def computed(name, x):
    """Return the values of one of the functions."""
    out = np.empty_like(x)
    LOOPS[name](out, x)
    return out


def floats(name):
    """Return float32 numbers of all magnitudes and kinds, about equally many of each."""
    x = np.arange(0, 2**32, 5003, dtype=np.uint32).view(np.float32)
    return x[np.abs(x) < 1e4] if name in PERIODIC else x


@pytest.mark.parametrize("name", EXACT)
def test_float32_results_are_within_two_units_in_the_last_place(name):
    x = floats(name)
    with np.errstate(all="ignore"):
        exact = EXACT[name](x.astype(np.float64))
        rounded = exact.astype(np.float32)
        results = computed(name, x)
        finite = np.isfinite(rounded)
        units = np.abs(results.astype(np.float64) - exact) / np.spacing(np.abs(rounded))
    np.testing.assert_array_equal(results[~finite], rounded[~finite])
    assert units[finite].max() <= 2


@pytest.mark.parametrize("name", EXACT)
def test_float64_results_are_accurate_to_rounding(name):
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=20_000) * scale for scale in (1e-9, 0.1, 1, 10, 300)])
    with np.errstate(all="ignore"):
        exact = EXACT[name](x)
    np.testing.assert_allclose(computed(name, x), exact, rtol=2e-15, atol=0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", EXACT)
def test_special_values_are_those_of_torch(name, dtype):
    limits = np.finfo(dtype)
    numbers = [0.0, np.inf, limits.max, limits.smallest_normal, 1.0]
    x = np.array([np.nan, *numbers, *(-number for number in numbers)], dtype)
    if name in PERIODIC:
        x = x[~(np.abs(x) == limits.max)]
    torch_function = torch.nn.functional.softplus if name == "softplus" else getattr(torch, name)
    results, expected = computed(name, x), torch_function(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(results, expected, rtol=4 * limits.eps, atol=0)
    numbers = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(results)[numbers], np.signbit(expected)[numbers])


def test_the_exponential_overflows_and_underflows_where_it_must():
    x = np.array([88.72283, 88.72284, -87.33655, -103.97208, -103.97209], np.float32)
    results = computed("exp", x)
    with np.errstate(over="ignore"):
        exact = np.exp(x.astype(np.float64)).astype(np.float32)
    np.testing.assert_allclose(results, exact, rtol=2e-7, atol=0)
    assert list(results[[1, 3, 4]]) == [np.inf, np.float32(2.0**-149), 0]


def test_large_angles_give_numbers_of_at_most_one():
    x = np.logspace(4, 38, 1000, dtype=np.float32)
    assert np.abs([computed("sin", x), computed("cos", x)]).max() <= 1


@pytest.mark.parametrize("name", EXACT)
def test_loops_become_vector_code_without_calls(name):
    computed(name, np.ones(3, np.float32))
    (code,) = (
        code
        for signature, code in LOOPS[name].inspect_llvm().items()
        if signature[0].dtype.name == "float32"
    )
    assert re.search(r"<\d+ x float> @llvm\.fmuladd", code)
    assert not re.search(rf"call .*@(llvm\.)?{name}f?\b", code)


@njit(error_model="numpy")
def fill_with_normal_numbers(cosines, sines, first, second, scale):
    for i in range(first.size):
        cosines[i], sines[i] = functions.box_muller(first[i], second[i], scale)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 2e-6), (np.float64, 1e-14)])
@pytest.mark.parametrize("word", [np.uint32, np.uint64])
def test_normal_numbers_are_those_of_box_and_muller(dtype, tolerance, word):
    rng = np.random.default_rng(0)
    corners = [0, 1, 2**29, 2**30 - 1, 2**30, 2**31 - 1, 2**31, 2**32 - 1]
    pairs = np.array(np.meshgrid(corners, corners)).reshape(2, -1)
    first, second = np.hstack([pairs, rng.integers(0, 2**32, (2, 10_000))]).astype(word)
    cosines, sines = np.empty((2, first.size), dtype)
    fill_with_normal_numbers(cosines, sines, first, second, dtype(2))
    # The first word is rounded to a float of the type.
    radius = 2 * np.sqrt(
        -2 * np.log(((first.astype(dtype) + dtype(1)) * dtype(2**-32)).astype(float))
    )
    angle = np.pi * (second.astype(float) / 2**31 - 1)
    np.testing.assert_allclose(cosines, radius * np.cos(angle), rtol=0, atol=tolerance)
    np.testing.assert_allclose(sines, radius * np.sin(angle), rtol=0, atol=tolerance)
