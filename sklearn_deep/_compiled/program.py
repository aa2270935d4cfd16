"""A program for the interpreter: what is computed once, in every step, and in updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from sklearn_deep._compiled._graph import (
    Buffer,
    Elementwise,
    ElementwiseGroup,
    GraphBuilder,
    Place,
    Spread,
    codes,
)
from sklearn_deep._compiled._lowering import lower
from sklearn_deep._compiled.assembly import Assembler, MemoryPlan, inner_buffers
from sklearn_deep._compiled.fusion import with_adam
from sklearn_deep._compiled.schedule import Step, alive, hoisted, scheduled
from sklearn_deep._recording import Tape, contiguous


class CompiledProgram(NamedTuple):
    """Tables of instructions, and the initial memory.

    Parameters
    ----------
    prepare, step, update : ndarray of shape (n_instructions, WIDTH)
        Instructions to run whenever fixed inputs have changed, in every step, and after a step that
        updates the state.
    elementwise : ndarray of shape (n_operations, ELEMENTWISE_WIDTH)
        Rows to which instructions refer.
    memory : ndarray of shape (size,)
        Constants at their places. It must be copied for each use.
    """

    prepare: np.ndarray
    step: np.ndarray
    update: np.ndarray
    elementwise: np.ndarray
    memory: np.ndarray

    @property
    def n_multiplications(self) -> int:
        """Number of multiplications in the matrix products of a step."""
        products = self.step[self.step[:, 0] == codes.PRODUCT]
        return int(products[:, 4:7].prod(1).sum())


class Compiler:
    """Compiles the tapes of one step into a program.

    Parameters
    ----------
    dtype : torch.dtype
        The dtype of all numbers.
    """

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype
        self.builder = GraphBuilder()
        self._inputs: list[Place] = []
        self._fixed: list[Place] = []
        self._states: list[tuple[Place, Place]] = []
        self._outputs: list[Place] = []
        self._n_step_nodes: int | None = None

    def input(self, shape: Sequence[int], fixed: bool = False) -> Place:
        """Return a place for an input; fixed inputs change only between runs."""
        place = self.builder.kept(shape)
        (self._fixed if fixed else self._inputs).append(place)
        return place

    def add(self, tape: Tape, places: Sequence[Place]) -> list[Place]:
        """Add the operations of a tape; return the places of its outputs."""
        return lower(tape, places, self.builder, self.dtype)

    def output(self, place: Place) -> Place:
        """Keep an output until the end of the step, in row-major order; return its place."""
        place = self.builder.dense(place)
        if place.buffer in self.builder.constants or place.buffer.keeps:
            place = self._copied(place)
        place.buffer.keeps = True
        self._outputs.append(place)
        return place

    def _copied(self, place: Place) -> Place:
        return self.builder.elementwise(codes.COPY, place.layout, place)

    def pack(self, row: Place, pieces: Sequence[tuple[Place, int]]) -> None:
        """Write tensors next to each other into a row, each at its first element."""
        self._outputs.append(row)
        for piece, start in pieces:
            self._write(piece, row, start)

    def _write(self, piece: Place, row: Place, start: int) -> None:
        size = piece.layout.numel()
        buffer = piece.buffer
        is_whole = buffer.size == size and piece.start == 0 and not buffer.keeps
        is_dense = piece.layout.is_contiguous()
        if not (is_whole and is_dense and buffer.parent is None):
            piece = self._copied_by_rows(piece)
        piece.buffer.parent, piece.buffer.start = row.buffer, row.start + start

    def _copied_by_rows(self, place: Place) -> Place:
        like = place.layout.new_empty_strided(place.shape, contiguous(place.shape))
        return self.builder.elementwise(codes.COPY, like, place)

    def end_step(self) -> None:
        """End the operations of a step: later ones are run only if the state is updated."""
        self._n_step_nodes = len(self.builder.nodes)

    def move(self, state: Place, new: Place) -> None:
        """Assign a new value to a state at the end of the step, after earlier assignments."""
        self._states.append((state, new))

    def program(self) -> CompiledProgram:
        """Return the program."""
        nodes = self.builder.nodes
        n = len(nodes) if self._n_step_nodes is None else self._n_step_nodes
        outputs = [place.buffer for place in [*self._outputs, *(new for _, new in self._states)]]
        used = set(alive(nodes, outputs))
        constants = [*self.builder.constants, *(place.buffer for place in self._fixed)]
        first, rest = hoisted([node for node in nodes if node in used], constants)
        in_step = set(nodes[:n])
        for node in first:
            node.out.root.keeps = True
        prepare = scheduled(first)
        step = scheduled([node for node in rest if node in in_step])
        moving = [node for node in rest if node not in in_step]
        moving, moves = with_adam(moving, self._states)
        update = scheduled(moving)
        for state, new in moves:
            _move(update, state, new)
        return self._assembled(prepare, step, update)

    def _assembled(
        self, prepare: list[Step], step: list[Step], update: list[Step]
    ) -> CompiledProgram:
        memory = MemoryPlan()
        kept = [place.buffer for place in [*self._inputs, *self._fixed, *self._outputs]]
        memory.keep([*kept, *self.builder.constants])
        memory.keep(node_out.root for s in prepare for node_out in s.outs)
        inner = inner_buffers([*prepare, *step, *update])
        memory.share([*step, *update], inner)
        assembler = Assembler(memory, inner)
        first, each, moving = (assembler.rows(steps) for steps in (prepare, step, update))
        elementwise = np.array(assembler.elementwise, dtype=np.int64)
        whole = np.zeros(memory.size, dtype=torch.empty(0, dtype=self.dtype).numpy().dtype)
        for buffer, values in self.builder.constants.items():
            whole[buffer.place : buffer.place + buffer.size] = values
        elementwise = elementwise.reshape(-1, codes.ELEMENTWISE_WIDTH)
        return CompiledProgram(first, each, moving, elementwise, whole)


def _move(update: list[Step], state: Place, new: Place) -> None:
    """Make the operation that computes a new value write it to the state, or copy it there."""
    if not _writes_over(update, state, new):
        out = Buffer(new.layout.numel(), state.buffer, state.start)
        source = Spread(codes.COPY, new.buffer, new.start)
        update.append(ElementwiseGroup(out.size, [Elementwise(codes.COPY, out, [source])]))


def _writes_over(update: list[Step], state: Place, new: Place) -> bool:
    buffer, root = new.buffer, state.buffer.root
    if buffer.keeps or buffer.parent is not None or new.start or not new.layout.is_contiguous():
        return False
    makers = [s for s in update if isinstance(s, ElementwiseGroup) and buffer in s.outs]
    if not makers:
        return False
    (group,) = makers
    at = update.index(group)
    later = update[at + 1 :]
    if any(b.root is root for step in later for b in [*step.reads, *step.outs]):
        return False
    (place,) = (i for i, o in enumerate(group.operations) if o.out is buffer)
    maker = group.operations[place]
    for i, operation in enumerate(group.operations):
        for argument in operation.arguments:
            if argument.buffer.root is not root:
                continue
            start = (
                argument.start + argument.buffer.start if argument.buffer.parent else argument.start
            )
            if i > place or argument.kind != codes.COPY or start != state.start:
                return False
    if any(b.root is root for b in maker.reads):
        # The interpreter's loops must not write to what they read, so a chunk is used in between.
        chunk = Buffer(buffer.size)
        copy = Elementwise(codes.COPY, buffer, [Spread(codes.COPY, chunk, 0)])
        maker.out = chunk
        group.operations.insert(place + 1, copy)
    buffer.parent, buffer.start = state.buffer, state.start
    return True
