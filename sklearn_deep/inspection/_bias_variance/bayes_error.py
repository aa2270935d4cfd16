"""The Bayes error: the lowest error that any model can reach."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from sklearn_deep._compat.sklearn import safe_split
from sklearn_deep._shared import is_unlabeled, of_simple_type
from sklearn_deep.inspection._bias_variance.error_scale import ErrorScale
from sklearn_deep.inspection._bias_variance.folds import Folds
from sklearn_deep.inspection._common import learner_of, unwrapped

_OWNER = "bias_variance_report"


def check_bayes_error(bayes_error: Any, scale: ErrorScale) -> None:
    """Raise an error unless the Bayes error is a valid number or "1nn"."""
    if isinstance(bayes_error, str) and bayes_error == "1nn":
        if not scale.is_error_rate:
            raise ValueError(
                f"bayes_error='1nn' of {_OWNER} applies to the error rate of a classifier, but the error here "
                f"is {scale.name}. Pass a number, or scoring='accuracy' for a classifier."
            )
        return
    number = isinstance(bayes_error, Real) and not isinstance(bayes_error, bool)
    if not number or not np.isfinite(bayes_error):
        raise ValueError(f"bayes_error of {_OWNER} must be a number or '1nn', got {bayes_error!r}.")
    if bayes_error < 0 and scale.best is not None:
        raise ValueError(
            f"bayes_error of {_OWNER} must be >= 0, the minimum of the {scale.name}, got {bayes_error!r}."
        )


def bayes_error_of(bayes_error: Any, folds: Folds, X: Any, y: Any) -> float:
    """Return the given number, or half the error of the nearest neighbor over the folds."""
    if bayes_error != "1nn":
        return float(bayes_error)
    try:
        errors = [
            _nearest(*part, X, y) for part in zip(folds.estimators, folds.splits, strict=True)
        ]
    except (TypeError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise ValueError(
            f"bayes_error='1nn' of {_OWNER} cannot compute nearest neighbors: {why} Put the steps that convert "
            "X to numbers into a Pipeline with the estimator, or pass a number."
        ) from error
    return float(np.mean(errors)) / 2


def _nearest(fitted: Any, split: tuple[np.ndarray, np.ndarray], X: Any, y: Any) -> float:
    """Return the error of the nearest neighbor, on the input of the last step of a pipeline."""
    # Not ``estimator_``, which is unfitted in some ensembles.
    steps = unwrapped(fitted, ["best_estimator_"])
    before = steps[:-1] if isinstance(steps, Pipeline) and len(steps) > 1 else None
    parts = []
    for rows in split:
        some, labels = safe_split(fitted, X, y, rows)
        labels = labels.toarray() if issparse(labels) else np.asarray(labels)
        known = _labeled(fitted, labels)
        values = some if before is None else before.transform(some)
        kept = values if known.all() else safe_split(fitted, values, None, known)[0]
        parts.append((kept, of_simple_type(labels[known])))
    (train_x, train_y), (test_x, test_y) = parts
    predicted = KNeighborsClassifier(1).fit(train_x, train_y).predict(test_x)
    wrong = predicted != test_y
    return float(np.mean(wrong if wrong.ndim == 1 else wrong.any(axis=1)))


def _labeled(fitted: Any, labels: np.ndarray) -> np.ndarray:
    params = learner_of(fitted).params
    if params.get("unlabeled_value") is None:
        return np.ones(len(labels), dtype=bool)
    return ~is_unlabeled(labels, params["unlabeled_value"], owner=_OWNER)
