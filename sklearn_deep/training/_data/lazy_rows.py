"""Samples that stay sparse, or on disk, until a batch needs them."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
import torch
from scipy.sparse import issparse
from torch import Tensor

from sklearn_deep._shared import arithmetic


def as_floats(array: Any) -> Any:
    """Return an array in float32 or float64; other dtypes are converted to float64, as in scikit-learn."""
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


class LazyRows:
    """A sparse matrix, or an array on disk, that can be indexed like a dense tensor of samples.

    Only indexing with a tensor of positions makes samples dense, one batch at a time.

    Parameters
    ----------
    array : sparse CSR matrix or ndarray of shape (n_stored, n_features)
        An array may have any type of real numbers.
    index : ndarray of shape (n_samples,), optional
        Positions of the samples among the stored ones; all of them by default.
    dtype, device : of the dense samples
    """

    def __init__(
        self,
        array: Any,
        index: np.ndarray | None = None,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        self.array = array
        self.index = np.arange(array.shape[0]) if index is None else index
        self.dtype = dtype
        self.device = torch.device(device)
        self.bounds: tuple[float, float] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Number of samples and of features."""
        return len(self.index), self.array.shape[1]

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, rows: Tensor) -> Tensor:
        """Return dense samples ``(*rows.shape, n_features)``."""
        part = self._read(self.index[rows.cpu().numpy().ravel()])
        dense = part.toarray() if issparse(part) else part
        dense = dense if self.bounds is None else np.clip(dense, *self.bounds)
        values = torch.from_numpy(np.asarray(dense, dtype=str(self.dtype).removeprefix("torch.")))
        return values.view(*rows.shape, -1).to(self.device)

    def take(self, index: np.ndarray) -> Self:
        """Return a selection of the samples, still lazy."""
        return self._changed(index=self.index[index])

    def stored(self) -> Any:
        """Return all samples as they are stored: an array in memory, or a sparse CSR matrix."""
        return self._read(self.index)

    def of(self, array: Any) -> Self:
        """Return lazy samples of another array, with the same dtype, device and bounds."""
        return self._changed(array=array, index=np.arange(array.shape[0]))

    def to(self, target: torch.dtype | torch.device) -> Self:
        """Return the samples for another dtype or device, to which they are converted when made dense."""
        return self._changed(**{"dtype" if isinstance(target, torch.dtype) else "device": target})

    def clipped(self, low: float, high: float) -> Self:
        """Return samples whose values are clipped when they are made dense."""
        return self._changed(bounds=(low, high))

    def largest(self) -> float:
        """Return the largest absolute value; the array is read in parts."""
        return max((float(np.abs(part).max(initial=0)) for part in self._values()), default=0.0)

    def _values(self) -> Iterator[np.ndarray]:
        if issparse(self.array):
            yield self.array.data
            return
        n_rows = max(1, arithmetic.CHUNK_ELEMENTS // self.shape[1])
        for start in range(0, len(self), n_rows):
            yield self._read(self.index[start : start + n_rows])

    def _read(self, index: np.ndarray) -> Any:
        return as_floats(self.array[index])

    def _changed(self, **changes: Any) -> Self:
        twin = copy.copy(self)
        vars(twin).update(changes)
        return twin


class ChainedRows:
    """Lazy samples of several sources, concatenated.

    Parameters
    ----------
    parts : sequence of LazyRows
    """

    def __init__(self, parts: Sequence[LazyRows]) -> None:
        self.parts = parts
        self.starts = np.cumsum([0, *map(len, parts)])
        self.dtype, self.device = parts[0].dtype, parts[0].device
        self.shape = (int(self.starts[-1]), parts[0].shape[1])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Tensor) -> Tensor:
        """Return dense samples ``(*rows.shape, n_features)``."""
        flat = rows.cpu().ravel()
        dense = torch.empty(len(flat), self.shape[1], dtype=self.dtype, device=self.device)
        for part, start in zip(self.parts, self.starts.tolist(), strict=False):
            mine = (flat >= start) & (flat < start + len(part))
            dense[mine.to(self.device)] = part[flat[mine] - start]
        return dense.view(*rows.shape, -1)
