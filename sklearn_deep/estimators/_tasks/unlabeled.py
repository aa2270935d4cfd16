"""Samples without a label, which an autoencoder with a head learns from too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.base import is_classifier

from sklearn_deep._shared import Doubt, is_marked, is_unlabeled, of_simple_type
from sklearn_deep.estimators._data import FitCall


@dataclass(frozen=True)
class LabelMarker:
    """The label that marks samples without a label.

    Parameters
    ----------
    value : object
        The parameter ``unlabeled_value``.
    is_expected : bool
        Whether the user said that some samples have no label.
    of_classes : bool
        Whether the other labels are classes.
    owner : str
    """

    value: Any
    is_expected: bool
    of_classes: bool
    owner: str

    @classmethod
    def of(cls, estimator: Any) -> Self:
        """Return the marker that the parameter ``unlabeled_value`` of an estimator stands for."""
        value, of_classes = estimator.unlabeled_value, is_classifier(estimator)
        # NaN, the default of regressors, marks samples without a label if there are any.
        is_expected = value is not None and (of_classes or value == value)  # noqa: PLR0124
        return cls(value, is_expected, of_classes, owner=type(estimator).__name__)

    def filled(self, y: Any, argument: str) -> tuple[Any, np.ndarray]:
        """Return y with some label in the place of the marker, and which samples carry it."""
        values = np.array(y.toarray() if issparse(y) else y)
        if y is None or values.ndim == 0 or not len(values):
            return y, np.zeros(0, dtype=bool)
        unlabeled = is_unlabeled(values, self.value, owner=self.owner)
        if unlabeled.all():
            raise ValueError(
                f"{self.owner}.fit needs labeled samples, but all of {argument} is unlabeled_value="
                f"{self.value!r}. For samples without labels use AutoencoderTransformer."
            )
        self._check(values, unlabeled, argument)
        values[unlabeled] = values[~unlabeled][0]
        return (of_simple_type(values) if unlabeled.any() else y), unlabeled

    def _check(self, values: np.ndarray, unlabeled: np.ndarray, argument: str) -> None:
        """Raise if a sample has some of its labels, or lacks one that nobody said would be missing."""
        in_part = self._has(self.value, values) & ~unlabeled
        # In multilabel targets 0 and 1 are what a label says, too.
        if in_part.any() and not (self.of_classes and self.value in (0, 1)):
            row = int(in_part.argmax())
            raise ValueError(
                f"{argument} of {self.owner}.fit must carry unlabeled_value={self.value!r} in all columns of a "
                f"row or in none, got {values[row].tolist()!r} in row {row}. Mark the whole row, or "
                "leave it out."
            )
        missing = self._has(np.nan, values) & ~unlabeled
        if missing.any():
            row = int(missing.argmax())
            raise ValueError(
                f"{argument} of {self.owner}.fit contains NaN, or another missing value, in row {row}. If "
                "that marks samples without a label, give unlabeled_value=np.nan."
            )

    def _has(self, value: Any, values: np.ndarray) -> np.ndarray:
        """Return which samples have a value in any column."""
        marked = is_marked(values, value, owner=self.owner)
        return np.asarray(marked.reshape(len(values), -1).any(1))

    def without(self, classes: Any) -> Any:
        """Return the classes that are classes, e.g. of ``np.unique(y)``."""
        unlabeled = is_unlabeled(classes, self.value, owner=self.owner)
        return np.asarray(classes)[~unlabeled] if unlabeled.any() else classes

    def doubts(self, call: FitCall, labels: str) -> list[Doubt]:
        """Return a warning if samples without a label were expected and none is there."""
        # A part of the samples, as partial_fit is given, may well have none.
        expected = self.is_expected and not call.partial
        if not expected or is_unlabeled(call.y, self.value, owner=self.owner).any():
            return []
        text = (
            f"No sample has unlabeled_value={self.value!r} in y: {self.owner} treats all of them as "
            f"labeled{labels}. Give the value that marks samples without label, or leave "
            "unlabeled_value out."
        )
        return [Doubt("unlabeled_value", UserWarning(text))]

    def scored(
        self, estimator: Any, X: Any, y: Any, sample_weight: Any
    ) -> tuple[Any, np.ndarray, np.ndarray | None]:
        """Return true labels, predictions and weights of the samples that have a label."""
        labeled = ~is_unlabeled(y, self.value, owner=self.owner)
        if not labeled.any():
            raise ValueError(
                f"{self.owner}.score needs labeled samples, but all of y is unlabeled_value="
                f"{self.value!r}."
            )
        weight = None if sample_weight is None else np.asarray(sample_weight)[labeled]
        true = y[labeled] if issparse(y) else of_simple_type(np.asarray(y)[labeled])
        return true, estimator.predict(X)[labeled], weight
