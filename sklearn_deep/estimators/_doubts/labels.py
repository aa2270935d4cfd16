"""Warnings about labels that are valid but may have a different meaning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.sparse import issparse

from sklearn_deep._shared import Doubt

# Fewer samples, as in a call of partial_fit, may look one-hot encoded by chance.
_MANY = 10


def of_one_hot(y: Any, labeled: np.ndarray | None, *, is_part: bool, owner: str) -> list[Doubt]:
    """Return a warning if multilabel targets have exactly one label per sample, of three or more.

    Parameters
    ----------
    y : array-like or sparse matrix of shape (n_samples, n_classes)
        Targets as passed by the user.
    labeled : ndarray of bool of shape (n_samples,) or None
        Marks the samples with labels; None means all.
    is_part : bool
        Whether more samples follow in later calls.
    owner : str
        Name of the estimator.
    """
    values = y.toarray() if issparse(y) else np.asarray(y)
    values = values if labeled is None else values[labeled]
    is_few = is_part and len(values) < _MANY
    if is_few or values.shape[1] < 3 or not (values.astype(float).sum(1) == 1).all():
        return []
    dense = ".toarray()" if issparse(y) else ".to_numpy()" if hasattr(y, "to_numpy") else ""
    text = (
        f"y of {owner} has exactly one 1 in each row, like one-hot encoded classes, but is treated as "
        "multilabel targets, where each label has a separate probability. If each sample has one class, "
        f"pass y{dense}.argmax(axis=1). If samples may have several labels, filter this warning."
    )
    return [Doubt("one-hot", UserWarning(text))]


def of_minus_one(classes: Iterable[Any], *, owner: str) -> list[Doubt]:
    """Return a warning if -1 is a class besides at least two others, none of which is negative."""
    try:
        numbers = sorted(float(label) for label in classes)
    except (TypeError, ValueError):
        return []
    if len(numbers) < 3 or numbers[0] != -1 or numbers[1] < 0:
        return []
    text = (
        f"{owner} treats -1 as a class like the {len(numbers) - 1} others. If -1 marks samples "
        "without a label, as in sklearn.semi_supervised, set unlabeled_value=-1. If it is a class, "
        "rename it, or filter this warning."
    )
    return [Doubt("minus one", UserWarning(text))]
