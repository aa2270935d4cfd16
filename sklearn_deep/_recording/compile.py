"""A tape as a program: shortened, divided into preparations and steps, its results placed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sklearn_deep._recording.memory import IntoRow, into_memory, overwriting
from sklearn_deep._recording.program import Program
from sklearn_deep._recording.simplify import simplified
from sklearn_deep._recording.tape import Call, Tape, Value

_ROW = -1  # no tensor's storage


class Roles(NamedTuple):
    """What inputs and outputs of a step are.

    Parameters
    ----------
    n_held : int
        How many inputs, from the first on, are the same tensors in every step.
    fixed : frozenset of int
        Places of those of them whose elements stay the same too, for an epoch at least.
    pieces : slice or None
        Outputs that are written into one row, one after the other.
    reuses_memory : bool
        Whether large results are written into the same memory in every step. On a GPU torch's own
        allocator keeps memory, so there is nothing to gain.
    """

    n_held: int
    fixed: frozenset[int]
    pieces: slice | None
    reuses_memory: bool = False


def program_of(tape: Tape, roles: Roles) -> Program:
    """Return the program of a step.

    It is prepared with the inputs that are held and, where outputs go into a row, with the row and
    views of its pieces.
    """
    tape = simplified(tape)
    row: list[Value] = []
    views: list[Call] = []
    if roles.pieces is not None:
        row, views, tape = _into_row(tape, roles.pieces)
    # Where an operation writes into a tensor, its order among those that read it matters, and the
    # tensor must be fresh in every step: such a tape is run as it was recorded.
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
    """Return what can be done once an epoch and the rest, with results where they cost the least."""
    first, rest = _divided(tape, tape.inputs[: roles.n_held], roles.fixed)
    prepared = [value for call in first for value in call.results if value is not None]
    rest = overwriting(rest, [*tape.inputs, *tape.constants, *tape.outputs, *row, *prepared])
    if not roles.reuses_memory:
        return first, rest
    allocations, rest = into_memory(rest, [*tape.outputs, *row])
    return [*allocations, *first], rest


def _into_row(tape: Tape, place: slice) -> tuple[list[Value], list[Call], Tape]:
    """Return row and pieces, views of pieces, and the tape that writes there."""
    outputs = tape.outputs[place]
    row = Value("row", (), (), outputs[0].dtype, _ROW)
    pieces = [row.viewed_as(f"r{i}", output.shape) for i, output in enumerate(outputs)]
    into = IntoRow(tape, outputs, pieces)
    whole = [*tape.outputs[: place.start], row, *tape.outputs[place.stop :]]
    return [row, *pieces], into.views, tape._replace(calls=into.calls, outputs=whole)


def _divided(
    tape: Tape, held: Iterable[Value], places: Iterable[int]
) -> tuple[list[Call], list[Call]]:
    """Return what can be done once an epoch, and the rest.

    That is what depends on fixed values alone, and views of tensors that are the same in every step.
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
