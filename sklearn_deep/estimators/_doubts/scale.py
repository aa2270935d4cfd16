"""Detection of features whose scale makes training difficult."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.sparsefuncs import mean_variance_axis, min_max_axis

from sklearn_deep.training import LazyRows

# Maximum number of samples to check; fewer if they are dense and wide, because copies need memory.
_MOST_SAMPLES = 10_000
_MOST_ELEMENTS = 2**21
_FEWEST_SAMPLES = 100
# Accepted range of means and standard deviations.
_LARGEST = 10.0
_SMALLEST = 1e-3
# Fraction of validation values that may lie far outside the training range.
_SHARE = 0.05


class OffScale(NamedTuple):
    """Columns that are not scaled.

    Parameters
    ----------
    columns : ndarray of int of shape (n_columns,)
    means, spreads : ndarray of shape (n_columns,)
        Their means and standard deviations.
    """

    columns: np.ndarray
    means: np.ndarray
    spreads: np.ndarray


def off_scale(X: Any) -> OffScale:
    """Return the columns of some samples whose mean or standard deviation is out of the accepted range.

    Constant columns are accepted, as is a small standard deviation of values in [0, 1].

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
        Samples returned by ``some_samples``.
    """
    low, high = _ranges(X)
    in_unit_interval = (low >= 0) & (high <= 1)
    with np.errstate(over="ignore", invalid="ignore"):
        # Means are computed only if the range of values does not decide already: the square of a standard
        # deviation is at least width² / (2 · n_samples).
        may_be_small = high - low < _SMALLEST * np.sqrt(2 * X.shape[0])
        far = (low < -_LARGEST) | (high > _LARGEST)
        doubtful = (low < high) & (far | (may_be_small & ~in_unit_interval))
        columns = np.flatnonzero(doubtful)
        means, spreads = _moments(X[:, columns]) if len(columns) else (low[:0], low[:0])
        small = (spreads < _SMALLEST) & ~in_unit_interval[columns]
        # Moments that overflow are NaN or infinite, and count as out of range.
        off = ~(np.abs(means) <= _LARGEST) | ~(spreads <= _LARGEST) | small
    return OffScale(columns[off], means[off], spreads[off])


def beyond_range(X_val: Any, X: Any) -> np.ndarray:
    """Return the columns in which many validation values lie far outside the range of training values.

    Many means more than 5 %; far means farther than the width of the range. Columns that are constant
    in training are ignored.

    Parameters
    ----------
    X_val, X : ndarray or CSR matrix of shape (n_samples, n_features)
        Samples returned by ``some_samples``.

    Returns
    -------
    ndarray of int
    """
    low, high = _ranges(X)
    with np.errstate(over="ignore"):
        lowest, highest = low - (high - low), high + (high - low)
    low_val, high_val = _ranges(X_val)
    columns = np.flatnonzero((low < high) & ((low_val < lowest) | (high_val > highest)))
    shares = _shares_outside(X_val[:, columns], lowest[columns], highest[columns])
    return columns[shares > _SHARE]


def some_samples(X: np.ndarray | LazyRows) -> Any:
    """Return at most 10,000 samples, spread over the data, dense or sparse as they are stored.

    The indices are random but depend only on the number of samples, so that periodic data causes no bias.
    """
    n_samples, n_some = len(X), _MOST_SAMPLES
    if not (isinstance(X, LazyRows) and issparse(X.array)):
        n_features = max(1, X.shape[1])
        n_some = min(n_some, max(_FEWEST_SAMPLES, _MOST_ELEMENTS // n_features))
    if n_samples > n_some:
        edges = np.linspace(0, n_samples, n_some + 1).astype(np.int64)
        places = np.random.RandomState(0).random_sample(n_some)
        index = edges[:-1] + (places * np.diff(edges)).astype(np.int64)
        X = X.take(index) if isinstance(X, LazyRows) else X[index]
    return X.stored() if isinstance(X, LazyRows) else X


def _ranges(X: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the minimum and maximum of each column, in float64."""
    ends = min_max_axis(X, axis=0) if issparse(X) else (X.min(0), X.max(0))
    low, high = (np.asarray(end, dtype=np.float64) for end in ends)
    return low, high


def _moments(X: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each column, in float64."""
    if issparse(X):
        mean, variance = mean_variance_axis(X.astype(np.float64), axis=0)
        return mean, np.sqrt(variance)
    X = X.astype(np.float64)
    mean = X.mean(0)
    return mean, np.sqrt(np.square(X - mean).mean(0))


def _shares_outside(X: Any, lowest: np.ndarray, highest: np.ndarray) -> np.ndarray:
    """Return the fraction of values of each column outside its bounds."""
    if not issparse(X):
        is_outside = np.less(X, lowest) | np.greater(X, highest)
        outside: np.ndarray = is_outside.mean(0)
        return outside
    stored = X.tocoo()
    is_outside = (stored.data < lowest[stored.col]) | (stored.data > highest[stored.col])
    n_outside = np.bincount(stored.col[is_outside], minlength=X.shape[1])
    n_zeros = X.shape[0] - np.bincount(stored.col, minlength=X.shape[1])
    return (n_outside + n_zeros * ((lowest > 0) | (highest < 0))) / X.shape[0]
