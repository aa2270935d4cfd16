"""A validation part, split off from the samples of a fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.model_selection import train_test_split

from sklearn_deep.estimators._data.rows import Rows
from sklearn_deep.training import LazyRows

# "auto" spares samples from this many different ones on; see docs/guide/early_stopping.md.
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
    """Split a validation part off if there are enough samples; None: there are not.

    Both parts hold every class in a sample of positive weight.

    Parameters
    ----------
    strata : callable
        Returns the classes of encoded y, or None.
    """
    if not _has_distinct(rows, ENOUGH):
        return None
    try:
        parts = split_off(rows, fraction, seed, labels=strata(rows.y), owner=owner)
    except ValueError:
        # "auto" asks for a validation part only if that is possible.
        return None
    every = _present(rows, strata)
    return parts if all(_present(part, strata) == every for part in parts) else None


def _present(rows: Rows, strata: Callable[[np.ndarray], np.ndarray | None]) -> set[int]:
    """Return the classes that have positive weight; {0} if samples have no class."""
    counts = rows.weight_of_labels > 0
    labels = strata(rows.y)
    return set(np.unique(np.zeros(counts.sum()) if labels is None else labels[counts]).tolist())


def _has_distinct(rows: Rows, n: int) -> bool:
    """Return whether there are n different samples of positive weight that have a label.

    Copies of a sample are counted once, so that a sample written twice is one of weight 2.
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
    """Split a validation part off, stratified by ``labels`` if given.

    Rows without label stay in the first part.

    Raises
    ------
    ValueError
        If the parts cannot both hold every class, or one has no row of positive weight.
    """
    unlabeled = np.zeros(len(rows.y), dtype=bool) if rows.unlabeled is None else rows.unlabeled
    index, rest = np.flatnonzero(~unlabeled), np.flatnonzero(unlabeled)
    labels = None if labels is None else labels[index]
    n_validation = int(np.ceil(fraction * len(index)))
    n_classes = 1 if labels is None else len(np.unique(labels))
    if labels is not None and np.unique(labels, return_counts=True)[1].min() < 2:
        raise ValueError(
            f"early_stopping of {owner} needs validation samples, but a class of y has 1 sample, and "
            "both parts must hold every class. Give X_val and y_val, more samples of that class, or a "
            "rule that monitors 'loss'."
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
                f"The validation split of {owner} left a part whose sample weights are all zero. Give "
                "X_val and y_val, or leave samples of weight zero out."
            )
    train, validation = (index[part] for part in places)
    return rows.take(np.sort(np.concatenate([train, rest]))), rows.take(np.sort(validation))


def _too_small(fraction: float, n: int, n_validation: int, n_classes: int, owner: str) -> str:
    need = "one sample" if n_classes == 1 else f"a sample of each of the {n_classes} classes"
    return (
        f"early_stopping of {owner} needs validation samples, but validation_fraction={fraction:g} of "
        f"{n} samples is {n_validation}: too small for both parts to hold {need}. Give more samples, a "
        "larger validation_fraction, X_val and y_val, or a rule that monitors 'loss'."
    )
