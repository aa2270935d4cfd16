"""Make a tape shorter without changing a bit of what it computes.

A tape has operations that only rename: views of the shape a tensor has, transposes of transposes,
cuts from autograd. It expands what an elementwise operation expands anyway. And some of its results
nobody takes.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from sklearn_deep._compat.torch import UNSAFE_VIEW
from sklearn_deep._recording.tape import Call, Tape, Value

aten = torch.ops.aten

_RENAMING = (aten.view.default, UNSAFE_VIEW, aten.expand.default)
_SAME = (aten.detach.default, aten.alias.default, aten.lift_fresh.default)
_TRANSPOSES = (aten.t.default, aten.transpose.int)
_NEUTRAL_AT_ONE = (aten.mul.Scalar, aten.pow.Tensor_Scalar)
_EXPANDING = (aten.add.Tensor, aten.div.Tensor, aten.mul.Tensor, aten.sub.Tensor)


def simplified(tape: Tape) -> Tape:
    """Return a tape with fewer operations; one that writes into its tensors stays as it is.

    Parameters
    ----------
    tape : Tape
        Left as it is.
    """
    if tape.writes:
        return tape
    return without_dead_calls(_without_expansions(_without_renaming(tape)))


def without_dead_calls(tape: Tape) -> Tape:
    """Leave out operations whose results nobody takes; none of them may write."""
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
        call.results[0]: call.args[0] for call in tape.calls if call.function is aten.expand.default
    }
    return tape._replace(calls=[_without_expansion(call, expanded) for call in tape.calls])


def _without_expansion(call: Call, expanded: Mapping[Value | None, Value]) -> Call:
    """Return an elementwise operation on what one of its two arguments was before its expansion."""
    if call.function not in _EXPANDING or len(call.given()) != 2:
        return call
    for one, other in (call.args[:2], call.args[1::-1]):
        result = call.results[0]
        if one in expanded and result is not None and other.is_laid_out_as(result):
            source = expanded[one]
            return call.with_values(lambda value: source if value is one else value)  # noqa: B023
    return call


def _same_as(call: Call, made: dict[Value, Call]) -> Value | None:
    """Return the earlier tensor that has the same elements in the same layout, if there is one."""
    source, result = call.args[0] if call.args else None, call.results[0]
    if not isinstance(source, Value) or result is None:
        return None
    may_rename = call.function in _RENAMING or _is_neutral(call)
    if call.function in _SAME or (may_rename and result.is_laid_out_as(source)):
        return source
    first = made.get(source)
    if first is not None and _undo_each_other(first, call):
        twice = first.args[0]
        return twice if isinstance(twice, Value) else None
    return None


def _is_neutral(call: Call) -> bool:
    return call.function in _NEUTRAL_AT_ONE and call.args[1] == 1


def _undo_each_other(first: Call, second: Call) -> bool:
    if first.function not in _TRANSPOSES or second.function not in _TRANSPOSES:
        return False
    return _axes(first) == _axes(second)


def _axes(call: Call) -> set[int]:
    assert isinstance(call.args[0], Value)
    n_axes = len(call.args[0].shape)
    first, second = call.args[1:] or (0, 1)
    return {first % n_axes, second % n_axes} if n_axes > 1 else set()
