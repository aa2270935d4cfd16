"""The task of classifiers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from scipy.sparse import issparse

from sklearn_deep._shared import Doubt
from sklearn_deep.estimators._data import FitCall, Rows
from sklearn_deep.estimators._doubts import of_minus_one, of_one_hot
from sklearn_deep.estimators._parameters import of_task
from sklearn_deep.estimators._tasks.class_weight import class_factors
from sklearn_deep.estimators._tasks.labels import Labels, checked_classes, checked_labels
from sklearn_deep.estimators._tasks.task import Task
from sklearn_deep.losses import ClassificationLoss, Loss
from sklearn_deep.plugins import resolve


@dataclass(frozen=True, kw_only=True)
class ClassificationTask(Task):
    """Prediction of one class per sample, or of any number of labels (multilabel).

    Parameters
    ----------
    label_smoothing : float in [0, 1)
    class_weight : dict, "balanced" or None
        As in ``MLPClassifier``.
    labels : Labels or None, default=None
        Labels of the fitted task.
    """

    label_smoothing: float
    class_weight: dict[Any, float] | str | None
    labels: Labels | None = None

    metric = "accuracy"

    @classmethod
    def of(cls, estimator: Any, continues: bool, **terms: Any) -> Self:
        """Return the task for an estimator's parameters; ``terms`` are further fields of ``Task``."""
        owner = type(estimator).__name__
        task = cls(
            owner=owner,
            loss=classification_loss(estimator.loss, owner=owner),
            label_smoothing=estimator.label_smoothing,
            class_weight=estimator.class_weight,
            **terms,
        )
        return task._with(estimator._labels) if continues else task

    def _with(self, labels: Labels) -> Self:
        assert self.loss is not None
        return replace(self, labels=labels, loss=replace(self.loss, binary=labels.binary))

    @property
    def known(self) -> Labels:
        """Labels of the fitted task."""
        assert self.labels is not None
        return self.labels

    @property
    def recorded_metric(self) -> str:
        return "subset_accuracy" if self.known.multilabel else "accuracy"

    def checked(self, y: Any, argument: str) -> np.ndarray:
        return checked_labels(y, argument=argument, owner=self.owner)

    def fitted(self, y: np.ndarray, call: FitCall) -> Self:
        return self._with(self._labels_of(y, call))

    def _labels_of(self, y: np.ndarray, call: FitCall) -> Labels:
        owner, given = self.owner, call.classes
        if given is not None:
            given = given if self.marker is None else self.marker.without(given)
            given = checked_classes(given, owner=owner)
        if call.continues:
            labels = self.known
        elif y.ndim == 2 or not call.partial:
            labels = Labels.of(y, sparse=issparse(call.y), owner=owner)
        elif given is None:
            raise ValueError(
                f"{owner}.partial_fit requires classes in its first call: all labels that occur in any call, "
                "e.g. classes=np.unique(y)."
            )
        else:
            labels = Labels.of(given, owner=owner)
        if given is not None and not np.array_equal(given, labels.classes):
            raise ValueError(
                f"classes of {owner}.partial_fit must be {labels.classes.tolist()!r} as in the first call "
                f"(for multilabel targets, the indices of the columns), or None; got {given.tolist()!r}."
            )
        return labels

    def encoded(self, y: np.ndarray, argument: str) -> np.ndarray:
        return self.known.encoded(y, argument=argument, owner=self.owner)

    def attributes(self) -> dict[str, Any]:
        return {"_labels": self.known, "classes_": self.known.classes}

    def targets(self, y: np.ndarray, training: bool, dtype: str) -> np.ndarray:
        return self.known.targets(y, self.label_smoothing if training else 0.0, dtype)

    def strata(self, y: np.ndarray) -> np.ndarray | None:
        return None if self.known.multilabel else y

    def class_weight_of(self, rows: Rows, call: FitCall) -> np.ndarray | float:
        if self.class_weight is None:
            return 1.0
        if call.partial and isinstance(self.class_weight, str):
            raise ValueError(
                f"The 'class_weight' parameter of {self.owner} must be a dict or None in partial_fit, which "
                f"cannot count the classes of all samples, got {self.class_weight!r}. Pass a dict "
                "{label: weight}, for example with the weights from sklearn.utils.class_weight."
                "compute_class_weight('balanced', classes=classes, y=y)."
            )
        if self.known.multilabel:
            raise ValueError(
                f"The 'class_weight' parameter of {self.owner} must be None for multilabel targets, because "
                "their samples have no single class. Use sample_weight instead."
            )
        rows = rows._replace(sample_weight=rows.weight_of_labels)
        factors = class_factors(self.class_weight, self.known.classes, rows, owner=self.owner)
        return factors[rows.y]

    def doubts(self, call: FitCall) -> list[Doubt]:
        doubts = super().doubts(call)
        if call.continues:
            return doubts
        if self.known.multilabel:
            labeled = None if self.marker is None else ~self.marker.filled(call.y, "y")[1]
            one_hot = of_one_hot(call.y, labeled, is_part=call.partial, owner=self.owner)
            return doubts + one_hot
        # Only relevant if the estimator has an unlabeled_value parameter.
        if self.marker is not None and self.marker.value is None:
            doubts += of_minus_one(self.known.classes, owner=self.owner)
        return doubts

    def _labels_in_words(self) -> str:
        known = self.known
        return "" if known.multilabel else f", with the classes {known.classes.tolist()!r}"


def classification_loss(value: Any, *, owner: str) -> ClassificationLoss:
    """Return the loss for a value of the ``loss`` parameter of a classifier."""
    loss = value
    if isinstance(value, str | Loss):
        loss = resolve(
            "losses", value, argument="loss", owner=owner, accepts=of_task("classification")
        )
    if isinstance(loss, ClassificationLoss):
        return loss
    raise ValueError(
        f"The 'loss' parameter of {owner} must be a loss for classification: 'cross_entropy', 'focal' or "
        f"an instance of ClassificationLoss, got {value!r}. Use MLPRegressor or JointAERegressor for "
        "regression losses and functions."
    )
