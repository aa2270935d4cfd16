"""Buffers and the operations on them.

Every buffer is written once (static single assignment). Operations can therefore be moved and fused freely,
as long as each comes after those whose results it reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from sklearn_deep._compiled._graph import codes
from sklearn_deep._recording import contiguous


class Unsupported(Exception):  # noqa: N818  (not an error: torch's operations are run instead)
    """Raised for a tape that the interpreter cannot run; the message says which operation, and why."""


@dataclass(eq=False)
class Buffer:
    """Contiguous memory that is written by one operation.

    Parameters
    ----------
    size : int
        Number of elements.
    parent : Buffer or None
        The buffer of which it is a part, beginning at ``start``.
    keeps : bool
        Whether its elements are needed after the step: inputs, constants, outputs and states.
    at : int
        Position in memory; -1 until it is known.
    """

    size: int
    parent: Buffer | None = None
    start: int = 0
    keeps: bool = False
    at: int = -1

    @property
    def root(self) -> Buffer:
        """The buffer whose memory it uses."""
        return self if self.parent is None else self.parent.root

    @property
    def place(self) -> int:
        """Position in memory."""
        return self.at if self.parent is None else self.parent.place + self.start


class Place(NamedTuple):
    """A tensor: a buffer, and the layout of its elements there.

    ``layout`` is a tensor on the device "meta", which has shape, strides and offset but no elements.
    """

    buffer: Buffer
    layout: Tensor

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the tensor."""
        return tuple(self.layout.shape)

    @property
    def start(self) -> int:
        """Position of the first element in the buffer."""
        return int(self.layout.storage_offset())


class Spread(NamedTuple):
    """How the elements of an argument correspond to those of the result of an elementwise operation.

    Parameters
    ----------
    kind : int
        ``COPY``: one to one. ``FILL``, ``TILE`` or ``REPEAT``: see ``codes``.
    buffer : Buffer
    start : int
        Position of the first element in the buffer.
    period : int
        Number of elements for ``TILE``, and of repetitions of each for ``REPEAT``.
    """

    kind: int
    buffer: Buffer
    start: int
    period: int = 1


@dataclass(eq=False)
class Elementwise:
    """One elementwise operation on ``out.size`` elements."""

    code: int
    out: Buffer
    arguments: list[Spread]

    @property
    def reads(self) -> list[Buffer]:
        """Buffers of the arguments."""
        return [argument.buffer for argument in self.arguments]


@dataclass(eq=False)
class Instruction:
    """Any other operation: the places of its arguments and result, and its numbers.

    ``room`` is the size of scratch memory that no other operation reads.
    """

    code: int
    arguments: list[tuple[Buffer, int]]
    out: Buffer
    numbers: list[int]
    out_start: int = 0
    room: int = 0

    @property
    def outs(self) -> list[Buffer]:
        """The buffer that it writes, in a list."""
        return [self.out]

    @property
    def reads(self) -> list[Buffer]:
        """Buffers of the arguments."""
        return [buffer for buffer, _ in self.arguments]


Node = Elementwise | Instruction


@dataclass(eq=False)
class ElementwiseGroup:
    """Elementwise operations on the same number of elements, which are run chunk by chunk."""

    n_elements: int
    operations: list[Elementwise] = field(default_factory=list)

    @property
    def outs(self) -> list[Buffer]:
        """The buffers that its operations write."""
        return [operation.out for operation in self.operations]

    @property
    def reads(self) -> list[Buffer]:
        """Buffers of all arguments that are not results inside the group."""
        own = {operation.out for operation in self.operations}
        return [b for operation in self.operations for b in operation.reads if b not in own]


# A tensor on this device stores no elements, so it can be huge and every layout fits into it.
_ANY = torch.empty(2**50, dtype=torch.uint8, device="meta")


def layout_of(shape: Sequence[int], stride: Sequence[int], start: int = 0) -> Tensor:
    """Return a layout with the given shape, strides and offset."""
    return _ANY.as_strided(tuple(shape), tuple(stride), start)


def memory_order(shape: Sequence[int], stride: Sequence[int]) -> list[int] | None:
    """Return the axes by decreasing stride, without sides of 1; None if there are gaps or repeats."""
    axes = sorted((i for i, n in enumerate(shape) if n != 1), key=lambda i: -stride[i])
    step = 1
    for i in reversed(axes):
        if stride[i] != step:
            return None
        step *= shape[i]
    return axes


def spread_of(place: Place, shape: Sequence[int], order: Sequence[int]) -> Spread | None:
    """Return how a tensor is spread over a result of this shape and memory order; None if by no kind."""
    layout = place.layout
    while layout.dim() > len(shape):  # leading sides of 1
        layout = layout.squeeze(0)
    layout = layout.expand(tuple(shape))
    stride = [layout.stride(i) for i in order]
    sides = [shape[i] for i in order]
    dense = list(contiguous(sides))
    n = len(order)
    if all(s == 0 for s in stride):
        return Spread(codes.FILL, place.buffer, place.start)
    if stride == dense:
        return Spread(codes.COPY, place.buffer, place.start)
    first = next(i for i, s in enumerate(stride) if s != 0)
    if stride[first:] == dense[first:]:
        period = 1
        for side in sides[first:]:
            period *= side
        return Spread(codes.TILE, place.buffer, place.start, period)
    last = max(i for i, s in enumerate(stride) if s != 0) + 1
    if stride[:last] == list(contiguous(sides[:last])):
        times = 1
        for side in sides[last:n]:
            times *= side
        return Spread(codes.REPEAT, place.buffer, place.start, times)
    return None
