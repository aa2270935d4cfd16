"""From a tape to a graph, operation by operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from sklearn_deep._compiled._graph import GraphBuilder, Place, Unsupported
from sklearn_deep._compiled._lowering.rules import RULES
from sklearn_deep._compiled._lowering.scope import Scope
from sklearn_deep._recording import Call, Tape, Value, values_in

# fmt: off
# Operations whose results depend on shapes and numbers alone.
_SHAPES_ONLY = {
    "ones_like", "zeros_like", "full_like", "empty_like", "new_zeros", "new_ones", "new_full",
    "new_empty", "scalar_tensor", "zeros", "ones", "full", "eye", "arange", "empty",
}
# Operations whose truth values are computed as the numbers 0 and 1.
_TRUTHS = {
    "gt", "ge", "lt", "le", "eq", "ne", "logical_not", "bitwise_not", "logical_and", "bitwise_and",
    "logical_or", "bitwise_or", "isnan", "isinf", "isfinite", "where", "clone", "_to_copy", "copy",
    "fill", "zero", "masked_fill", "cat", "stack",
}
# fmt: on


def lower(
    tape: Tape, places: Sequence[Place], builder: GraphBuilder, dtype: torch.dtype
) -> list[Place]:
    """Add a tape's operations to a graph; return the places of its outputs.

    Parameters
    ----------
    tape : Tape
    places : sequence of Place
        Of its inputs.
    builder : GraphBuilder
        Changed.
    dtype : torch.dtype
        Of all its numbers.

    Raises
    ------
    Unsupported
        If it has an operation that the interpreter does not know.
    """
    scope = Scope(builder, dict(zip(tape.inputs, places, strict=True)), dtype)
    for value, tensor in tape.constants.items():
        if tensor.is_complex():
            raise Unsupported("complex numbers")
        scope.bind(value, builder.constant(tensor.detach().double().numpy()))
    for call in tape.calls:
        _lower_call(scope, call)
    return [scope.place(value) for value in tape.outputs]


def _lower_call(scope: Scope, call: Call) -> None:
    if call.several:
        raise Unsupported(f"{call.function} has several results")
    value = call.results[0]
    if value is None:
        raise Unsupported(f"{call.function} has no result")
    name, overload = _name_of(call)
    fits = value.dtype == scope.dtype or (
        value.dtype == torch.bool and (name.removesuffix("_") in _TRUTHS or call.is_view)
    )
    if not fits and not _is_known(call):
        raise Unsupported(f"{call.function} gives {value.dtype}")
    if "out" in call.kwargs:
        target = call.kwargs["out"]
        scope.overwrite(target, _value_of(scope, name, overload, call))
    elif name.endswith("_") and call.writes:
        scope.overwrite(call.args[0], _value_of(scope, name[:-1], overload, call))
    else:
        scope.bind(value, _value_of(scope, name, overload, call))


def _value_of(scope: Scope, name: str, overload: str, call: Call) -> Place:
    if _is_known(call):
        return _constant(scope, call)
    rule = RULES.get(f"{name}.{overload}") or RULES.get(name)
    if rule is not None:
        return rule(scope, call)
    if call.is_view:
        return _view(scope, call)
    raise Unsupported(f"{call.function}")


def _name_of(call: Call) -> tuple[str, str]:
    packet, _, overload = str(call.function).removeprefix("aten.").partition(".")
    return packet, overload


def _is_known(call: Call) -> bool:
    """Return whether a result depends on shapes and numbers alone."""
    name, _ = _name_of(call)
    return name in _SHAPES_ONLY


def _constant(scope: Scope, call: Call) -> Place:
    """Compute such a result now."""

    def stand_in(argument: Any) -> Any:
        if isinstance(argument, Value):
            return torch.zeros((), dtype=argument.dtype).expand(argument.shape)
        return argument

    if any(
        isinstance(argument, list | tuple) and list(values_in(argument)) for argument in call.args
    ):
        raise Unsupported(f"{call.function} of a list")
    kwargs = {name: v for name, v in call.kwargs.items() if name != "out"}
    made: Tensor = call.function(*map(stand_in, call.args), **kwargs)
    name, _ = _name_of(call)
    if name in ("empty_like", "empty", "new_empty"):  # something is written there before it is read
        made = torch.zeros((), dtype=made.dtype).expand(made.shape)
    return scope.builder.constant(made.double().numpy())


def _view(scope: Scope, call: Call) -> Place:
    """Show the elements of the first argument in another shape."""
    place = scope.place(call.args[0])
    try:
        layout = call.function(place.layout, *call.args[1:], **call.kwargs)
    except RuntimeError:  # where the interpreter lays a tensor out otherwise than torch
        place = scope.builder.dense(place)
        layout = call.function(place.layout, *call.args[1:], **call.kwargs)
    return Place(place.buffer, layout)
