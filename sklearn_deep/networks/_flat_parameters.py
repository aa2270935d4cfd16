"""All parameters of a member in one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from sklearn_deep._shared import arithmetic


def overlap(*shapes: Sequence[int]) -> tuple[slice, ...]:
    """Return the index of the elements, counted from 0, that tensors of all shapes have."""
    return tuple(slice(min(sides)) for sides in zip(*shapes, strict=True))


class Slot(NamedTuple):
    """Where one parameter lies in the row."""

    name: str
    shape: torch.Size
    start: int
    stop: int
    padding: int


class FlatParameters:
    """The order of a network's parameters in a row of ``n_parameters`` elements.

    One row makes the update rule a handful of operations however deep the network, and copying,
    comparing or freezing a member one indexing.

    Parameters
    ----------
    network : nn.Module
    """

    def __init__(self, network: nn.Module) -> None:
        self.slots: list[Slot] = []
        start = 0
        for name, parameter in network.named_parameters():
            stop = start + parameter.numel()
            padding = -stop % arithmetic.ALIGNMENT
            self.slots.append(Slot(name, parameter.shape, start, stop, padding))
            start = stop + padding
        self.n_parameters = start

    def row(self, values: Mapping[str, Tensor]) -> Tensor:
        """Return ``(n_parameters,)`` holding the values by name; names left out are zero."""
        first = next(iter(values.values()))
        row = first.new_zeros(self.n_parameters)
        for slot in self.slots:
            if slot.name in values:
                row[slot.start : slot.stop] = values[slot.name].detach().reshape(-1)
        return row

    def views(self, rows: Tensor) -> list[Tensor]:
        """Return each parameter as a view of ``(..., n_parameters)``: ``(..., *shape)``."""
        lead = rows.shape[:-1]
        return [rows[..., s.start : s.stop].view((*lead, *s.shape)) for s in self.slots]

    def moved(self, row: Tensor, target: FlatParameters) -> Tensor:
        """Return a row laid out for a network of other widths, what is missing there left out or zero."""
        new = row.new_zeros(target.n_parameters)
        for old, view in zip(self.views(row), target.views(new), strict=True):
            both = overlap(old.shape, view.shape)
            view[both].copy_(old[both])
        return new

    def pack(self, values: Sequence[Tensor]) -> Tensor:
        """Return the row of the given values, zeros in the gaps."""
        pieces = []
        for slot, value in zip(self.slots, values, strict=True):
            pieces.append(value.reshape(-1))
            if slot.padding:
                pieces.append(value.new_zeros(slot.padding))
        return torch.cat(pieces)
