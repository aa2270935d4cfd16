"""The places of buffers in memory, and the integers that the interpreter reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sklearn_deep._compiled._graph import (
    Buffer,
    Elementwise,
    ElementwiseGroup,
    Instruction,
    Spread,
    codes,
)
from sklearn_deep._compiled.schedule import Step, chunk_of

# Every buffer starts at a multiple of this number of elements, which are whole cache lines.
_ALIGNMENT = 16


class MemoryPlan:
    """Assigns places to buffers. Buffers that are not kept reuse the places of earlier ones."""

    def __init__(self) -> None:
        self.size = 0
        self._free: list[tuple[int, int]] = []  # size, place

    def keep(self, buffers: Iterable[Buffer]) -> None:
        """Assign places that are never reused."""
        for buffer in buffers:
            if buffer.at < 0 and buffer.parent is None:
                buffer.at = self.reserve(buffer.size)

    def reserve(self, size: int) -> int:
        """Return a new place."""
        place = self.size
        # One line is added, because places whose distance is a multiple of the page size would compete
        # for the same lines of the first-level cache.
        self.size += size + -size % _ALIGNMENT + _ALIGNMENT
        return place

    def share(self, steps: Sequence[Step], inner: set[Buffer]) -> None:
        """Assign places to the results of steps, except for the ``inner`` buffers of groups."""
        last: dict[Buffer, int] = {}
        for i, step in enumerate(steps):
            for buffer in [*step.outs, *step.reads]:
                last[buffer.root] = i
        for i, step in enumerate(steps):
            for buffer in {b.root: None for b in step.outs if b not in inner}:
                if buffer.at < 0:
                    buffer.at = self._take(buffer.size)
            gone = {b.root for b in [*step.outs, *step.reads]}
            for buffer in sorted(gone, key=lambda b: b.at):
                if last[buffer] == i and not buffer.keeps and buffer not in inner:
                    self._free.append((buffer.size + -buffer.size % _ALIGNMENT, buffer.at))

    def _take(self, size: int) -> int:
        size += -size % _ALIGNMENT
        fitting = [free for free in self._free if size <= free[0] <= 2 * size]
        if not fitting:
            return self.reserve(size)
        best = min(fitting)
        self._free.remove(best)
        return best[1]


def inner_buffers(steps: Sequence[Step]) -> set[Buffer]:
    """Return the buffers that only one group uses, for which a chunk of memory is enough."""
    made: dict[Buffer, ElementwiseGroup] = {}
    for step in steps:
        if isinstance(step, ElementwiseGroup):
            for operation in step.operations:
                if not operation.out.keeps and operation.out.parent is None:
                    made[operation.out] = step
    for step in steps:
        for buffer in step.reads:
            made.pop(buffer, None)
        if isinstance(step, Instruction):
            made.pop(step.out, None)
    return set(made)


class Assembler:
    """Writes instructions as rows of integers.

    Parameters
    ----------
    memory : MemoryPlan
    inner : set of Buffer
        Buffers of which groups store only one chunk.
    """

    def __init__(self, memory: MemoryPlan, inner: set[Buffer]) -> None:
        self.memory = memory
        self.inner = inner
        self.elementwise: list[list[int]] = []
        self._scratch: list[tuple[int, int]] = []  # place, size

    def rows(self, steps: Sequence[Step]) -> np.ndarray:
        """Return the instructions, ``(n_instructions, WIDTH)``."""
        rows = [
            self._group(s) if isinstance(s, ElementwiseGroup) else self._instruction(s)
            for s in steps
        ]
        table = np.zeros((len(rows), codes.WIDTH), dtype=np.int64)
        for row, own in zip(table, rows, strict=True):
            row[: len(own)] = own
        return table

    def _instruction(self, step: Instruction) -> list[int]:
        places = [buffer.place + start for buffer, start in step.arguments]
        room = [self._room(step.room)] if step.room else []
        return [step.code, *places, step.out.place + step.out_start, *step.numbers, *room]

    def _room(self, size: int) -> int:
        return self._chunk(0, size)

    def _chunk(self, i: int, size: int) -> int:
        """Return the place of the i-th chunk of scratch memory, which all instructions share."""
        while len(self._scratch) <= i:
            self._scratch.append((-1, 0))
        place, there = self._scratch[i]
        if there < size:
            place = self.memory.reserve(size)
            self._scratch[i] = place, size
        return place

    def _group(self, group: ElementwiseGroup) -> list[int]:
        chunk = chunk_of(group)
        spreads, operations = _Chunks(self, group, chunk).rows()
        first = len(self.elementwise)
        self.elementwise += [*spreads, *operations]
        sizes = [len(spreads), len(operations), group.n_elements, chunk]
        return [codes.GROUP, first, *sizes]


class _Chunks:
    """The operations of a group, on chunks of scratch memory."""

    def __init__(self, assembler: Assembler, group: ElementwiseGroup, chunk: int) -> None:
        self.assembler, self.group, self.chunk = assembler, group, chunk
        self.spreads: list[list[int]] = []
        self.operations: list[list[int]] = []
        self._spread_at: dict[tuple[int, int, int], int] = {}
        self._inner_at: dict[Buffer, int] = {}
        self._free: list[int] = []
        self._n_chunks = 0
        self._last = {b: i for i, o in enumerate(group.operations) for b in [*o.reads, o.out]}

    def rows(self) -> tuple[list[list[int]], list[list[int]]]:
        """Return the rows that spread arguments once, and the rows that are run for each chunk."""
        for i, operation in enumerate(self.group.operations):
            self._add(i, operation)
        return self.spreads, self.operations

    def _add(self, i: int, operation: Elementwise) -> None:
        given = [self._argument(argument) for argument in operation.arguments]
        inner = operation.out in self.assembler.inner
        place = self._new_chunk() if inner else operation.out.place
        self.operations.append(_row(operation.code, (place, int(not inner)), given))
        if inner:
            self._inner_at[operation.out] = place
        for buffer in dict.fromkeys([*operation.reads, operation.out]):
            if self._last[buffer] == i and buffer in self._inner_at:
                self._free.append(self._inner_at[buffer])

    def _new_chunk(self) -> int:
        if self._free:
            return self._free.pop()
        self._n_chunks += 1
        return self.assembler._chunk(self._n_chunks - 1, self.chunk)

    def _own_chunk(self) -> int:
        self._n_chunks += 1
        return self.assembler._chunk(self._n_chunks - 1, self.chunk)

    def _argument(self, spread: Spread) -> tuple[int, int]:
        """Return the place of an argument, and whether it advances with the chunk."""
        if spread.buffer in self._inner_at:
            return self._inner_at[spread.buffer], 0
        place = spread.buffer.place + spread.start
        if spread.kind == codes.COPY:
            return place, 1
        if spread.kind == codes.TILE and spread.period == self.chunk:
            return place, 0
        key = (spread.kind, place, spread.period)
        if key not in self._spread_at:
            self._spread_at[key] = chunk = self._own_chunk()
            row = _row(spread.kind, (chunk, 0), [(place, 0)], spread.period)
            (self.operations if spread.kind == codes.REPEAT else self.spreads).append(row)
        return self._spread_at[key], 0


def _row(
    code: int, out: tuple[int, int], given: Sequence[tuple[int, int]], period: int = 0
) -> list[int]:
    row = [code, *out, *(number for pair in given for number in pair)]
    return [*row, *[0] * (codes.ELEMENTWISE_WIDTH - 1 - len(row)), period]
