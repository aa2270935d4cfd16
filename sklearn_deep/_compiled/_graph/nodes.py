"""Buffers and the operations on them.

Every buffer is written once (static single assignment), so operations can be moved and fused freely
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


class Unsupported(Exception):  # noqa: N818  (whoever compiles then runs torch's operations instead)
    """A tape that the interpreter cannot run; the message says which operation, and why."""


@dataclass(eq=False)
class Buffer:
    """Contiguous memory that one operation writes.

    Parameters
    ----------
    size : int
        Number of elements.
    parent : Buffer or None
        The buffer that it is a part of, from ``start`` on.
    keeps : bool
        Whether its elements outlive the step: inputs, constants, outputs and states.
    at : int
        Place in memory, once it is known.
    """

    size: int
    parent: Buffer | None = None
    start: int = 0
    keeps: bool = False
    at: int = -1

    @property
    def root(self) -> Buffer:
        """The buffer whose memory it is."""
        return self if self.parent is None else self.parent.root

    @property
    def place(self) -> int:
        """Where it lies in memory."""
        return self.at if self.parent is None else self.parent.place + self.start


class Place(NamedTuple):
    """A tensor: a buffer, and how its elements lie there.

    ``layout`` is a tensor without elements (of the device "meta") that has shape, strides and offset.
    """

    buffer: Buffer
    layout: Tensor

    @property
    def shape(self) -> tuple[int, ...]:
        """Sides."""
        return tuple(self.layout.shape)

    @property
    def start(self) -> int:
        """First element in the buffer."""
        return int(self.layout.storage_offset())


class Spread(NamedTuple):
    """How an argument of an elementwise operation lies behind the elements of the result.

    Parameters
    ----------
    kind : int
        ``COPY``: one for one; ``FILL``, ``TILE``, ``REPEAT``: as in ``codes``.
    buffer : Buffer
    start : int
        First element in the buffer.
    period : int
        Elements of ``TILE``, and how often ``REPEAT`` repeats each.
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
        """Buffers of its arguments."""
        return [argument.buffer for argument in self.arguments]


@dataclass(eq=False)
class Instruction:
    """Any other operation: places of its arguments, then its result, then numbers.

    ``room`` is scratch memory that it writes and nobody else reads.
    """

    code: int
    arguments: list[tuple[Buffer, int]]
    out: Buffer
    numbers: list[int]
    out_start: int = 0
    room: int = 0

    @property
    def outs(self) -> list[Buffer]:
        """The buffer that it writes."""
        return [self.out]

    @property
    def reads(self) -> list[Buffer]:
        """Buffers of its arguments."""
        return [buffer for buffer, _ in self.arguments]


Node = Elementwise | Instruction


@dataclass(eq=False)
class ElementwiseGroup:
    """Elementwise operations on equally many elements, run chunk by chunk."""

    n_elements: int
    operations: list[Elementwise] = field(default_factory=list)

    @property
    def outs(self) -> list[Buffer]:
        """The buffers that its operations write."""
        return [operation.out for operation in self.operations]

    @property
    def reads(self) -> list[Buffer]:
        """Buffers of all arguments that are not results of the group."""
        own = {operation.out for operation in self.operations}
        return [b for operation in self.operations for b in operation.reads if b not in own]


# A tensor of this device has no elements, so any layout fits into it.
_ANY = torch.empty(2**50, dtype=torch.uint8, device="meta")


def layout_of(shape: Sequence[int], stride: Sequence[int], start: int = 0) -> Tensor:
    """Return a layout."""
    return _ANY.as_strided(tuple(shape), tuple(stride), start)


def memory_order(shape: Sequence[int], stride: Sequence[int]) -> list[int] | None:
    """Return the axes, sides of 1 left out, from the largest stride on; None if there are gaps or repeats."""
    axes = sorted((i for i, n in enumerate(shape) if n != 1), key=lambda i: -stride[i])
    step = 1
    for i in reversed(axes):
        if stride[i] != step:
            return None
        step *= shape[i]
    return axes


def spread_of(place: Place, shape: Sequence[int], order: Sequence[int]) -> Spread | None:
    """Return how a tensor lies behind a result of some shape and memory order, if in one of four ways."""
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
