"""Make a program of a tape: simplify it, separate preparations from steps, and place the results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sklearn_deep._recording.memory import RowWriter, share_memory, write_in_place
from sklearn_deep._recording.program import Program
from sklearn_deep._recording.simplify import simplified
from sklearn_deep._recording.tape import Call, Tape, Value

_ROW = -1  # not the number of any tensor's storage


class Roles(NamedTuple):
    """The roles of the inputs and outputs of a step.

    Parameters
    ----------
    n_held : int
        Number of inputs, counted from the first, that are the same tensors in every step.
    fixed : frozenset of int
        Indices of the held inputs whose elements do not change during an epoch either.
    pieces : slice or None
        The outputs that are written next to each other into one row.
    reuses_memory : bool
        Whether large results are written to the same memory in every step. On a GPU this has no
        advantage, because torch's allocator keeps memory.
    """

    n_held: int
    fixed: frozenset[int]
    pieces: slice | None
    reuses_memory: bool = False


def program_of(tape: Tape, roles: Roles) -> Program:
    """Return the program of a step.

    The program is prepared with the held inputs. If outputs are written into a row, the row and the
    views of its pieces are prepared with them.
    """
    tape = simplified(tape)
    row: list[Value] = []
    views: list[Call] = []
    if roles.pieces is not None:
        row, views, tape = _into_row(tape, roles.pieces)
    # If an operation writes into a tensor, its order relative to operations that read it matters, and
    # the tensor must be new in every step. Such a tape is run as it was recorded.
    preparations, calls = ([], tape.calls) if tape.writes else _arranged(tape, roles, row)
    return Program(
        prepared=[*tape.inputs[: roles.n_held], *row],
        preparations=[*views, *preparations],
        inputs=tape.inputs[roles.n_held :],
        calls=calls,
        outputs=tape.outputs,
        constants=tape.constants,
    )


def _arranged(tape: Tape, roles: Roles, row: Sequence[Value]) -> tuple[list[Call], list[Call]]:
    """Return the operations to run once per epoch, and those of a step, with their results placed."""
    first, rest = _divided(tape, tape.inputs[: roles.n_held], roles.fixed)
    prepared = [value for call in first for value in call.results if value is not None]
    rest = write_in_place(rest, [*tape.inputs, *tape.constants, *tape.outputs, *row, *prepared])
    if not roles.reuses_memory:
        return first, rest
    allocations, rest = share_memory(rest, [*tape.outputs, *row])
    return [*allocations, *first], rest


def _into_row(tape: Tape, place: slice) -> tuple[list[Value], list[Call], Tape]:
    """Return the row and its pieces, views of the pieces, and the tape that writes into them."""
    outputs = tape.outputs[place]
    row = Value("row", (), (), outputs[0].dtype, _ROW)
    pieces = [row.viewed_as(f"r{i}", output.shape) for i, output in enumerate(outputs)]
    writer = RowWriter(tape, outputs, pieces)
    whole = [*tape.outputs[: place.start], row, *tape.outputs[place.stop :]]
    return [row, *pieces], writer.views, tape._replace(calls=writer.calls, outputs=whole)


def _divided(
    tape: Tape, held: Iterable[Value], places: Iterable[int]
) -> tuple[list[Call], list[Call]]:
    """Return the operations to run once per epoch, and those to run in every step.

    Operations that depend only on fixed values, and views of held tensors, are run once per epoch.
    """
    fixed: set[Value | None] = {*tape.constants, *(tape.inputs[i] for i in places)}
    there = fixed | {*held}
    first, rest = [], []
    for call in tape.calls:
        given = set(call.given())
        if given <= fixed:
            fixed.update(call.results)
        if given <= fixed or (call.is_view and given <= there):
            there.update(call.results)
            first.append(call)
        else:
            rest.append(call)
    return first, rest
