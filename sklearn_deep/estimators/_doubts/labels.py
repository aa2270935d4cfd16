"""Labels that are valid, and yet may mean something else than they are taken for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.sparse import issparse

from sklearn_deep._shared import Doubt

# Fewer samples, as a call of partial_fit may bring, are one-hot by chance.
_MANY = 10


def of_one_hot(y: Any, labeled: np.ndarray | None, *, is_part: bool, owner: str) -> list[Doubt]:
    """Return a warning if multilabel targets have exactly one label per sample, of three or more.

    Parameters
    ----------
    y : array-like or sparse matrix of shape (n_samples, n_classes)
        As the user gave it.
    labeled : ndarray of bool of shape (n_samples,) or None
        Which samples have labels; None: all.
    is_part : bool
        Whether there will be more samples.
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
        f"y of {owner} has exactly one 1 in each row, as one-hot classes have, but several columns "
        "are treated as multilabel targets: each label has a probability of its own. For one class "
        f"per sample give y{dense}.argmax(axis=1). If samples may have several labels, filter this "
        "warning."
    )
    return [Doubt("one-hot", UserWarning(text))]


def of_minus_one(classes: Iterable[Any], *, owner: str) -> list[Doubt]:
    """Return a warning if -1 is a class beside two others or more, none of them negative."""
    try:
        numbers = sorted(float(label) for label in classes)
    except (TypeError, ValueError):
        return []
    if len(numbers) < 3 or numbers[0] != -1 or numbers[1] < 0:
        return []
    text = (
        f"{owner} trains -1 as a class like the {len(numbers) - 1} others. If -1 marks samples "
        "without a label, as in sklearn.semi_supervised, set unlabeled_value=-1. If it is a class, "
        "give it another name, or filter this warning."
    )
    return [Doubt("minus one", UserWarning(text))]
