"""Conversion of the user's arrays to tensors for training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy.sparse import issparse
from torch import Tensor

from sklearn_deep._compat.sklearn import check_sample_weight
from sklearn_deep._shared import TargetScale, slack
from sklearn_deep.estimators._data.checked_by_sklearn import is_on_disk
from sklearn_deep.training import LazyRows, as_floats


class Rows(NamedTuple):
    """Checked samples: X ``(n_samples, n_features)``, encoded y, sample weights ``(n_samples,)``.

    ``unlabeled`` ``(n_samples,)`` marks samples without a label; None if all have one. ``places``
    ``(n_samples,)`` are the indices of these samples among those passed to ``fit``; None means all.
    ``n_outside`` is the number of values of X that were clipped to the range of the reconstruction loss.
    """

    X: np.ndarray | LazyRows
    y: np.ndarray
    sample_weight: np.ndarray
    unlabeled: np.ndarray | None = None
    places: np.ndarray | None = None
    n_outside: int = 0

    def take(self, index: np.ndarray) -> Rows:
        """Return some of the samples."""
        X = self.X.take(index) if isinstance(self.X, LazyRows) else self.X[index]
        unlabeled = None if self.unlabeled is None else self.unlabeled[index]
        places = index if self.places is None else self.places[index]
        return Rows(X, self.y[index], self.sample_weight[index], unlabeled, places)

    @property
    def weight_of_labels(self) -> np.ndarray:
        """Sample weights, 0 for samples without a label."""
        if self.unlabeled is None:
            return self.sample_weight
        return np.asarray(self.sample_weight * ~self.unlabeled)

    def in_terms(self, weight: np.ndarray) -> np.ndarray:
        """Return the weights for each term of the objective, from those of the predictions.

        For an autoencoder with a head there is one column per term, ``(n_samples, 2)``: samples without
        a label count only in the reconstruction.
        """
        if self.unlabeled is None:
            return weight
        return np.stack([weight * ~self.unlabeled, self.sample_weight], 1)

    def normalized(self, scale: TargetScale) -> Rows:
        """Return the samples with normalized y."""
        return self._replace(y=scale.normalized(self.y))


def held(X: Any) -> np.ndarray | LazyRows:
    """Return checked samples in the form used for training: lazy if they are sparse or on disk."""
    return LazyRows(X) if issparse(X) or is_on_disk(X) else X


def n_beyond(X: np.ndarray, low: float, high: float) -> int:
    """Return the number of values outside a range by more than a few rounding errors of float32."""
    few = slack(low, high, 1.0)
    return int((np.less(X, low - few) | np.greater(X, high + few)).sum())


def dense(part: Any) -> Tensor:
    """Return a copy of some samples as a dense tensor in float32 or float64."""
    # Always in C order, because matrix products round differently in another memory order.
    return torch.from_numpy(
        part.toarray() if issparse(part) else np.array(as_floats(part), order="C")
    )


@contextmanager
def naming(arguments: str, *, owner: str, method: str = "fit") -> Iterator[None]:
    """Add the names of the arguments and of the method to errors of scikit-learn's checks."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise type(error)(f"{arguments} of {owner}.{method}: {error}") from error


def checked_weight(
    sample_weight: Any, X: np.ndarray, *, argument: str, owner: str, method: str = "fit"
) -> np.ndarray:
    """Return sample weights as ``(n_samples,)`` float64.

    Raises
    ------
    ValueError
        If the length is wrong, a weight is negative, NaN or infinite, or all are zero.
    """
    with naming(argument, owner=owner, method=method):
        weight: np.ndarray = check_sample_weight(sample_weight, X, dtype=np.float64)
    if (weight < 0).any():
        raise ValueError(
            f"{argument} of {owner}.{method} must be >= 0, got {weight.min():g} for sample "
            f"{int(weight.argmin())}. Use 0 to ignore a sample."
        )
    if not weight.any():
        raise ValueError(
            f"{argument} of {owner}.{method} must be positive for at least one sample, got only zeros. Do not "
            "pass it to weight all samples equally."
        )
    return weight


def of_mean_one(weight: np.ndarray) -> np.ndarray:
    """Return weights divided by the mean of their column; columns of zeros stay zero.

    Weights that are all equal become exactly 1.
    """
    relative = of_largest_one(weight)
    # Contiguous, so that each of several columns is summed in the same order as a single column.
    mean = np.ascontiguousarray(relative.T).mean(-1)
    return relative / np.where(mean > 0, mean, 1.0)


def of_largest_one(weight: np.ndarray) -> np.ndarray:
    """Return weights divided by the maximum of their column; columns of zeros stay zero."""
    largest = weight.max(0)
    return weight / np.where(largest > 0, largest, 1.0)


def to_tensor(array: Any, dtype: torch.dtype, *, argument: str, owner: str) -> Any:
    """Return a tensor of the given type, or lazy samples that are converted to it later.

    Raises
    ------
    ValueError
        If a value is too large for the type.
    """
    if isinstance(array, LazyRows):
        largest = array.largest()
        if largest > torch.finfo(dtype).max:
            raise _too_large(largest, argument, owner)
        return array.to(dtype)
    with np.errstate(over="ignore"):
        # Copies read-only memory, because torch has no read-only tensors.
        values = np.require(array, str(dtype).removeprefix("torch."), ["C", "W"])
    if not np.isfinite(values).all():
        raise _too_large(np.abs(array).max(), argument, owner)
    return torch.from_numpy(values)


def check_range(array: np.ndarray, dtype: torch.dtype, *, argument: str, owner: str) -> None:
    """Raise an error if a number is too large for a type."""
    largest = np.abs(array).max(initial=0.0)
    if largest > torch.finfo(dtype).max:
        raise _too_large(largest, argument, owner)


def _too_large(largest: float, argument: str, owner: str) -> ValueError:
    return ValueError(
        f"{argument} of {owner}.fit has values that are too large for float32, up to {largest:.3g}. Scale the "
        "data (StandardScaler), or use dtype='float64'."
    )
