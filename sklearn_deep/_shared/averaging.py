"""Predictions of the members of an ensemble, as numbers that can be averaged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.utils.multiclass import type_of_target


class AveragingTask(NamedTuple):
    """The kind of predictions to average.

    Parameters
    ----------
    kind : "classes", "labels" or "numbers"
        One of several classes per sample, any number of labels per sample, or numbers.
    classes : ndarray of shape (n_classes,) or (n_labels,), or None
        All classes of y, or the column numbers of the labels; None for numbers.
    votes : bool
        Whether the estimators have no ``predict_proba``, so that each votes for its prediction.
    """

    kind: Literal["classes", "labels", "numbers"]
    classes: np.ndarray | None
    votes: bool

    @classmethod
    def of(cls, estimator: Any, y: Any, demand: str) -> AveragingTask:
        """Return the task for an estimator and its target.

        Parameters
        ----------
        estimator : estimator
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        demand : str
            Beginning of the error message if predictions cannot be averaged.

        Raises
        ------
        ValueError
            If predictions of the estimator cannot be averaged.
        """
        if is_regressor(estimator):
            return cls("numbers", None, False)
        if not is_classifier(estimator):
            raise ValueError(
                f"{demand} for an estimator that is neither a classifier nor a regressor, because only their "
                f"predictions can be averaged; got {type(estimator).__name__}."
            )
        votes = not hasattr(estimator, "predict_proba")
        kind = type_of_target(y, input_name="y", raise_unknown=True)
        if kind in ("binary", "multiclass"):
            return cls("classes", np.unique(y), votes)
        if kind == "multilabel-indicator":
            return cls("labels", np.arange(np.shape(y)[1]), votes)
        raise ValueError(
            f"{demand} for a target of type {kind!r}: predictions are averaged for one column of classes, for "
            "labels that are 0 or 1, and for numbers."
        )

    def outputs(self, estimator: Any, X: Any) -> np.ndarray:
        """Return the outputs of a fitted estimator, which are then averaged.

        Returns
        -------
        ndarray of shape (n_samples, n_classes), (n_samples, n_labels), (n_samples,) or (n_samples, n_outputs)
            Probabilities, votes (0 or 1) or numbers.
        """
        if self.kind == "numbers":
            return np.asarray(estimator.predict(X))
        found = estimator.predict(X) if self.votes else estimator.predict_proba(X)
        if self.kind == "labels":
            # scikit-learn's own classifiers return a list with one array per label.
            found = np.stack([p[:, 1] for p in found], 1) if isinstance(found, list) else found
            return np.asarray(found, dtype=float)
        assert self.classes is not None
        if self.votes:
            return (np.asarray(found)[:, None] == self.classes).astype(float)
        return _in_all_columns(np.asarray(found), estimator.classes_, self.classes)

    def predictions(self, outputs: np.ndarray) -> np.ndarray:
        """Return classes, labels or numbers from averaged outputs."""
        if self.kind == "numbers":
            return outputs
        if self.kind == "labels":
            return (outputs > 0.5).astype(int)
        assert self.classes is not None
        predicted: np.ndarray = self.classes[outputs.argmax(1)]
        return predicted


def _in_all_columns(
    probabilities: np.ndarray, classes: np.ndarray, all_classes: np.ndarray
) -> np.ndarray:
    """Return probabilities with one column per class; classes that are missing in a fold get 0."""
    if len(classes) == len(all_classes):
        return probabilities
    columns = np.zeros((len(probabilities), len(all_classes)), dtype=probabilities.dtype)
    columns[:, np.searchsorted(all_classes, classes)] = probabilities
    return columns


def weighted_mean(outputs: Iterable[np.ndarray], weights: Sequence[float]) -> np.ndarray:
    """Return ``Σ weight · outputs`` in the float type of the outputs."""
    # scikit-learn's scorers check that probabilities sum to 1, with a tolerance that depends on dtype.
    pairs = zip(outputs, map(float, weights), strict=True)
    return np.asarray(sum(weight * own for own, weight in pairs))
