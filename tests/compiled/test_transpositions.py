"""Copies in another order of axes, and products that need one."""

import pytest
import torch

pytest.importorskip("numba")

from sklearn_deep._compiled import Compiler, codes
from sklearn_deep._recording import record
from tests._support.compiled.running import assert_close, compile_and_run

# Less than a block, blocks, blocks with a remainder on either side.
SIDES = [(3, 5), (8, 8), (16, 32), (8, 13), (13, 8), (19, 21)]


def codes_of(function, arguments):
    """Return the codes of the instructions that a function becomes."""
    tape, _ = record(lambda *tensors: [function(*tensors)], arguments)
    compiler = Compiler(arguments[0].dtype)
    (place,) = compiler.add(tape, [compiler.input(a.shape) for a in arguments])
    compiler.output(place)
    return compiler.program().step[:, 0].tolist()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("sides", SIDES, ids=str)
def test_a_transposed_matrix_is_copied_by_blocks(sides, dtype):
    a = torch.randn(sides, dtype=dtype)
    assert codes_of(lambda a: a.mT.contiguous(), [a]) == [codes.TRANSPOSITION]
    found, expected, _ = compile_and_run(lambda a: [a.mT.contiguous()], [a])
    assert torch.equal(found[0], expected[0])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_parts_of_matrices_are_copied_by_blocks(dtype):
    a = torch.randn(30, 40, dtype=dtype)

    def function(a):
        whole = torch.zeros(30, 40, dtype=dtype)
        whole[2:25, 3:24] = a[:21, :23].mT
        return [whole + a]

    assert codes.TRANSPOSITION in codes_of(lambda a: function(a)[0], [a])
    found, expected, _ = compile_and_run(function, [a])
    assert torch.equal(found[0], expected[0])


@pytest.mark.parametrize(("m", "is_copied"), [(8, False), (32, True), (2000, False)])
def test_only_products_of_some_sizes_copy_their_second_factor(m, is_copied):
    a, b = torch.randn(m, 40, dtype=torch.float64), torch.randn(50, 40, dtype=torch.float64)
    found = codes_of(lambda a, b: a @ b.mT, [a, b])
    assert (codes.TRANSPOSITION in found) == is_copied
    assert_close(*compile_and_run(lambda a, b: [a @ b.mT], [a, b])[:2])
