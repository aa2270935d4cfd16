"""Builds the graph of a step, operation by operation."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from torch import Tensor

from sklearn_deep._compiled._graph import codes
from sklearn_deep._compiled._graph.nodes import (
    Buffer,
    Elementwise,
    Instruction,
    Node,
    Place,
    Spread,
    Unsupported,
    layout_of,
    memory_order,
    spread_of,
)
from sklearn_deep._recording import contiguous

Operand = Place | float

_MOST_AXES = 4

# Measured with OpenBLAS: unless they have few elements, products that it treats as small take 3 µs longer
# if the second factor is transposed. A copy in the other order takes less time.
_SMALL = 10**6
_MANY = 1024


class GraphBuilder:
    """Adds operations to a graph, and records which buffers are constants.

    Attributes
    ----------
    nodes : list of Node
        Operations, in an order in which they can be run.
    constants : dict of Buffer to ndarray
        Buffers whose elements are known.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.constants: dict[Buffer, np.ndarray] = {}
        self._numbers: dict[bytes, Place] = {}

    # --- Places ------------------------------------------------------------------------------------

    def kept(self, shape: Sequence[int]) -> Place:
        """Return a new contiguous tensor that is kept after the step."""
        return Place(Buffer(prod(shape), keeps=True), layout_of(shape, contiguous(shape)))

    def constant(self, values: np.ndarray) -> Place:
        """Return a tensor whose elements are known."""
        values = np.ascontiguousarray(values, dtype=np.float64)
        if values.size and (values == values.flat[0]).all():
            # If all elements are equal, one number is stored.
            number = self.number(values.flat[0])
            return Place(number.buffer, number.layout.expand(values.shape))
        place = self.kept(values.shape)
        self.constants[place.buffer] = values.ravel()
        return place

    def number(self, value: float) -> Place:
        """Return a 0-d tensor of a known number."""
        key = np.float64(value).tobytes()
        if key not in self._numbers:
            place = self.kept(())
            self.constants[place.buffer] = np.array([value], dtype=np.float64)
            self._numbers[key] = place
        return self._numbers[key]

    def part(self, whole: Place, start: int, shape: Sequence[int]) -> Place:
        """Return a contiguous tensor inside a kept tensor."""
        return Place(whole.buffer, layout_of(shape, contiguous(shape), whole.start + start))

    def _add(self, node: Node) -> None:
        """Add an operation, unless its result has no elements."""
        if node.out.size:
            self.nodes.append(node)

    # --- Elementwise -------------------------------------------------------------------------------

    def elementwise(self, code: int, like: Tensor, *operands: Operand) -> Place:
        """Add an elementwise operation; the result has the layout of ``like``."""
        if code == codes.DIV and like.numel() > 1 and _is_single(operands[1]):
            # A single division, then multiplications, which are faster.
            inverse = self.elementwise(codes.RECIPROCAL, layout_of((), ()), operands[1])
            return self.elementwise(codes.MUL, like, operands[0], inverse)
        shape, order = tuple(like.shape), memory_order(like.shape, like.stride())
        if order is None:
            like = layout_of(shape, contiguous(shape))
            order = memory_order(shape, like.stride())
            assert order is not None
        arguments = [self._spread(operand, like, order) for operand in operands]
        out = Buffer(like.numel())
        self._add(Elementwise(code, out, arguments))
        return Place(out, layout_of(shape, like.stride()))

    def _spread(self, operand: Operand, like: Tensor, order: Sequence[int]) -> Spread:
        place = operand if isinstance(operand, Place) else self.number(operand)
        spread = spread_of(place, like.shape, order)
        if spread is None:
            copied = self.copied(place, like)
            spread = spread_of(copied, like.shape, order)
            assert spread is not None
        return spread

    def copied(self, place: Place, like: Tensor) -> Place:
        """Return a copy of the tensor in another layout, which must have no gaps."""
        out = Buffer(like.numel())
        copy = Place(out, layout_of(like.shape, like.stride()))
        self._copy(Place(place.buffer, place.layout.expand(like.shape)), copy)
        return copy

    def dense(self, place: Place) -> Place:
        """Return the tensor in row-major order; the tensor itself if it already is."""
        if _is_dense(place.layout, range(place.layout.dim())):
            return place
        return self.copied(place, layout_of(place.shape, contiguous(place.shape)))

    def _copy(self, source: Place, target: Place) -> None:
        self._copy_strided((source.buffer, source.start), source.layout.stride(), target)

    def _copy_strided(
        self, source: tuple[Buffer, int], stride: Sequence[int], target: Place
    ) -> None:
        sides, strides = collapsed(target.shape, [stride, target.layout.stride()])
        code, numbers = codes.TRANSPOSITION, _transposition(sides, *strides)
        if not numbers:
            code, numbers = codes.STRIDED, _strided(sides, strides)
        self._add(Instruction(code, [source], target.buffer, numbers, out_start=target.start))

    def flipped(self, place: Place, axes: Sequence[int]) -> Place:
        """Return the elements in reverse order along some axes, in row-major order."""
        shape, stride = place.shape, list(place.layout.stride())
        start = place.start
        for axis in axes:
            start += stride[axis] * max(shape[axis] - 1, 0)
            stride[axis] *= -1
        out = Place(Buffer(prod(shape)), layout_of(shape, contiguous(shape)))
        self._copy_strided((place.buffer, start), stride, out)
        return out

    def assembled(
        self, shape: Sequence[int], parts: Sequence[tuple[Place, Tensor]], background: float = 0.0
    ) -> Place:
        """Return a tensor filled with one number, in row-major order, into which some tensors are written.

        Parameters
        ----------
        shape : sequence of int
        parts : sequence of pair
            A tensor, and the layout of its place in the result, with the same shape.
        background : float, default=0.0
        """
        out = Place(Buffer(prod(shape)), layout_of(shape, contiguous(shape)))
        fill = Spread(codes.FILL, self.number(background).buffer, 0)
        if sum(layout.numel() for _, layout in parts) < prod(shape):
            self._add(Elementwise(codes.COPY, out.buffer, [fill]))
        for place, layout in parts:
            if layout.numel():
                self._copy(place, Place(out.buffer, layout))
        return out

    # --- Others ------------------------------------------------------------------------------------

    def reduced(self, code: int, place: Place, axes: Sequence[int]) -> Place:
        """Return the sum or maximum over some axes, which are removed from the result."""
        n_axes = place.layout.dim()
        left = {axis % n_axes for axis in axes} if axes else set(range(n_axes))
        if memory_order(place.shape, place.layout.stride()) is None:
            place = self.dense(place)
        while left:
            place, left = self._reduced_once(code, place, left)
        return place

    def _reduced_once(self, code: int, place: Place, left: set[int]) -> tuple[Place, set[int]]:
        """Reduce axes that are adjacent in memory; return the result and the remaining axes."""
        shape, stride = place.shape, place.layout.stride()
        order = memory_order(shape, stride)
        assert order is not None
        places = [i for i, axis in enumerate(order) if axis in left]
        if places:
            begin = end = places[0]
            while end < len(order) and order[end] in left:
                end += 1
        else:
            begin = end = len(order)
        gone = {*order[begin:end], *(axis for axis in left if shape[axis] == 1)}
        kept_order = [*order[:begin], *order[end:]]
        stays = [axis for axis in range(len(shape)) if axis not in gone]
        new_stride = dict(
            zip(kept_order, contiguous([shape[axis] for axis in kept_order]), strict=True)
        )
        layout = layout_of(
            [shape[axis] for axis in stays], [new_stride.get(axis, 1) for axis in stays]
        )
        sizes = [
            prod(shape[a] for a in part) for part in (order[:begin], order[begin:end], order[end:])
        ]
        out = Buffer(sizes[0] * sizes[2])
        argument = (place.buffer, place.start)
        self._add(Instruction(code, [argument], out, sizes))
        renumbered = {stays.index(axis) for axis in left - gone}
        return Place(out, layout), renumbered

    def product(self, a: Place, b: Place) -> Place:
        """Return the product of two matrices."""
        (m, k), n = a.shape, b.shape[1]
        out = Buffer(m * n)
        left, a_turned = self._matrix(a)
        right, b_turned = self._matrix(b)
        if k == 0:
            return self.assembled((m, n), [])
        if b_turned and not a_turned and m * n > _MANY and m * k * n <= _SMALL:
            right, b_turned = self.copied(b, layout_of((k, n), (n, 1))), False
        numbers = [m, k, n, int(a_turned), int(b_turned)]
        arguments = [(left.buffer, left.start), (right.buffer, right.start)]
        self._add(Instruction(codes.PRODUCT, arguments, out, numbers))
        return Place(out, layout_of((m, n), (n, 1)))

    def _matrix(self, place: Place) -> tuple[Place, bool]:
        if _is_dense(place.layout, (0, 1)):
            return place, False
        if _is_dense(place.layout, (1, 0)):
            return place, True
        return self.dense(place), False

    def log_softmax(self, place: Place, axis: int, like: Tensor) -> Place:
        """Return the logarithm of the softmax over one axis."""
        place = self._as_laid_out(place, like)
        sizes = _sizes_around(like, axis)
        out = Buffer(like.numel())
        argument = (place.buffer, place.start)
        room = 2 * sizes[2]
        self._add(Instruction(codes.LOG_SOFTMAX, [argument], out, sizes, room=room))
        return Place(out, like)

    def log_softmax_gradient(self, g: Place, log_p: Place, axis: int, like: Tensor) -> Place:
        """Return ``g - exp(log_p) · Σ g`` over one axis."""
        pair = [self._as_laid_out(place, like) for place in (g, log_p)]
        sizes = _sizes_around(like, axis)
        out = Buffer(like.numel())
        arguments = [(place.buffer, place.start) for place in pair]
        self._add(Instruction(codes.LOG_SOFTMAX_GRADIENT, arguments, out, sizes, room=sizes[2]))
        return Place(out, like)

    def _as_laid_out(self, place: Place, like: Tensor) -> Place:
        _, strides = collapsed(place.shape, [place.layout.stride(), like.stride()])
        return place if strides[0] == strides[1] else self.copied(place, like)


def _transposition(sides: Sequence[int], source: Sequence[int], target: Sequence[int]) -> list[int]:
    """Return sides and strides if a copy is a transposition; else an empty list."""
    if len(sides) != 2:
        return []
    if (source[1], target[0]) == (1, 1):
        sides, source, target = sides[::-1], source[::-1], target[::-1]
    if (source[0], target[1]) != (1, 1):
        return []
    return [*sides, source[1], target[0]]


def _strided(sides: Sequence[int], strides: Sequence[Sequence[int]]) -> list[int]:
    """Return the sides and strides of any copy."""
    missing = _MOST_AXES - len(sides)
    if missing < 0:
        raise Unsupported(f"copies of {len(sides)} axes")
    numbers = [*[1] * missing, *sides]
    for own in strides:
        numbers += [*[0] * missing, *own]
    return numbers


def _is_single(operand: Operand) -> bool:
    return not isinstance(operand, Place) or operand.layout.numel() == 1


def _is_dense(layout: Tensor, order: Sequence[int]) -> bool:
    """Return whether a tensor has no gaps and its axes are in the given order in memory."""
    step = 1
    for axis in reversed(order):
        if layout.shape[axis] != 1 and layout.stride(axis) != step:
            return False
        step *= layout.shape[axis]
    return True


def _sizes_around(like: Tensor, axis: int) -> list[int]:
    """Return the products of the sides before an axis, of it, and after it, in memory order."""
    order = memory_order(like.shape, like.stride())
    if order is None:
        raise Unsupported("a softmax of a tensor with gaps")
    axis %= like.dim()
    if axis not in order:  # it has one element
        return [like.numel(), 1, 1]
    i = order.index(axis)
    sides = [like.shape[a] for a in order]
    return [prod(sides[:i]), sides[i], prod(sides[i + 1 :])]


def collapsed(
    shape: Sequence[int], strides: Sequence[Sequence[int]]
) -> tuple[list[int], list[list[int]]]:
    """Merge axes that are adjacent in all layouts and drop sides of 1; return sides and strides."""
    sides: list[int] = []
    kept: list[list[int]] = [[] for _ in strides]
    for i, side in enumerate(shape):
        if side == 1:
            continue
        own = [stride[i] for stride in strides]
        if sides and all(before[-1] == s * side for before, s in zip(kept, own, strict=True)):
            sides[-1] *= side
            for before, s in zip(kept, own, strict=True):
                before[-1] = s
        else:
            sides.append(side)
            for before, s in zip(kept, own, strict=True):
                before.append(s)
    return sides, kept
