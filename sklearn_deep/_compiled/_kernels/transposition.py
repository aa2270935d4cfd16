"""Transposition of a matrix by square blocks that fit into vector registers."""

# mypy: allow-untyped-defs, allow-untyped-decorators

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from sklearn_deep._compiled._kernels.elementwise import FLAGS

# Width of a vector register. If the processor has no registers of this width, LLVM uses several.
_BYTES = 32


def _block_transposition(
    context: Any, memory: Any, source: Any, source_stride: Any, target: Any, target_stride: Any
) -> Any:
    """Transpose a block ``_BYTES`` wide, with shuffle instructions, which numba does not make of a loop."""
    n_bytes = memory.dtype.bitwidth // 8
    width = _BYTES // n_bytes

    def write(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(memory)(context, builder, arguments[0])
        vector = ir.VectorType(array.data.type.pointee, width)
        _, source, source_stride, target, target_stride = arguments

        def row(start: Any, stride: Any, i: int) -> Any:
            place = builder.add(start, builder.mul(stride, ir.Constant(start.type, i)))
            return builder.bitcast(builder.gep(array.data, [place]), vector.as_pointer())

        rows = [builder.load(row(source, source_stride, i), align=n_bytes) for i in range(width)]
        for i, own in enumerate(_shuffled(builder, rows)):
            builder.store(own, row(target, target_stride, i), align=n_bytes)
        return context.get_dummy_value()

    place = types.int64
    return types.none(memory, place, place, place, place), write


_transpose_block: Any = intrinsic(_block_transposition)


def _shuffled(builder: Any, rows: list[Any]) -> list[Any]:
    """Exchange each bit of a row's number with the same bit of the position in the row, one after another."""
    width = len(rows)
    mask = ir.VectorType(ir.IntType(32), width)
    bit = 1
    while bit < width:
        lower = [width + (k ^ bit) if k & bit else k for k in range(width)]
        upper = [width + k if k & bit else k | bit for k in range(width)]
        for i in range(width):
            if not i & bit:
                pair = rows[i], rows[i | bit]
                rows[i] = builder.shuffle_vector(*pair, ir.Constant(mask, lower))
                rows[i | bit] = builder.shuffle_vector(*pair, ir.Constant(mask, upper))
        bit *= 2
    return rows


@njit(**FLAGS)
def run_transposition(memory, row):
    """Copy the columns of a matrix as rows; both may have gaps."""
    a, o, n, m, source_stride, target_stride = row[1], row[2], row[3], row[4], row[5], row[6]
    width = _BYTES // memory.itemsize
    in_blocks = m // width * width
    for i in range(0, n // width * width, width):
        at = o + i * target_stride
        for j in range(0, in_blocks, width):
            _transpose_block(
                memory, a + j * source_stride + i, source_stride, at + j, target_stride
            )
        _transpose_slowly(memory, a + i, at, width, in_blocks, m, source_stride, target_stride)
    i = n // width * width
    at = o + i * target_stride
    _transpose_slowly(memory, a + i, at, n - i, 0, m, source_stride, target_stride)


@njit(**FLAGS)
def _transpose_slowly(memory, a, o, n, first, m, source_stride, target_stride):
    for i in range(n):
        for j in range(first, m):
            memory[o + i * target_stride + j] = memory[a + j * source_stride + i]
