"""What every estimator that predicts classes does with labels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import ClassifierMixin
from sklearn.utils import Tags, check_consistent_length
from sklearn.utils.validation import validate_data

from sklearn_deep._shared import Doubt
from sklearn_deep.estimators._data import FLOATS, Request, Rows, Validation, checked_weight, naming
from sklearn_deep.estimators._doubts import of_one_hot
from sklearn_deep.estimators._parameters import of_task
from sklearn_deep.estimators._tasks.class_weight import class_factors
from sklearn_deep.estimators._tasks.labels import Labels, checked_classes, checked_labels
from sklearn_deep.losses import ClassificationLoss, Loss
from sklearn_deep.plugins import resolve


class Classifying(ClassifierMixin):
    """Labels in, labels and their probabilities out."""

    classes_: np.ndarray
    class_weight: dict[Any, float] | str | None
    label_smoothing: float
    loss: Any
    _labels: Labels
    _outputs: Any
    _with_labels: Any
    _without_marker: Any
    _held: Any

    _metric: str | None = "accuracy"

    def predict(self, X: Any) -> np.ndarray:
        """Return the most likely class of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,), or ndarray or CSR matrix of shape (n_samples, n_classes)
            Labels, as y had them: sparse where a multilabel y was.
        """
        logits = self._outputs(X)
        return self._labels.predicted(logits)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``; rows sum to 1, unless the targets are multilabel.
        """
        logits = self._outputs(X)
        return self._labels.probabilities(logits)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the probability of each class, exact where that is tiny.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        logits = self._outputs(X)
        return self._labels.log_probabilities(logits)

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the logits.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            With two classes one logit, positive where ``classes_[1]`` is the more likely.
        """
        logits = self._outputs(X)
        return logits if logits.shape[1] > 1 else logits[:, 0]

    def _checked(self, request: Request) -> Rows:
        owner = type(self).__name__
        with naming("X and y", owner=owner):
            check_consistent_length(request.X, request.y)
        given, unlabeled = self._with_labels(request.y, "y")
        X, y = self._given(request.X, given, reset=not request.goes_on)
        y = checked_labels(y, argument="y", owner=owner)
        self._labels = self._labels_of(request, y)
        self.classes_ = self._labels.classes
        return self._rows_of(X, y, request.sample_weight, "", unlabeled)

    def _labels_of(self, request: Request, y: np.ndarray) -> Labels:
        owner = type(self).__name__
        given = request.classes
        if given is not None:
            given = checked_classes(self._without_marker(given), owner=owner)
        if request.goes_on:
            labels = self._labels
        elif y.ndim == 2 or not request.partial:
            labels = Labels.of(y, sparse=issparse(request.y), owner=owner)
        elif given is None:
            raise ValueError(
                f"{owner}.partial_fit needs classes in its first call: all labels that later calls will "
                "bring, e.g. classes=np.unique(y)."
            )
        else:
            labels = Labels.of(given, owner=owner)
        if given is not None and not np.array_equal(given, labels.classes):
            raise ValueError(
                f"classes of {owner}.partial_fit must be {labels.classes.tolist()!r}, those of the first "
                f"call (for multilabel targets the numbers of the columns), or None; got {given.tolist()!r}."
            )
        return labels

    def _checked_validation(self, validation: Validation) -> Rows:
        owner = type(self).__name__
        given, unlabeled = self._with_labels(validation.y, "y_val")
        with naming("X_val and y_val", owner=owner):
            X, y = self._given(validation.X, given, reset=False)
        y = checked_labels(y, argument="y_val", owner=owner)
        return self._rows_of(X, y, validation.sample_weight, "_val", unlabeled)

    def _given(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        """Return X and y as scikit-learn checks them."""
        X, y = validate_data(
            self, X, y, dtype=FLOATS, accept_sparse="csr", multi_output=True, reset=reset
        )
        return X, y

    def _rows_of(
        self, X: Any, y: np.ndarray, sample_weight: Any, part: str, unlabeled: np.ndarray | None
    ) -> Rows:
        owner = type(self).__name__
        weight = checked_weight(sample_weight, X, argument=f"sample_weight{part}", owner=owner)
        encoded = self._labels.encoded(y, argument=f"y{part}", owner=owner)
        return Rows(self._held(X, part), encoded, weight, unlabeled)

    def _loss(self) -> Loss:
        owner, loss = type(self).__name__, self.loss
        if isinstance(loss, str | Loss):
            loss = resolve(
                "losses", loss, argument="loss", owner=owner, accepts=of_task("classification")
            )
        if isinstance(loss, ClassificationLoss):
            return replace(loss, binary=self._labels.binary)
        raise ValueError(
            f"The 'loss' parameter of {owner} must be a loss for classes: 'cross_entropy', 'focal' or "
            f"an instance of ClassificationLoss, got {self.loss!r}. Losses for numbers, functions among "
            "them, are for MLPRegressor and JointAERegressor."
        )

    def _doubts(self, request: Request) -> list[Doubt]:
        doubts: list[Doubt] = super()._doubts(request)
        if not self._labels.multilabel or request.goes_on:
            return doubts
        _, unlabeled = self._with_labels(request.y, "y")
        labeled = None if unlabeled is None else ~unlabeled
        owner = type(self).__name__
        return doubts + of_one_hot(request.y, labeled, is_part=request.partial, owner=owner)

    def _metric_name(self) -> str:
        return "subset_accuracy" if self._labels.multilabel else "accuracy"

    def _targets(self, y: np.ndarray, training: bool) -> np.ndarray:
        return self._labels.targets(y, self.label_smoothing if training else 0.0)

    def _strata(self, y: np.ndarray) -> np.ndarray | None:
        return None if self._labels.multilabel else y

    def _class_weight(self, rows: Rows, request: Request) -> np.ndarray | float:
        if self.class_weight is None:
            return 1.0
        owner = type(self).__name__
        if request.partial and isinstance(self.class_weight, str):
            raise ValueError(
                f"The 'class_weight' parameter of {owner} must be a dict or None in partial_fit, which "
                f"cannot count the classes of all samples, got {self.class_weight!r}. Give the factor of "
                "each class by label, for example those of sklearn.utils.class_weight."
                "compute_class_weight('balanced', classes=classes, y=y)."
            )
        if self._labels.multilabel:
            raise ValueError(
                f"The 'class_weight' parameter of {owner} must be None for multilabel targets, whose "
                "rows have no single class. Weight rows with sample_weight."
            )
        if rows.unlabeled is not None:
            rows = rows._replace(sample_weight=rows.sample_weight * ~rows.unlabeled)
        return class_factors(self.class_weight, self.classes_, rows, owner=owner)[rows.y]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
