"""The places of tensors while a tape is lowered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from sklearn_deep._compiled._graph import GraphBuilder, Operand, Place, Unsupported, layout_of
from sklearn_deep._recording import Call, Value


class Scope:
    """The places of a tape's tensors while it is lowered.

    Parameters
    ----------
    builder : GraphBuilder
    places : dict of Value to Place
        Of its inputs.
    dtype : torch.dtype
        Of all numbers; truth values become 0 and 1 of that type.
    """

    def __init__(
        self, builder: GraphBuilder, places: Mapping[Value, Place], dtype: torch.dtype
    ) -> None:
        self.builder = builder
        self.dtype = dtype
        self._places = dict(places)
        # How often a storage has been written to, and at which count a place was made.
        self._writes: dict[int, int] = {}
        self._made_at: dict[Value, int] = {}

    def place(self, value: Value) -> Place:
        """Return where a tensor lies."""
        if self._made_at.get(value, 0) != self._writes.get(value.storage, 0):
            raise Unsupported("a view of a tensor that is written to")
        return self._places[value]

    def operand(self, argument: Any) -> Operand:
        """Return a place or number."""
        return self.place(argument) if isinstance(argument, Value) else float(argument)

    def bind(self, value: Value, place: Place) -> None:
        """Let a result lie at a place."""
        self._places[value] = place
        self._made_at[value] = self._writes.get(value.storage, 0)

    def overwrite(self, value: Value, place: Place) -> None:
        """Let a tensor that is written to lie at a new place."""
        self._writes[value.storage] = self._writes.get(value.storage, 0) + 1
        self.bind(value, place)

    def make(self, code: int, call: Call, *operands: Operand) -> Place:
        """Add an elementwise operation whose result is laid out as the call's."""
        return self.builder.elementwise(code, like(call), *operands)


def result_of(call: Call) -> Value:
    """Return the result of a call that has one."""
    (value,) = call.results
    assert value is not None
    return value


def like(call: Call) -> Tensor:
    """Return the layout of a call's result."""
    value = result_of(call)
    return layout_of(value.shape, value.stride)
