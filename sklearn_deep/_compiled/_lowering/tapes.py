"""Lower a tape to a graph, operation by operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from sklearn_deep._compat.torch import decomposition_of, functional_of
from sklearn_deep._compiled._graph import GraphBuilder, Place, Unsupported
from sklearn_deep._compiled._lowering.rules import RULES
from sklearn_deep._compiled._lowering.scope import Scope
from sklearn_deep._recording import Call, Tape, Unrecordable, Value, mapped, record

# fmt: off
# Operations whose results depend only on the shapes of their arguments.
_SHAPES_ONLY = {
    "ones_like", "zeros_like", "full_like", "empty_like", "new_zeros", "new_ones", "new_full",
    "new_empty", "new_empty_strided",
}
# Operations that return unknown elements, which are always written before they are read.
_EMPTY = {"empty_like", "empty", "empty_strided", "new_empty", "new_empty_strided"}
# Operations whose truth values are represented by the numbers 0 and 1.
_TRUTHS = {
    "gt", "ge", "lt", "le", "eq", "ne", "logical_not", "bitwise_not", "logical_and", "bitwise_and",
    "logical_or", "bitwise_or", "logical_xor", "bitwise_xor", "isnan", "isinf", "where",
    "clone", "_to_copy", "copy", "fill", "zero", "masked_fill", "cat", "stack", "any", "all", "mul",
}
# Operations whose integers are represented by floats, which is exact because they are small.
_SMALL_INTEGERS = {"where", "_to_copy", "sum"}
# fmt: on


def lower(
    tape: Tape, places: Sequence[Place], builder: GraphBuilder, dtype: torch.dtype
) -> list[Place]:
    """Add the operations of a tape to a graph; return the places of its outputs.

    Parameters
    ----------
    tape : Tape
    places : sequence of Place
        Places of the inputs of the tape.
    builder : GraphBuilder
        The graph, which is changed.
    dtype : torch.dtype
        The dtype of all numbers.

    Raises
    ------
    Unsupported
        If the interpreter does not support an operation of the tape.
    """
    scope = Scope(builder, tape, places, dtype)
    for value, tensor in tape.constants.items():
        scope.bind_constant(value, tensor.detach())
    for call in tape.calls:
        _lower_call(scope, call)
    return [scope.place(value) for value in tape.outputs]


def _lower_call(scope: Scope, call: Call) -> None:
    if call.writes:
        _lower_write(scope, call)
    elif _is_known(scope, call):
        _fold(scope, call)
    else:
        # Later results of some operations are indices of elements, which must not be used.
        for value, place in zip(call.results, _places_of(scope, call), strict=False):
            if value is not None and place is not None:
                scope.bind(value, place, is_view=call.is_view)


def _lower_write(scope: Scope, call: Call) -> None:
    """Lower an operation that overwrites a tensor with its result."""
    if "out" in call.kwargs:
        options = {key: value for key, value in call.kwargs.items() if key != "out"}
        scope.overwrite(call.kwargs["out"], _place_of(scope, call._replace(kwargs=options)))
        return
    functional = functional_of(call.function)
    if functional is None:
        raise Unsupported(f"{call.function}")
    plain = call._replace(function=functional)
    place = _place_of(scope, plain)
    if plain.is_view:  # an operation such as squeeze_: the same elements in another shape
        scope.bind(call.args[0], place, is_view=True)
    else:
        scope.overwrite(call.args[0], place)


def _place_of(scope: Scope, call: Call) -> Place:
    place, *_ = _places_of(scope, call)
    assert place is not None
    return place


def _places_of(scope: Scope, call: Call) -> Sequence[Place | None]:
    """Return the places of the results of an operation."""
    name, overload = _name_of(call)
    rule = RULES.get(f"{name}.{overload}") or RULES.get(name)
    if rule is not None:
        _check_type(scope, call, name)
        try:
            found = rule(scope, call)
        except (TypeError, ValueError, IndexError, RuntimeError) as error:
            # Arguments that the rule does not accept.
            raise Unsupported(f"{call.function}: {error}") from error
        return found if isinstance(found, list) else [found]
    return _views(scope, call) if call.is_view else _decomposed(scope, call)


def _check_type(scope: Scope, call: Call, name: str) -> None:
    value = call.results[0]
    assert value is not None
    fits = value.dtype == scope.dtype
    fits |= value.dtype == torch.bool and name in _TRUTHS
    fits |= value.dtype == torch.int64 and name in _SMALL_INTEGERS
    if not fits:
        raise Unsupported(f"{call.function} gives {value.dtype}")


def _name_of(call: Call) -> tuple[str, str]:
    packet, _, overload = str(call.function).removeprefix("aten.").partition(".")
    return packet, overload


def _is_known(scope: Scope, call: Call) -> bool:
    is_known = all(value in scope.constants for value in call.given())
    return is_known or _name_of(call)[0] in _SHAPES_ONLY


def _fold(scope: Scope, call: Call) -> None:
    """Compute results that depend only on shapes and constants."""

    def tensor_of(value: Value) -> Tensor:
        known = scope.constants.get(value)
        return torch.zeros((), dtype=value.dtype).expand(value.shape) if known is None else known

    found = call.function(*mapped(call.args, tensor_of), **mapped(call.kwargs, tensor_of))
    for value, tensor in zip(call.results, found if call.several else [found], strict=True):
        if value is not None:
            is_empty = _name_of(call)[0] in _EMPTY
            scope.bind_constant(value, torch.zeros_like(tensor) if is_empty else tensor)


def _views(scope: Scope, call: Call) -> list[Place]:
    """Show the elements of the first argument in another shape."""
    place = scope.place(call.args[0])
    try:
        layouts = call.function(place.layout, *call.args[1:], **call.kwargs)
    except RuntimeError:  # if the tensor's layout in the interpreter differs from that in torch
        place = scope.builder.dense(place)
        layouts = call.function(place.layout, *call.args[1:], **call.kwargs)
    return [Place(place.buffer, layout) for layout in (layouts if call.several else [layouts])]


def _decomposed(scope: Scope, call: Call) -> list[Place | None]:
    """Lower an operation by the simpler operations into which torch decomposes it."""
    formula = decomposition_of(call.function)
    if formula is None:
        raise Unsupported(f"{call.function}")
    values = list(dict.fromkeys(call.given()))
    made: list[Any] = []

    def function(*tensors: Tensor) -> list[Tensor]:
        given = dict(zip(values, tensors, strict=True))
        results = formula(*mapped(call.args, given.get), **mapped(call.kwargs, given.get))
        made[:] = results if isinstance(results, list | tuple) else [results]
        return [result for result in made if result is not None]

    examples = [torch.empty_strided(v.shape, v.stride, dtype=v.dtype).zero_() for v in values]
    try:
        with torch.no_grad():
            tape, _ = record(function, examples)
    except Unrecordable as error:
        raise Unsupported(f"{call.function}: {error}") from error
    given = [scope.place(value) for value in values]
    places = iter(lower(tape, given, scope.builder, scope.dtype))
    return [None if result is None else next(places) for result in made]
