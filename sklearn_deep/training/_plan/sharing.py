"""Storage of data that several plans have in common, only once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any, NamedTuple
from weakref import ReferenceType, ref

import numpy as np
import torch
from scipy.sparse import issparse
from torch import Tensor

from sklearn_deep._recording import same_bits
from sklearn_deep._shared import arithmetic
from sklearn_deep.training._data import Data, LazyRows, SharedSource, TakenRows
from sklearn_deep.training._plan.plan import Plan

_SAMPLED = 16


class Origin(NamedTuple):
    """The origin of the samples of a plan.

    Parameters
    ----------
    n_samples : int
        Number of all samples, of which other plans may have different subsets.
    places : ndarray of shape (n,)
        Positions of the samples that were passed to this plan's fit.
    X : object
        All samples as the user passed them; None if the plan's samples have been transformed.
    """

    n_samples: int
    places: np.ndarray
    X: Any


class Shared:
    """Makes plans share their data: as positions in one tensor, or as the same tensor."""

    def __init__(self) -> None:
        self._known: dict[Hashable, list[ReferenceType[Tensor]]] = {}
        self._sources: dict[Hashable, list[SharedSource]] = {}
        self._indices: list[Tensor] = []
        self._taken: dict[Hashable, TakenRows] = {}

    def plan(self, plan: Plan, origin: Origin | None = None) -> Plan:
        """Return the plan with its data replaced by equal data of earlier plans, if there are any.

        Parameters
        ----------
        plan : Plan
        origin : Origin, optional
            Origin of its samples; None if no other plan can have samples of the same origin.
        """
        data = self._data(plan.data, origin, plan.places)
        validation = plan.validation
        if validation is not None:
            # Validation samples that were passed separately have another origin.
            own = None if plan.validation_places is None else origin
            validation = self._data(validation, own, plan.validation_places)
        return replace(plan, data=data, validation=validation)

    def _data(self, data: Data, origin: Origin | None, places: np.ndarray | None) -> Data:
        if origin is None:
            return Data(*map(self._column, data))
        index = origin.places if places is None else origin.places[places]
        if len(index) != len(data.x):
            return Data(*map(self._column, data))
        of_samples = self._index(index % origin.n_samples, data.y.device)
        if of_samples is None:
            return Data(*map(self._column, data))
        x, *others = data
        x = self._column(x) if origin.X is None else self._samples(x, of_samples, origin, places)
        return Data(x, *(self._part(column, of_samples, origin.n_samples) for column in others))

    def _samples(self, x: Any, index: Tensor, origin: Origin, places: Any) -> Any:
        """Return shared samples if they have not been transformed."""
        if not isinstance(x, Tensor):
            source = _rows_of_source(x, origin, places)
            return x if source is None else self._once(TakenRows(source, index))
        if isinstance(origin.X, np.memmap):
            lazy = TakenRows(LazyRows(origin.X, dtype=x.dtype, device=x.device), index)
            if _are_equal(x, lazy):
                return self._once(lazy)
        return self._part(x, index, origin.n_samples)

    def _part(self, column: Tensor, index: Tensor, n_samples: int) -> TakenRows:
        """Return samples of a source that also stores the samples of other plans."""
        kind = (n_samples, column.shape[1:], column.dtype, column.device)
        sources = self._sources.setdefault(kind, [])
        source = next((source for source in sources if source.takes(column, index)), None)
        if source is None:
            source = SharedSource(n_samples, column)
            source.takes(column, index)
            sources.append(source)
        return self._once(TakenRows(source.values, index))

    def _once(self, rows: TakenRows) -> TakenRows:
        """Return one object for equal selections, because a population compares data by identity."""
        return self._taken.setdefault((rows.source_key, id(rows.index)), rows)

    def _index(self, index: np.ndarray, device: torch.device) -> Tensor | None:
        """Return one tensor for equal positions; None if a position occurs more than once."""
        places = torch.tensor(index, dtype=torch.int64, device=device)
        for known in self._indices:
            if known.device == device and torch.equal(known, places):
                return known
        if len(places.unique()) < len(places):
            return None
        self._indices.append(places)
        return places

    def _column(self, column: Any) -> Any:
        if not isinstance(column, Tensor):
            return column
        some = column.flatten()[:: max(1, column.numel() // _SAMPLED)].tolist()
        key = (column.shape, column.dtype, column.device, tuple(some))
        alike = self._known.setdefault(key, [])
        # Only the plans keep tensors alive; entries of tensors that no longer exist are dropped.
        alike[:] = [known for known in alike if known() is not None]
        for known in alike:
            other = known()
            if other is not None and same_bits(other, column):
                return other
        alike.append(ref(column))
        return column


def _rows_of_source(rows: LazyRows, origin: Origin, places: np.ndarray | None) -> LazyRows | None:
    """Return lazy samples of the whole source if the plan's sparse samples equal its part, else None."""
    own, source = rows.array, origin.X
    places = np.arange(len(origin.places)) if places is None else places
    if not (issparse(source) and issparse(own)) or not source.format == own.format == "csr":
        return None
    part = source[origin.places]
    names = ("indptr", "indices", "data")
    alike = all(np.array_equal(getattr(part, name), getattr(own, name)) for name in names)
    if not alike or not np.array_equal(rows.index, places):
        return None
    return rows.of(source)


def _are_equal(x: Tensor, rows: TakenRows) -> bool:
    size = max(1, arithmetic.CHUNK_ELEMENTS // max(1, x.shape[1]))
    places = torch.arange(len(x)).split(size)
    return all(same_bits(x[part], rows[part]) for part in places)
