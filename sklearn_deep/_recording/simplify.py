"""Shorten a tape without changing a bit of its results.

Three kinds of operations are removed: those that only rename a tensor (views with an unchanged
shape, transposes of transposes, ``detach``), expansions before an operation that broadcasts, and
operations whose results are not used.
"""

from __future__ import annotations

from collections.abc import Mapping

from sklearn_deep._recording.operations import View
from sklearn_deep._recording.tape import Call, Tape, Value


def simplified(tape: Tape) -> Tape:
    """Return a tape with fewer operations, or the tape itself if it writes into its tensors.

    Parameters
    ----------
    tape : Tape
        The tape, which is not changed.
    """
    if tape.writes:
        return tape
    return without_dead_calls(_without_expansions(_without_renaming(tape)))


def without_dead_calls(tape: Tape) -> Tape:
    """Remove operations whose results are not used. None of them may write into existing tensors."""
    needed, kept = set(tape.outputs), []
    for call in reversed(tape.calls):
        if needed.intersection(call.results):
            kept.append(call)
            needed.update(call.given())
    constants = {value: tensor for value, tensor in tape.constants.items() if value in needed}
    return tape._replace(calls=kept[::-1], constants=constants)


def _without_renaming(tape: Tape) -> Tape:
    names: dict[Value, Value] = {}
    made: dict[Value, Call] = {}
    kept = []
    for renamed in tape.calls:
        call = renamed.with_values(lambda value: names.get(value, value))
        source = None if call.several else _same_as(call, made)
        if source is None:
            kept.append(call)
            made |= {value: call for value in call.results if value is not None}
        else:
            assert call.results[0] is not None
            names[call.results[0]] = source
    return tape._replace(calls=kept, outputs=[names.get(value, value) for value in tape.outputs])


def _without_expansions(tape: Tape) -> Tape:
    expanded = {
        call.results[0]: call.args[0] for call in tape.calls if call.operation.view is View.EXPANDED
    }
    return tape._replace(calls=[_without_expansion(call, expanded) for call in tape.calls])


def _without_expansion(call: Call, expanded: Mapping[Value | None, Value]) -> Call:
    """Return a broadcasting operation with one of its two arguments replaced by its unexpanded version."""
    if not call.operation.broadcasts or len(call.given()) != 2:
        return call
    for one, other in (call.args[:2], call.args[1::-1]):
        result = call.results[0]
        if one in expanded and result is not None and other.is_laid_out_as(result):
            source = expanded[one]
            return call.with_values(lambda value: source if value is one else value)  # noqa: B023
    return call


def _same_as(call: Call, made: dict[Value, Call]) -> Value | None:
    """Return the earlier tensor with the same elements in the same layout; None if there is none."""
    source, result = call.args[0] if call.args else None, call.results[0]
    if not isinstance(source, Value) or result is None:
        return None
    view = call.operation.view
    may_rename = view in (View.RESHAPED, View.EXPANDED) or _is_neutral(call)
    if view is View.SAME or (may_rename and result.is_laid_out_as(source)):
        return source
    first = made.get(source)
    if first is not None and _undo_each_other(first, call):
        twice = first.args[0]
        return twice if isinstance(twice, Value) else None
    return None


def _is_neutral(call: Call) -> bool:
    neutral = call.operation.neutral
    return neutral is not None and call.args[1] == neutral


def _undo_each_other(first: Call, second: Call) -> bool:
    both = first.operation.view is second.operation.view is View.TRANSPOSED
    return both and _axes(first) == _axes(second)


def _axes(call: Call) -> set[int]:
    assert isinstance(call.args[0], Value)
    n_axes = len(call.args[0].shape)
    first, second = call.args[1:] or (0, 1)
    return {first % n_axes, second % n_axes} if n_axes > 1 else set()
