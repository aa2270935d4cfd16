"""Rows without a label."""

from __future__ import annotations

from typing import Any

import numpy as np


def is_unlabeled(y: Any, unlabeled_value: Any) -> np.ndarray:
    """Return which rows of y ``(n_samples,)`` or ``(n_samples, n_outputs)`` carry the marker.

    With several outputs a row is unlabelled where all of them carry it. NaN equals NaN here.
    """
    y = np.asarray(y)
    is_nan = isinstance(unlabeled_value, float) and np.isnan(unlabeled_value)
    marked = y != y if is_nan else y == unlabeled_value  # noqa: PLR0124 (NaN alone differs from itself)
    marked = np.broadcast_to(np.asarray(marked, dtype=bool), y.shape)
    rows: np.ndarray = np.asarray(marked.reshape(len(y), -1).all(1))
    return rows
