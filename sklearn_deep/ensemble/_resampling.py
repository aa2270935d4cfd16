"""Training samples and left-out samples of each ensemble member."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from sklearn_deep._compat.sklearn import num_samples


class Part(NamedTuple):
    """Indices of the samples of one ensemble member.

    Parameters
    ----------
    training : ndarray of shape (n_training,)
        Training samples. A sample that was drawn twice occurs twice.
    left_out : ndarray of shape (n_left_out,) or None
        Samples for validation; None if the member may hold out some of its training samples.
    """

    training: np.ndarray
    left_out: np.ndarray | None


def resampled(
    resampling: str, n_members: int, y: Any, kind: str, generator: np.random.RandomState
) -> list[Part]:
    """Return the training and left-out samples of each member.

    Parameters
    ----------
    resampling : "seeds", "folds" or "bootstrap"
    n_members : int
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
    kind : "classes", "labels" or "numbers"
        Folds are stratified for "classes".
    generator : RandomState
    """
    n_samples = num_samples(y)
    if resampling == "seeds":
        return [Part(np.arange(n_samples), None)] * n_members
    if resampling == "folds":
        folds = StratifiedKFold if kind == "classes" else KFold
        splitter = folds(n_members, shuffle=True, random_state=generator)
        return [Part(*split) for split in splitter.split(np.zeros(n_samples), y)]
    drawn = [generator.randint(n_samples, size=n_samples) for _ in range(n_members)]
    return [Part(rows, np.setdiff1d(np.arange(n_samples), rows)) for rows in drawn]
