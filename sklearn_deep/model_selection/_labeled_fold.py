"""Folds for data some of whose samples have no label."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator
from sklearn.model_selection import check_cv
from sklearn.utils.multiclass import type_of_target

from sklearn_deep._shared import is_unlabeled, of_simple_type


class LabeledFold(BaseEstimator):
    """Cross-validation that puts unlabeled samples into every training part and no test part.

    So a search over an estimator that learns from unlabeled samples scores on labeled ones alone.

    Parameters
    ----------
    cv : int, splitter or iterable of (train, test), default=5
        How labeled samples are split, as in scikit-learn: an int is stratified for classes. Indices of
        an iterable count labeled samples only.
    unlabeled_value : object, default=-1
        Marks samples without a label in y; ``np.nan`` for numbers, and for None and pandas' NA.

    See Also
    --------
    sklearn_deep.JointAEClassifier : Learns from unlabeled samples.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep.model_selection import LabeledFold
    >>> y = np.array([0, 1, -1, 0, 1, -1])
    >>> for train, test in LabeledFold(2).split(np.zeros((6, 1)), y):
    ...     print(train, test)
    [2 3 4 5] [0 1]
    [0 1 2 5] [3 4]
    """

    def __init__(self, cv: Any = 5, unlabeled_value: Any = -1) -> None:
        self.cv = cv
        self.unlabeled_value = unlabeled_value

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the samples of each training and test part.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples; only their number is looked at.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets, some of them ``unlabeled_value``.
        groups : array-like of shape (n_samples,), default=None
            Groups of samples, for splitters that keep them together.

        Yields
        ------
        train, test : ndarray of int
            Positions of samples, sorted in ``train``.

        Raises
        ------
        ValueError
            If y is missing, no sample is labeled, or too few are to be split.
        """
        unlabeled = self._unlabeled(y)
        if not unlabeled.any():
            warnings.warn(
                f"No sample has unlabeled_value={self.unlabeled_value!r} in y: LabeledFold treats all of "
                "them as labeled. Give the value that marks samples without label, or leave LabeledFold "
                "out.",
                UserWarning,
                stacklevel=2,
            )
        labeled = np.flatnonzero(~unlabeled)
        known = _labels_at(y, labeled)
        of_labeled = None if groups is None else np.asarray(groups)[labeled]
        for train, test in self._splits(known, of_labeled):
            both = np.concatenate([labeled[train], np.flatnonzero(unlabeled)])
            yield np.sort(both), labeled[test]

    def _splits(self, known: np.ndarray, groups: np.ndarray | None) -> Iterator[Any]:
        """Yield the splits of the labeled samples alone."""
        try:
            yield from self._cv(known).split(np.zeros((len(known), 1)), known, groups)
        except ValueError as error:
            raise ValueError(
                f"LabeledFold splits the {len(known)} labeled samples: {error}"
            ) from error

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of splits.

        Parameters
        ----------
        X, y, groups : array-like, default=None
            As in ``split``; needed by splitters that look at them.

        Returns
        -------
        int
        """
        if y is None:
            return int(check_cv(self.cv).get_n_splits(X, y, groups))
        labeled = np.flatnonzero(~self._unlabeled(y))
        known = _labels_at(y, labeled)
        of_labeled = None if groups is None else np.asarray(groups)[labeled]
        return int(self._cv(known).get_n_splits(labeled.reshape(-1, 1), known, of_labeled))

    def _unlabeled(self, y: Any) -> np.ndarray:
        if y is None:
            raise ValueError("LabeledFold.split needs y, which says which samples have a label.")
        unlabeled = is_unlabeled(y, self.unlabeled_value, owner="LabeledFold")
        if unlabeled.all():
            raise ValueError(
                f"LabeledFold found no labeled sample: all of y is {self.unlabeled_value!r}."
            )
        return unlabeled

    def _cv(self, known: np.ndarray) -> Any:
        classes = type_of_target(known) in ("binary", "multiclass", "multilabel-indicator")
        # Whole numbers that hardly come twice are numbers to predict, and cannot be stratified.
        if (
            classes
            and known.ndim == 1
            and known.dtype.kind == "f"
            and isinstance(self.cv, Integral)
        ):
            classes = np.unique(known, return_counts=True)[1].max() >= self.cv
        return check_cv(self.cv, known, classifier=classes)


def _labels_at(y: Any, rows: np.ndarray) -> np.ndarray:
    return of_simple_type((y.toarray() if issparse(y) else np.asarray(y))[rows])
