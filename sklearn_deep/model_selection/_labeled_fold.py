"""Cross-validation folds for data with unlabeled samples."""

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
    """Cross-validation splitter that puts unlabeled samples into every training part and no test part.

    Use it in a search over a semi-supervised estimator, so that scores are computed on labeled samples.

    Parameters
    ----------
    cv : int, splitter or iterable of (train, test), default=5
        Cross-validation folds. Only the labeled samples are split; an int gives stratified folds for
        classification. The indices of an iterable refer to the labeled samples only.
    unlabeled_value : object, default=-1
        Value in y that marks samples without a label. NaN stands for every missing value: NaN, None,
        pandas' NA.

    See Also
    --------
    sklearn_deep.JointAEClassifier : Semi-supervised classifier.

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
        """Yield the indices of the training and test samples of each split.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples; only their number is used.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels or target values, some of them ``unlabeled_value``.
        groups : array-like of shape (n_samples,), default=None
            Group of each sample, for splitters that keep groups together.

        Yields
        ------
        train, test : ndarray of int
            Indices of samples; ``train`` is sorted.

        Raises
        ------
        ValueError
            If y is None, or no sample or too few samples are labeled.
        """
        unlabeled = self._unlabeled(y)
        if not unlabeled.any():
            warnings.warn(
                f"No sample has unlabeled_value={self.unlabeled_value!r} in y, so LabeledFold treats all of "
                "them as labeled. Set unlabeled_value to the value that marks unlabeled samples, or do not "
                "use LabeledFold.",
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
        """Yield the splits of the labeled samples."""
        try:
            yield from self._cv(known).split(np.zeros((len(known), 1)), known, groups)
        except ValueError as error:
            raise ValueError(
                f"LabeledFold cannot split the {len(known)} labeled samples: {error}"
            ) from error

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of splits.

        Parameters
        ----------
        X, y, groups : array-like, default=None
            As in ``split``; required only if the splitter in ``cv`` uses them.

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
            raise ValueError("LabeledFold.split requires y, to know which samples are labeled.")
        unlabeled = is_unlabeled(y, self.unlabeled_value, owner="LabeledFold")
        if unlabeled.all():
            raise ValueError(
                f"LabeledFold requires labeled samples, but all of y is {self.unlabeled_value!r}."
            )
        return unlabeled

    def _cv(self, known: np.ndarray) -> Any:
        classes = type_of_target(known) in ("binary", "multiclass", "multilabel-indicator")
        # Integers of which hardly any occurs twice are regression targets and cannot be stratified.
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
