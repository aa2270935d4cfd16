"""The data of all members, each distinct tensor once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sklearn_deep.training._data import Data
from sklearn_deep.training._lazy_rows import ChainedRows, LazyRows


class Column(NamedTuple):
    """Distinct tensors (or lazy rows) end to end, and where each member's starts, ``(n_members,)``."""

    values: Any
    starts: Tensor

    @classmethod
    def of(cls, parts: Sequence[Any]) -> Column:
        """Lay the parts end to end; one that several members share lies there once."""
        distinct = list({id(part): part for part in parts}.values())
        start_of, total = {}, 0
        for part in distinct:
            start_of[id(part)] = total
            total += len(part)
        starts = torch.tensor([start_of[id(part)] for part in parts])
        return cls(_joined(distinct), starts.to(distinct[0].device))

    def places(self, rows: Tensor) -> Tensor:
        """Return where rows of the members' own, ``(..., n_members, n_rows)``, lie."""
        return rows + self.starts.unsqueeze(-1)

    def of_member(self, member: int, n_rows: int) -> Any:
        """Return a member's part."""
        start = int(self.starts[member])
        return self.values[start : start + n_rows]


def _joined(parts: Sequence[Any]) -> Any:
    if len(parts) == 1:
        return parts[0]
    return ChainedRows(parts) if isinstance(parts[0], LazyRows) else torch.cat(list(parts))


class Pool(NamedTuple):
    """The columns of ``Data`` for all members, and how many rows each member has."""

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
