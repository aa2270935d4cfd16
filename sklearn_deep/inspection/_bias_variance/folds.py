"""Fits and errors of an estimator on folds, including training errors."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import issparse
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import check_cv, cross_validate

from sklearn_deep._shared import Doubt, ScaleWarning, by_kind, gathered, summed, tell
from sklearn_deep.estimators import DeepEstimator
from sklearn_deep.inspection._bias_variance.error_scale import ErrorScale
from sklearn_deep.inspection._common import learner_of

Split = tuple[np.ndarray, np.ndarray]


class Folds(NamedTuple):
    """Results of a cross-validation.

    Parameters
    ----------
    splits : list of (train, validation)
        Indices of samples.
    estimators : list of estimators
        One fitted estimator per fold.
    train_errors, validation_errors : ndarray of shape (n_folds,)
    fit_seconds : ndarray of shape (n_folds,) or None
    """

    splits: list[Split]
    estimators: list[Any]
    train_errors: np.ndarray
    validation_errors: np.ndarray
    fit_seconds: np.ndarray | None


def fit_folds(
    estimator: Any, X: Any, y: Any, scale: ErrorScale, cv: Any, n_jobs: int | None
) -> Folds:
    """Fit on each fold, and return the errors in evaluation mode.

    Raises
    ------
    ValueError
        If a training part has only one class, or a score is NaN.
    """
    splits = list(check_cv(cv, y, classifier=is_classifier(estimator)).split(X, y))
    if is_classifier(estimator):
        _check_classes(y, splits)
    with gathered() as doubts, _quiet_workers():
        found = cross_validate(
            estimator,
            X,
            y,
            cv=splits,
            scoring=scale.scorer,
            n_jobs=n_jobs,
            return_train_score=True,
            return_estimator=True,
            error_score="raise",
        )
    _tell_once(learner_of(estimator, found["estimator"]).fitted, doubts)
    return scored_folds(found, scale, splits)


@contextmanager
def _quiet_workers() -> Iterator[None]:
    """Silence warnings in other processes, which inherit the filters; they are issued here once."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=ScaleWarning)
        warnings.filterwarnings("ignore", ".*has not converged", ConvergenceWarning)
        yield


def _tell_once(fitted: Sequence[Any], others: Sequence[Doubt]) -> None:
    """Issue the warnings of the fits once for each kind, with the number of folds concerned."""
    networks = [one for one in fitted if isinstance(one, DeepEstimator)]
    found = by_kind([one._doubted for one in networks])
    known = {doubt.kind for doubt in found}
    tell([*found, *summed((doubt for doubt in others if doubt.kind not in known), 1)])


def scored_folds(
    found: Mapping[str, Any], scale: ErrorScale, splits: Sequence[Split] = ()
) -> Folds:
    """Return the errors for the results of ``cross_validate``.

    Raises
    ------
    ValueError
        If a score is NaN.
    """
    train, validation = (np.asarray(found[name]) for name in ("train_score", "test_score"))
    _check_scores(train, "training", scale)
    _check_scores(validation, "validation", scale)
    errors = scale.errors(train), scale.errors(validation)
    return Folds(list(splits), list(found.get("estimator", ())), *errors, found.get("fit_time"))


def _check_classes(y: Any, splits: list[Split]) -> None:
    labels = y.toarray() if issparse(y) else np.asarray(y)
    for fold, (train, _) in enumerate(splits):
        if labels.ndim == 1 and len(set(labels[train].tolist())) == 1:
            raise ValueError(
                f"The training part of fold {fold} has only one class, {labels[train].tolist()[0]!r}, so a "
                "classifier cannot be trained. Set cv to a splitter that shuffles or stratifies, such as "
                "StratifiedKFold(5, shuffle=True), or use fewer folds."
            )


def _check_scores(scores: np.ndarray, part: str, scale: ErrorScale) -> None:
    if np.isnan(scores).any():
        fold = int(np.flatnonzero(np.isnan(scores))[0])
        raise ValueError(
            f"The {part} score of fold {fold} is NaN ({scale.name}). Check that the score is defined for "
            "the samples of each fold: R² requires two samples, ROC AUC two classes. Use fewer folds, or "
            "another scoring."
        )
