"""Limit of the transformed data that many fits hold at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from scipy.sparse import issparse
from torch import Tensor

from sklearn_deep._compat.sklearn import num_samples
from sklearn_deep._fits.active_fit import ActiveFit
from sklearn_deep._fits.fitting import FitRequest, TrainRequest
from sklearn_deep._fits.samples import Samples
from sklearn_deep.training import LazyRows

# Saving less memory than this is not worth training fewer networks together.
_LEAST_BYTES = 2**26


class Budget:
    """Limits the number of transformed copies of the samples in memory, if the samples are large.

    Networks whose samples are ready are then trained before more samples are transformed.

    Parameters
    ----------
    fits : sequence of ActiveFit
    """

    def __init__(self, fits: Sequence[ActiveFit]) -> None:
        self.fits = fits
        self.limit = max(_LEAST_BYTES, n_bytes(fits[0].X.source) if fits else 0)

    def now(self, groups: list[list[int]]) -> list[list[int]]:
        """Return the groups to be answered now; the fits of a group wait for the same answer."""
        transforming = [group for group in groups if self._transforms(group)]
        room = self.limit - sum(self._held(groups).values())
        if not transforming or sum(map(self._needed, transforming)) <= room:
            return groups
        others = [group for group in groups if group not in transforming]
        # Fits that are nearly finished come first, then subset by subset.
        transforming.sort(key=lambda group: self._order(group[0]))
        if others and self._needed(transforming[0]) > room:
            return others
        chosen = [group for group in others if isinstance(self._request(group), FitRequest)]
        return chosen + list(self._fitting_in(transforming, room))

    def _fitting_in(self, groups: list[list[int]], room: int) -> Iterator[list[int]]:
        """Yield groups as long as there is room, but at least one."""
        for i, group in enumerate(groups):
            room -= self._needed(group)
            if i and room < 0:
                return
            yield group

    def _request(self, group: list[int]) -> TrainRequest | FitRequest:
        return self.fits[group[0]].request

    def _order(self, i: int) -> tuple[int, int, int]:
        return -self.fits[i].n_requests, self.fits[i].subset, i

    def _transforms(self, group: list[int]) -> bool:
        """Return whether the group waits for a transformer whose output a network is trained on."""
        request = self._request(group)
        is_step = isinstance(request, FitRequest) and request.transform_params is not None
        return is_step and self.fits[group[0]].ends_in_network

    def _needed(self, group: list[int]) -> int:
        """Return the bytes of the transformed samples, assuming the same size as before."""
        request = self._request(group)
        assert isinstance(request, FitRequest)
        return _bytes_of_samples(request.X)

    def _held(self, groups: list[list[int]]) -> dict[int, int]:
        """Return the bytes of transformed samples that are not used yet, by array."""
        held = {}
        for group in groups:
            request = self._request(group)
            if isinstance(request, FitRequest):
                if request.X.index is None:
                    held[id(request.X.source)] = n_bytes(request.X.source)
                continue
            plan = request.planned.plan
            for data in (plan.data, plan.validation):
                if data is not None and isinstance(data.x, Tensor | LazyRows):
                    array = data.x if isinstance(data.x, Tensor) else data.x.array
                    held[id(array)] = n_bytes(array)
        return held


def _bytes_of_samples(samples: Samples) -> int:
    of_all = n_bytes(samples.source)
    if samples.index is None:
        return of_all
    return of_all * len(samples.index) // max(1, num_samples(samples.source))


def n_bytes(array: Any) -> int:
    """Return the bytes of an array, matrix or data frame; 0 for other objects and for GPU memory."""
    if issparse(array):
        return sum(getattr(array, name).nbytes for name in ("data", "indices", "indptr"))
    if isinstance(array, Tensor):
        return array.nbytes if array.device.type == "cpu" else 0
    if hasattr(array, "memory_usage"):
        return int(array.memory_usage().sum())
    return int(getattr(array, "nbytes", 0))
