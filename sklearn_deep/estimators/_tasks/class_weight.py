"""Class weights in the objective."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from sklearn_deep.estimators._data import Rows, of_largest_one


def class_factors(
    class_weight: dict[Any, float] | str, classes: np.ndarray, rows: Rows, *, owner: str
) -> np.ndarray:
    """Return the weight of each class, ``(n_classes,)``.

    Parameters
    ----------
    class_weight : dict or "balanced"
        Weights by label (1 for labels that are missing), or "balanced".
    classes : ndarray of shape (n_classes,)
    rows : Rows
        Samples, whose y contains indices into ``classes``.

    Raises
    ------
    ValueError
        If a weight is not a finite number >= 0, all are zero, or a label is unknown while a class
        has no weight.
    """
    if isinstance(class_weight, str):
        weight = of_largest_one(rows.sample_weight)
        counts = np.bincount(rows.y, weight, minlength=len(classes))
        present = np.where(counts > 0, counts, np.inf)
        return counts.sum() / (len(classes) * present)
    for label, factor in class_weight.items():
        if not isinstance(factor, Real) or not 0 <= float(factor) < np.inf:
            raise ValueError(
                f"The 'class_weight' parameter of {owner} must contain finite numbers >= 0, got "
                f"{factor!r} for class {label!r}."
            )
    labels = classes.tolist()
    unknown = [label for label in class_weight if label not in labels]
    # A fold may lack a class that has a weight, but a misspelled label leaves a class without weight.
    if unknown and not all(label in class_weight for label in labels):
        raise ValueError(
            f"The 'class_weight' parameter of {owner} must have classes of y as its keys, got "
            f"{unknown!r}; the classes of y are {labels!r}."
        )
    factors = np.array([float(class_weight.get(label, 1.0)) for label in labels])
    if not factors.any():
        raise ValueError(
            f"The 'class_weight' parameter of {owner} must be positive for at least one class, got "
            f"{class_weight!r}."
        )
    return factors
