"""The data of all members, with each distinct tensor stored once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sklearn_deep.training._data.data import Data
from sklearn_deep.training._data.lazy_rows import ChainedRows, LazyRows
from sklearn_deep.training._data.taken import TakenRows


class Column(NamedTuple):
    """Distinct tensors, concatenated, and the positions of each member's samples in them.

    Parameters
    ----------
    values : Tensor, LazyRows or ChainedRows of shape (n_stored, ...)
    starts : Tensor of shape (n_members,)
        Position of each member's first sample, in ``taken`` if it is given, else in ``values``.
    taken : Tensor or None
        Positions in ``values`` of the samples of all parts, concatenated. None: the samples of each
        part are consecutive in ``values``.
    """

    values: Any
    starts: Tensor
    taken: Tensor | None = None

    @classmethod
    def of(cls, parts: Sequence[Any]) -> Column:
        """Concatenate the parts of all members; a part that several members share is stored once."""
        distinct = list({id(part): part for part in parts}.values())
        start_of, total = {}, 0
        for part in distinct:
            start_of[id(part)] = total
            total += len(part)
        starts = torch.tensor([start_of[id(part)] for part in parts]).to(distinct[0].device)
        if all(isinstance(part, TakenRows) for part in distinct):
            values, index = _joined_sources(distinct)
            return cls(values, starts, index)
        return cls(_concatenated([_in_memory(part) for part in distinct]), starts)

    def places(self, rows: Tensor) -> Tensor:
        """Return positions in ``values`` of members' own samples, ``(..., n_members, n_rows)``."""
        places = rows + self.starts.unsqueeze(-1)
        return places if self.taken is None else self.taken[places]


def _concatenated(parts: Sequence[Any]) -> Any:
    if len(parts) == 1:
        return parts[0]
    are_lazy = any(isinstance(part, LazyRows) for part in parts)
    return ChainedRows(parts) if are_lazy else torch.cat(list(parts))


def _in_memory(part: Any) -> Any:
    return part.source[part.index] if isinstance(part, TakenRows) else part


def _joined_sources(parts: Sequence[TakenRows]) -> tuple[Any, Tensor]:
    """Return the concatenated distinct sources, and the positions of all parts' samples in them."""
    sources = {part.source_key: part.source for part in parts}
    ends = list(accumulate(len(source) for source in sources.values()))
    start_of = dict(zip(sources, [0, *ends], strict=False))
    index = torch.cat([part.index + start_of[part.source_key] for part in parts])
    return _concatenated(list(sources.values())), index


class Pool(NamedTuple):
    """The columns of ``Data`` for all members, and the number of samples of each member."""

    x: Column
    y: Column
    weight: Column
    sample_weight: Column
    lengths: list[int]

    @classmethod
    def of(cls, parts: Sequence[Data]) -> Pool:
        """Collect the data of members."""
        x, y, weight, sample_weight = map(Column.of, zip(*parts, strict=True))
        return cls(x, y, weight, sample_weight, [len(part.x) for part in parts])
