"""Selections of samples from a shared source tensor."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import torch
from torch import Tensor

from sklearn_deep._recording import same_bits
from sklearn_deep._shared import arithmetic
from sklearn_deep.training._data.lazy_rows import LazyRows


class TakenRows:
    """A selection of samples of a source. It reads like a tensor but stores only positions.

    Parameters
    ----------
    source : Tensor or LazyRows of shape (n_stored, ...)
    index : int64 Tensor of shape (n_samples,)
        Positions of the samples, on the device of the source.
    """

    def __init__(self, source: Any, index: Tensor) -> None:
        self.source, self.index = source, index
        self.shape = torch.Size([len(index), *source.shape[1:]])
        self.dtype, self.device = source.dtype, source.device

    @property
    def source_key(self) -> Hashable:
        """Key that is equal for equal sources."""
        source = self.source
        if isinstance(source, LazyRows):
            return id(source.array), source.dtype, source.device, source.bounds
        return id(source)

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, rows: Any) -> Tensor:
        taken: Tensor = self.source[self.index[rows]]
        return taken


class SharedSource:
    """A tensor for all samples, to which each plan adds the samples it has.

    Parameters
    ----------
    n_samples : int
        Number of all samples.
    like : Tensor of shape (n, ...)
        Determines dtype, device and the shape of a sample.
    """

    def __init__(self, n_samples: int, like: Tensor) -> None:
        self.values = like.new_empty(n_samples, *like.shape[1:])
        self.known = torch.zeros(n_samples, dtype=torch.bool, device=like.device)

    def takes(self, rows: Tensor, index: Tensor) -> bool:
        """Store samples at positions ``index``, or return False if any of them differs from a stored one."""
        if not all(map(same_bits, *self._known(rows, index))):
            return False
        new = ~self.known[index]
        if new.any():
            self.values[index[new]] = rows[new]
            self.known[index[new]] = True
        return True

    def _known(self, rows: Tensor, index: Tensor) -> tuple[Any, Any]:
        """Return, in parts, stored and given values of the samples that are already stored."""
        size = max(1, arithmetic.CHUNK_ELEMENTS // max(1, rows[:1].numel()))
        parts = list(zip(rows.split(size), index.split(size), strict=True))
        here = (self.values[places[self.known[places]]] for _, places in parts)
        there = (part[self.known[places]] for part, places in parts)
        return here, there
