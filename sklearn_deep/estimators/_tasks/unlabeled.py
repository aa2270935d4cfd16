"""Samples without a label, from which an autoencoder with a head also learns."""

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
    """The value in y that marks samples without a label.

    Parameters
    ----------
    value : object
        Value of the ``unlabeled_value`` parameter.
    is_expected : bool
        Whether the user expects samples without a label.
    of_classes : bool
        Whether y contains classes.
    owner : str
    """

    value: Any
    is_expected: bool
    of_classes: bool
    owner: str

    @classmethod
    def of(cls, estimator: Any) -> Self:
        """Return the marker for the ``unlabeled_value`` parameter of an estimator."""
        value, of_classes = estimator.unlabeled_value, is_classifier(estimator)
        # NaN is the default of regressors, so it does not mean that unlabeled samples are expected.
        is_expected = value is not None and (of_classes or value == value)  # noqa: PLR0124
        return cls(value, is_expected, of_classes, owner=type(estimator).__name__)

    def filled(self, y: Any, argument: str) -> tuple[Any, np.ndarray]:
        """Return y with the marker replaced by an arbitrary label, and a mask of the unlabeled samples."""
        values = np.array(y.toarray() if issparse(y) else y)
        if y is None or values.ndim == 0 or not len(values):
            return y, np.zeros(0, dtype=bool)
        unlabeled = is_unlabeled(values, self.value, owner=self.owner)
        if unlabeled.all():
            raise ValueError(
                f"{self.owner}.fit requires labeled samples, but all of {argument} is unlabeled_value="
                f"{self.value!r}. Without labels, use AutoencoderTransformer."
            )
        self._check(values, unlabeled, argument)
        values[unlabeled] = values[~unlabeled][0]
        return (of_simple_type(values) if unlabeled.any() else y), unlabeled

    def _check(self, values: np.ndarray, unlabeled: np.ndarray, argument: str) -> None:
        """Raise an error if a sample is only partly labeled, or has an unexpected missing value."""
        in_part = self._has(self.value, values) & ~unlabeled
        # In multilabel targets, 0 and 1 are also regular values.
        if in_part.any() and not (self.of_classes and self.value in (0, 1)):
            row = int(in_part.argmax())
            raise ValueError(
                f"{argument} of {self.owner}.fit must have unlabeled_value={self.value!r} in all columns of a "
                f"row or in none, got {values[row].tolist()!r} in row {row}. Mark the whole row, or remove "
                "the sample."
            )
        missing = self._has(np.nan, values) & ~unlabeled
        if missing.any():
            row = int(missing.argmax())
            raise ValueError(
                f"{argument} of {self.owner}.fit contains NaN or another missing value in row {row}. If it "
                "marks samples without a label, set unlabeled_value=np.nan."
            )

    def _has(self, value: Any, values: np.ndarray) -> np.ndarray:
        """Return which samples have a value in any column."""
        marked = is_marked(values, value, owner=self.owner)
        return np.asarray(marked.reshape(len(values), -1).any(1))

    def without(self, classes: Any) -> Any:
        """Return the classes without the marker."""
        unlabeled = is_unlabeled(classes, self.value, owner=self.owner)
        return np.asarray(classes)[~unlabeled] if unlabeled.any() else classes

    def doubts(self, call: FitCall, labels: str) -> list[Doubt]:
        """Return a warning if samples without a label are expected but there are none."""
        # The part of the samples in a call of partial_fit need not contain any.
        expected = self.is_expected and not call.partial
        if not expected or is_unlabeled(call.y, self.value, owner=self.owner).any():
            return []
        text = (
            f"No sample has unlabeled_value={self.value!r} in y, so {self.owner} treats all of them as "
            f"labeled{labels}. Set unlabeled_value to the value that marks unlabeled samples, or do not "
            "set it."
        )
        return [Doubt("unlabeled_value", UserWarning(text))]

    def scored(
        self, estimator: Any, X: Any, y: Any, sample_weight: Any
    ) -> tuple[Any, np.ndarray, np.ndarray | None]:
        """Return true labels, predictions and weights of the samples that have a label."""
        labeled = ~is_unlabeled(y, self.value, owner=self.owner)
        if not labeled.any():
            raise ValueError(
                f"{self.owner}.score requires labeled samples, but all of y is unlabeled_value="
                f"{self.value!r}."
            )
        weight = None if sample_weight is None else np.asarray(sample_weight)[labeled]
        true = y[labeled] if issparse(y) else of_simple_type(np.asarray(y)[labeled])
        return true, estimator.predict(X)[labeled], weight
