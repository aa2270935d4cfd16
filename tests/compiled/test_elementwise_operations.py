"""Elementwise operations give the same results in compiled code as in torch."""

import pytest
import torch

pytest.importorskip("numba")

from tests._support.compiled.elementwise import (
    CASES,
    LAYOUTS,
    in_layouts,
    random_arguments,
    special_arguments,
)
from tests._support.compiled.running import assert_close, compile_and_run

FEW = ["by rows", "by columns", "a row"]
DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


@DTYPES
@pytest.mark.parametrize("name", CASES)
def test_random_numbers(name, dtype):
    case = CASES[name]
    function = in_layouts(case, FEW if case.n_arguments < 3 else FEW[1:])
    found, expected, _ = compile_and_run(function, random_arguments(case, dtype))
    assert_close(found, expected)


@DTYPES
@pytest.mark.parametrize("name", CASES)
def test_special_numbers(name, dtype):
    case = CASES[name]
    given = special_arguments(case, dtype)
    (mine,), (theirs,), _ = compile_and_run(lambda *tensors: [case.function(*tensors)], given)
    theirs = theirs.to(dtype)
    rtol, atol = (1e-5, 2e-6) if dtype == torch.float32 else (1e-12, 1e-14)
    wrong = ~torch.isclose(mine, theirs, rtol=rtol, atol=atol, equal_nan=True)
    assert not wrong.any(), [
        [*(t[i].item() for t in given), mine[i].item(), theirs[i].item()]
        for i in wrong.nonzero()[:20]
    ]


@pytest.mark.parametrize("name", ["exp", "sub", "div", "where"])
def test_arguments_of_all_layouts(name):
    case = CASES[name]
    function = in_layouts(case, LAYOUTS if case.n_arguments < 3 else list(LAYOUTS)[1::2])
    found, expected, _ = compile_and_run(function, random_arguments(case, torch.float64))
    assert_close(found, expected)
