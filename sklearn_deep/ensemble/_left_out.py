"""Predictions of ensemble members for samples they were not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_deep._compat.sklearn import num_samples, safe_split
from sklearn_deep._shared import AveragingTask
from sklearn_deep.ensemble._resampling import Part


def left_out_predictions(
    task: AveragingTask, estimators: Sequence[Any], parts: Sequence[Part], X: Any, y: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each sample, the mean prediction of the members that were not trained on it.

    Returns
    -------
    prediction : ndarray of shape (n_samples, ...)
        Probabilities, votes or target values; NaN if all members were trained on the sample.
    is_there : bool ndarray of shape (n_samples,)
        Whether the sample has a prediction.
    """
    total: Any = 0.0
    count = np.zeros(num_samples(y))
    for member, part in zip(estimators, parts, strict=True):
        assert part.left_out is not None
        if len(part.left_out):
            some, _ = safe_split(member, X, y, part.left_out, part.training)
            outputs = task.outputs(member, some)
            own = np.zeros((len(count), *outputs.shape[1:]))
            own[part.left_out] = outputs
            total, count[part.left_out] = total + own, count[part.left_out] + 1
    prediction = np.full_like(total, np.nan)
    is_there = count > 0
    prediction[is_there] = (total[is_there].T / count[is_there]).T
    return prediction, is_there
