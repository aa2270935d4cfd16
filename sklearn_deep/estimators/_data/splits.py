"""Validation samples held out from the training samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.model_selection import train_test_split

from sklearn_deep.estimators._data.rows import Rows
from sklearn_deep.training import LazyRows

# early_stopping="auto" holds out validation samples if there are this many distinct samples or more;
# see docs/guide/early_stopping.md.
ENOUGH = 500
_BLOCK_ELEMENTS = 2**20


def spared(
    rows: Rows,
    fraction: float,
    seed: int,
    *,
    strata: Callable[[np.ndarray], np.ndarray | None],
    owner: str,
) -> tuple[Rows, Rows] | None:
    """Return training and validation samples; None if there are too few samples to hold some out.

    Both parts contain a sample of positive weight of each class.

    Parameters
    ----------
    strata : callable
        Returns the classes of encoded y for stratification, or None.
    """
    if not _has_distinct(rows, ENOUGH):
        return None
    try:
        parts = split_off(rows, fraction, seed, labels=strata(rows.y), owner=owner)
    except ValueError:
        # early_stopping="auto" uses validation samples only if that is possible.
        return None
    every = _present(rows, strata)
    return parts if all(_present(part, strata) == every for part in parts) else None


def _present(rows: Rows, strata: Callable[[np.ndarray], np.ndarray | None]) -> set[int]:
    """Return the classes that have positive weight; {0} if there are no classes."""
    counts = rows.weight_of_labels > 0
    labels = strata(rows.y)
    return set(np.unique(np.zeros(counts.sum()) if labels is None else labels[counts]).tolist())


def _has_distinct(rows: Rows, n: int) -> bool:
    """Return whether there are n distinct samples with positive weight and a label.

    Copies of a sample are counted once, so a repeated sample is equivalent to a sample of weight 2.
    """
    index = np.flatnonzero(rows.weight_of_labels > 0)
    if len(index) < n:
        return False
    seen: set[int] = set()
    size = max(1, min(n, _BLOCK_ELEMENTS // max(1, rows.X.shape[1])))
    for start in range(0, len(index), size):
        seen.update(_hashes(rows.take(index[start : start + size])))
        if len(seen) >= n:
            return True
    return False


def _hashes(rows: Rows) -> list[int]:
    X: Any = rows.X.stored() if isinstance(rows.X, LazyRows) else rows.X
    X = np.ascontiguousarray(X.toarray() if issparse(X) else X)
    y = np.ascontiguousarray(rows.y)
    return [hash((x.tobytes(), own.tobytes())) for x, own in zip(X, y, strict=True)]


def split_off(
    rows: Rows, fraction: float, seed: int, *, labels: np.ndarray | None, owner: str
) -> tuple[Rows, Rows]:
    """Return training and validation samples, stratified by ``labels`` unless it is None.

    Samples without a label are training samples.

    Raises
    ------
    ValueError
        If not both parts can contain every class, or one has no sample of positive weight.
    """
    unlabeled = np.zeros(len(rows.y), dtype=bool) if rows.unlabeled is None else rows.unlabeled
    index, rest = np.flatnonzero(~unlabeled), np.flatnonzero(unlabeled)
    labels = None if labels is None else labels[index]
    n_validation = int(np.ceil(fraction * len(index)))
    n_classes = 1 if labels is None else len(np.unique(labels))
    if labels is not None and np.unique(labels, return_counts=True)[1].min() < 2:
        raise ValueError(
            f"early_stopping of {owner} requires validation samples, but a class of y has only 1 sample, and "
            "both parts must contain every class. Pass X_val and y_val, add samples of that class, or "
            "monitor 'loss'."
        )
    if min(n_validation, len(index) - n_validation) < n_classes:
        raise ValueError(_too_small(fraction, len(index), n_validation, n_classes, owner))
    places = train_test_split(
        np.arange(len(index)), test_size=n_validation, stratify=labels, random_state=seed
    )
    for part in places:
        if labels is not None and len(np.unique(labels[part])) < n_classes:
            raise ValueError(_too_small(fraction, len(index), n_validation, n_classes, owner))
        if not rows.sample_weight[index[part]].any():
            raise ValueError(
                f"The validation split of {owner} resulted in a part whose sample weights are all zero. Pass "
                "X_val and y_val, or remove samples of weight zero."
            )
    train, validation = (index[part] for part in places)
    return rows.take(np.sort(np.concatenate([train, rest]))), rows.take(np.sort(validation))


def _too_small(fraction: float, n: int, n_validation: int, n_classes: int, owner: str) -> str:
    need = "one sample" if n_classes == 1 else f"a sample of each of the {n_classes} classes"
    return (
        f"early_stopping of {owner} requires validation samples, but validation_fraction={fraction:g} of "
        f"{n} samples is {n_validation}, and both parts must contain {need}. Add samples, change "
        "validation_fraction, pass X_val and y_val, or monitor 'loss'."
    )
