"""The places of a tape's tensors during lowering."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from sklearn_deep._compiled._graph import (
    Buffer,
    GraphBuilder,
    Operand,
    Place,
    Unsupported,
    layout_of,
    memory_order,
)
from sklearn_deep._recording import Call, Tape, Value, values_in


class Scope:
    """The places of a tape's tensors during lowering.

    Parameters
    ----------
    builder : GraphBuilder
    tape : Tape
    places : sequence of Place
        Places of the inputs of the tape.
    dtype : torch.dtype
        The dtype of all numbers; truth values become 0 and 1 of this dtype.
    """

    def __init__(
        self, builder: GraphBuilder, tape: Tape, places: Sequence[Place], dtype: torch.dtype
    ) -> None:
        self.builder = builder
        self.dtype = dtype
        self._places = dict(zip(tape.inputs, places, strict=True))
        # Tensors with known elements, except for those that are written to.
        self.constants: dict[Value, Tensor] = {}
        # No buffer of a graph is written twice. Overwriting a tensor makes a new one, which replaces all
        # tensors of its storage. If some of them are parts of others, the storage moves to a new
        # buffer.
        self._moved: dict[int, Place] = {}
        self._buffers: dict[int, Buffer] = {}
        self._written, self._partly_written = _written_storages(tape)

    def place(self, value: Value) -> Place:
        """Return the current place of a tensor."""
        if value.storage in self._moved:
            return self._moved[value.storage]
        if value not in self._places:
            raise Unsupported("a result that is not a number")
        place = self._places[value]
        return Place(self._buffers.get(value.storage, place.buffer), place.layout)

    def operand(self, argument: Any) -> Operand:
        """Return the place of a tensor; a number is returned unchanged."""
        return self.place(argument) if isinstance(argument, Value) else float(argument)

    def bind(self, value: Value, place: Place, *, is_view: bool = False) -> None:
        """Assign a place to a result."""
        if value.storage in self._partly_written and not is_view:
            # Views of parts of it are only right if the whole has the same layout as in torch.
            place = self._laid_out(value, place)
            self._buffers[value.storage] = place.buffer
        self._places[value] = place

    def _laid_out(self, value: Value, place: Place) -> Place:
        """Return a tensor that fills a whole buffer, with the same layout as in torch."""
        layout = place.layout
        is_whole = place.buffer.size == value.n_elements and place.start == 0
        if is_whole and (tuple(layout.shape), layout.stride()) == (value.shape, value.stride):
            return place
        if value.n_elements > 1 and memory_order(value.shape, value.stride) is None:
            raise Unsupported("memory with gaps that is written to")
        return self.builder.copied(place, layout_of(value.shape, value.stride))

    def bind_constant(self, value: Value, tensor: Tensor) -> None:
        """Assign known elements to a tensor."""
        if tensor.is_complex():
            raise Unsupported("complex numbers")
        if value.storage not in self._written:
            self.constants[value] = tensor
        self.bind(value, self.builder.constant(tensor.double().numpy()))

    def overwrite(self, value: Value, new: Place) -> None:
        """Overwrite a tensor with new elements."""
        if value.storage not in self._partly_written:
            self._moved[value.storage] = new
            return
        buffer, layout = self.place(value)
        if buffer.size == value.n_elements:
            self._buffers[value.storage] = self._laid_out(value, new).buffer
            return
        whole = layout_of((buffer.size,), (1,))
        parts = [(Place(buffer, whole), whole), (new, layout)]
        self._buffers[value.storage] = self.builder.assembled((buffer.size,), parts).buffer

    def make(self, code: int, call: Call, *operands: Operand) -> Place:
        """Add an elementwise operation; the result has the layout of the call's result."""
        return self.builder.elementwise(code, like(call), *operands)


def _written_storages(tape: Tape) -> tuple[set[int], set[int]]:
    """Return the storages that an operation changes, and those with tensors of several layouts."""
    written = values_in(
        [call.kwargs.get("out", call.args[0]) for call in tape.calls if call.writes]
    )
    layouts = defaultdict(set)
    for call in tape.calls:
        for value in [*call.given(), *values_in(call.results)]:
            layouts[value.storage].add((value.shape, value.stride))
    storages = {value.storage for value in written}
    return storages, {storage for storage in storages if len(layouts[storage]) > 1}


def result_of(call: Call) -> Value:
    """Return the first result of a call."""
    value = call.results[0]
    assert value is not None
    return value


def like(call: Call) -> Tensor:
    """Return the layout of a call's result."""
    value = result_of(call)
    return layout_of(value.shape, value.stride)
