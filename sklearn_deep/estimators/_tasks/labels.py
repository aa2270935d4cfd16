"""Conversion of labels to targets of a network, and of its outputs to labels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import issparse
from scipy.special import expit, log_expit, log_softmax, softmax
from sklearn.utils import check_array, column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from sklearn_deep.estimators._data import naming


class Labels(NamedTuple):
    """The classes of a classifier.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Class labels, sorted; for multilabel targets, the indices of the columns.
    multilabel : bool
        Whether each sample may have any number of labels, instead of one class.
    sparse : bool, default=False
        Whether predictions of multilabel targets are sparse, as y in ``fit``.
    """

    classes: np.ndarray
    multilabel: bool
    sparse: bool = False

    @classmethod
    def of(cls, y: np.ndarray, *, sparse: bool = False, owner: str) -> Labels:
        """Return the labels in a checked y; ``sparse`` tells whether y was sparse.

        Raises
        ------
        ValueError
            If there is only one class.
        """
        if y.ndim == 2:
            return cls(np.arange(y.shape[1]), multilabel=True, sparse=sparse)
        classes = np.unique(y)
        if len(classes) < 2:
            raise ValueError(
                f"{owner}.fit requires at least 2 classes in y (partial_fit: in classes), got 1 class: "
                f"{classes.tolist()[0]!r}. Check the labels, and whether a split removed the other classes."
            )
        return cls(classes, multilabel=False)

    @property
    def binary(self) -> bool:
        """Whether each output is a separate binary decision: two classes, or multilabel."""
        return self.multilabel or len(self.classes) == 2

    def encoded(self, y: np.ndarray, *, argument: str, owner: str) -> np.ndarray:
        """Return indices into ``classes``, ``(n_samples,)``, or 0 and 1, ``(n_samples, n_classes)``.

        Raises
        ------
        ValueError
            If y contains unknown labels, or is multilabel unlike before (or vice versa).
        """
        known = self.classes.tolist()
        if (y.ndim == 2) != self.multilabel or (self.multilabel and y.shape[1] != len(known)):
            wanted = (
                f"{len(known)} columns of 0 and 1" if self.multilabel else "one label per sample"
            )
            raise ValueError(
                f"{argument} of {owner}.fit must have {wanted}, like the first y; got shape {y.shape}."
            )
        if self.multilabel:
            return y.astype(np.int64)
        if not np.isin(y, self.classes).all():
            unknown = np.setdiff1d(y, self.classes)
            raise ValueError(
                f"{argument} of {owner}.fit must contain only the known classes {known!r}, got also "
                f"{unknown.tolist()!r}. Known classes are those in y, or in classes of the first partial_fit."
            )
        return np.searchsorted(self.classes, y)

    def targets(self, encoded: np.ndarray, smoothing: float, dtype: str) -> np.ndarray:
        """Return the targets for a loss, ``(n_samples, n_outputs)``.

        Parameters
        ----------
        encoded : ndarray
            Labels returned by ``encoded``.
        smoothing : float in [0, 1)
            Fraction of the probability that is spread over all classes (over 0 and 1 for binary
            outputs).
        dtype : str
            Of the targets.
        """
        if self.multilabel:
            return encoded * (1 - smoothing) + smoothing / 2
        # Smoothed and converted once per class: an array of all samples in float64 would be the largest
        # of a fit with many classes.
        classes = np.arange(2)[:, None] if self.binary else np.eye(len(self.classes))
        smooth = classes * (1 - smoothing) + smoothing / len(self.classes)
        return smooth.astype(dtype)[encoded]

    def predicted(self, logits: np.ndarray) -> np.ndarray:
        """Return the most likely labels; for multilabel targets, a dense array of 0 and 1."""
        if self.multilabel:
            return (logits > 0).astype(np.int64)
        index = (logits[:, 0] > 0).astype(int) if self.binary else logits.argmax(1)
        labels: np.ndarray = self.classes[index]
        return labels

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Return the probability of each class, ``(n_samples, n_classes)``."""
        if self.multilabel:
            return expit(logits)
        if self.binary:
            return np.hstack([expit(-logits), expit(logits)])
        return softmax(logits, axis=1)

    def log_probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Return the logarithms of the probabilities, accurate also for tiny ones."""
        if self.multilabel:
            found = log_expit(logits)
        elif self.binary:
            found = np.hstack([log_expit(-logits), log_expit(logits)])
        else:
            found = log_softmax(logits, axis=1)
        # 0 if the probability rounds to 1, to agree with the logarithm of predict_proba, also in float32.
        return np.where(np.exp(found) == 1, found.dtype.type(0), found)


def checked_labels(y: Any, *, argument: str, owner: str) -> np.ndarray:
    """Return y as ``(n_samples,)``, or ``(n_samples, n_classes)`` of 0 and 1 for multilabel targets.

    Raises
    ------
    ValueError
        If y contains numbers that are no class labels, or several columns with values other than 0 and 1.
    """
    y = y.toarray() if issparse(y) else y
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    if _are_surely_labels(y):
        return y
    with naming(argument, owner=owner):
        check_classification_targets(y)
    if y.ndim == 2 and not _is_indicator(y):
        raise ValueError(
            f"{argument} of {owner}.fit with several columns must contain only 0 and 1 (multilabel), got "
            f"{np.unique(y)[:5].tolist()!r}. For several outputs with separate classes, use "
            "sklearn.multioutput.MultiOutputClassifier."
        )
    return y


def checked_classes(classes: Any, *, owner: str) -> np.ndarray:
    """Return the classes passed to ``partial_fit``, sorted.

    Raises
    ------
    ValueError
        If they are no class labels, or not one-dimensional.
    """
    with naming("classes", owner=owner):
        classes = check_array(classes, ensure_2d=False, dtype=None, input_name="classes")
        classes = column_or_1d(classes)
        check_classification_targets(classes)
    return np.unique(classes)


def _are_surely_labels(y: np.ndarray) -> bool:
    """Return whether scikit-learn's check of labels, which is slow, can be skipped."""
    return y.ndim == 1 and y.dtype.kind in "biu" and 2 * len(np.unique(y)) <= len(y)


def _is_indicator(y: np.ndarray) -> bool:
    # type_of_target accepts any two values.
    return type_of_target(y) == "multilabel-indicator" and bool(np.isin(y, (0, 1)).all())
