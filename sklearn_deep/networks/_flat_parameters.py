"""All parameters of a network in one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from sklearn_deep._shared import arithmetic


def overlap(*shapes: Sequence[int]) -> tuple[slice, ...]:
    """Return the index of the elements, counted from 0, that tensors of all these shapes have."""
    return tuple(slice(min(sides)) for sides in zip(*shapes, strict=True))


class Slot(NamedTuple):
    """Position of one parameter in the row."""

    name: str
    shape: torch.Size
    start: int
    stop: int
    padding: int


class FlatParameters:
    """The order of a network's parameters in a row of ``n_parameters`` elements.

    With a row, the update rule needs only a few operations for any depth of the network, and a network
    of a population can be copied, compared or frozen by a single index.

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
        """Return a row ``(n_parameters,)`` with the values by name; parameters left out are zero."""
        first = next(iter(values.values()))
        row = first.new_zeros(self.n_parameters)
        for slot in self.slots:
            if slot.name in values:
                row[slot.start : slot.stop] = values[slot.name].detach().reshape(-1)
        return row

    def views(self, rows: Tensor) -> list[Tensor]:
        """Return each parameter, ``(..., *shape)``, as a view of rows ``(..., n_parameters)``."""
        lead = rows.shape[:-1]
        return [rows[..., s.start : s.stop].view((*lead, *s.shape)) for s in self.slots]

    def moved(self, row: Tensor, target: FlatParameters) -> Tensor:
        """Return a row for a network of other widths; further elements are zero, missing ones left out."""
        new = row.new_zeros(target.n_parameters)
        for old, view in zip(self.views(row), target.views(new), strict=True):
            both = overlap(old.shape, view.shape)
            view[both].copy_(old[both])
        return new

    def pack(self, values: Sequence[Tensor]) -> Tensor:
        """Return a row of the given values, with zeros as padding."""
        pieces = []
        for slot, value in zip(self.slots, values, strict=True):
            pieces.append(value.reshape(-1))
            if slot.padding:
                pieces.append(value.new_zeros(slot.padding))
        return torch.cat(pieces)
