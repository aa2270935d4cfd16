"""Conversion of X and y from the arguments of ``fit`` to ``Rows``."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_consistent_length

from sklearn_deep.estimators._data import (
    FitCall,
    Rows,
    Validation,
    checked_by_sklearn,
    checked_weight,
    held,
    naming,
)
from sklearn_deep.estimators._tasks.reconstruction import in_range_of
from sklearn_deep.estimators._tasks.task import Task


def training_rows(estimator: Any, task: Task, call: FitCall) -> tuple[Task, Rows]:
    """Return the fitted task and the training samples with encoded y.

    Sets ``n_features_in_`` and the attributes of the fitted task on the estimator.
    """
    if task.loss is not None:
        with naming("X and y", owner=task.owner):
            check_consistent_length(call.X, call.y)
    y, unlabeled = _filled(task, call.y, "y")
    X, y = _validated(estimator, task, call.X, y, "y", reset=not call.continues)
    y = task.checked(y, "y")
    task = task.fitted(y, call)
    for name, value in task.attributes().items():
        setattr(estimator, name, value)
    return task, _rows(task, X, y, call.sample_weight, unlabeled, "")


def validation_rows(estimator: Any, task: Task, validation: Validation) -> Rows | None:
    """Return the validation samples passed by the user, encoded like the training samples."""
    if not _is_given(task, validation):
        return None
    y, unlabeled = _filled(task, validation.y, "y_val")
    with naming("X_val" if task.loss is None else "X_val and y_val", owner=task.owner):
        X, y = _validated(estimator, task, validation.X, y, "y_val", reset=False)
    y = task.checked(y, "y_val")
    return _rows(task, X, y, validation.sample_weight, unlabeled, "_val")


def _is_given(task: Task, validation: Validation) -> bool:
    owner, predicts = task.owner, task.loss is not None
    if predicts and (validation.X is None) != (validation.y is None):
        missing, given = ("y_val", "X_val") if validation.y is None else ("X_val", "y_val")
        raise ValueError(f"{owner}.fit got {given} but no {missing}. Pass both or neither.")
    if validation.X is None and validation.sample_weight is not None:
        text = f"{owner}.fit got sample_weight_val but no X_val"
        raise ValueError(
            f"{text} and y_val, to which the weights belong. Pass all three. If validation samples are "
            "held out automatically, their weights are those in sample_weight."
            if predicts
            else f"{text}, to which the weights belong. Pass both."
        )
    return validation.X is not None


def _filled(task: Task, y: Any, argument: str) -> tuple[Any, np.ndarray | None]:
    """Return y with a label for every sample, and a mask of the samples that were unlabeled."""
    return (y, None) if task.marker is None else task.marker.filled(y, argument)


def _validated(
    estimator: Any, task: Task, X: Any, y: Any, argument: str, reset: bool
) -> tuple[Any, Any]:
    """Return X and y after validation by scikit-learn.

    Raises
    ------
    ValueError, TypeError
        If scikit-learn raises it; the message about text names the argument.
    """
    try:
        return _as_scikit_learn_does(estimator, task, X, y, argument, reset)
    except ValueError as error:
        if not str(error).startswith("could not convert string"):
            raise
        part = argument.removeprefix("y")
        given = f"X{part} and {argument}" if task.numeric else f"X{part}"
        raise ValueError(
            f"{given} of {task.owner}.fit must contain numbers: {error}. Encode text columns with "
            "tabular_pipeline or scikit-learn's OneHotEncoder."
        ) from error


def _as_scikit_learn_does(
    estimator: Any, task: Task, X: Any, y: Any, argument: str, reset: bool
) -> tuple[Any, Any]:
    if task.loss is None:
        X = checked_by_sklearn(estimator, X, reset=reset)
        return X, np.empty((X.shape[0], 0))
    task.check_type(y, argument)
    X, y = checked_by_sklearn(
        estimator, X, y, reset=reset, multi_output=True, y_numeric=task.numeric
    )
    return X, y


def _rows(
    task: Task,
    X: Any,
    y: np.ndarray,
    sample_weight: Any,
    unlabeled: np.ndarray | None,
    part: str,
) -> Rows:
    owner, loss = task.owner, task.reconstruction_loss
    encoded = task.encoded(y, f"y{part}")
    weight = checked_weight(sample_weight, X, argument=f"sample_weight{part}", owner=owner)
    if loss is None:
        return Rows(held(X), encoded, weight, unlabeled)
    samples, n_outside = in_range_of(loss, X, is_validation=part == "_val", owner=owner)
    return Rows(samples, encoded, weight, unlabeled, n_outside=n_outside)
