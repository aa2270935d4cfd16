"""Samples without a label."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse


def is_unlabeled(y: Any, unlabeled_value: Any, *, owner: str) -> np.ndarray:
    """Return which samples of y, ``(n_samples,)`` or ``(n_samples, n_outputs)``, are unlabeled.

    With several outputs, a sample is unlabeled if all its values are the marker.
    """
    marked = is_marked(y, unlabeled_value, owner=owner)
    return np.asarray(marked.all(axis=tuple(range(1, marked.ndim))))


def is_marked(y: Any, unlabeled_value: Any, *, owner: str) -> np.ndarray:
    """Return which values of y equal the marker, in the shape of y.

    The marker NaN matches all missing values: NaN, None and pandas' NA.

    Raises
    ------
    ValueError
        If the marker is not a single value.
    """
    if np.ndim(unlabeled_value):
        raise ValueError(
            f"The 'unlabeled_value' parameter of {owner} must be one value, got {unlabeled_value!r}."
        )
    y = y.toarray() if issparse(y) else np.asarray(y)
    any_missing = unlabeled_value is not None and _is_missing(unlabeled_value)
    if y.dtype == object:
        test = _is_missing if any_missing else lambda value: _is_marker(value, unlabeled_value)
        # A loop, because a ufunc made of ``test`` warns about comparisons with NaN in NumPy 2.5.
        return np.array([test(value) for value in y.flat], dtype=bool).reshape(y.shape)
    marked = y != y if any_missing else y == unlabeled_value  # noqa: PLR0124 (NaN alone differs from itself)
    return np.broadcast_to(np.asarray(marked, dtype=bool), y.shape)


def of_simple_type(labels: np.ndarray) -> np.ndarray:
    """Return labels, after removal of the marker, with the dtype they have without it.

    For example, integers next to None have the dtype object and become integers.
    """
    if labels.dtype != object or any(isinstance(label, str) for label in labels.flat):
        return labels
    return np.array(labels.tolist())


def _is_missing(value: Any) -> bool:
    differs = value != value  # noqa: PLR0124 (pandas' NA gives neither True nor False)
    return value is None or not isinstance(differs, bool | np.bool_) or bool(differs)


def _is_marker(value: Any, other: Any) -> bool:
    equal = value == other
    return value is other or (isinstance(equal, bool | np.bool_) and bool(equal))
