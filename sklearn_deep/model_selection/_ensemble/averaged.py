"""Predictors that average the outputs of estimators."""

# mypy: allow-untyped-decorators

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.metaestimators import available_if

from sklearn_deep._shared import AveragingTask, weighted_mean


class _Outputs(BaseEstimator):
    """Base class of fitted predictors with averaged outputs."""

    task: AveragingTask

    def __sklearn_is_fitted__(self) -> bool:
        return True

    @abstractmethod
    def outputs(self, X: Any) -> np.ndarray:
        """Return averaged outputs; see ``AveragingTask.outputs``."""

    def predict(self, X: Any) -> np.ndarray:
        """Return class labels or target values, ``(n_samples,)`` or ``(n_samples, n_outputs)``."""
        return self.task.predictions(self.outputs(X))


def _has_probabilities(estimator: _Outputs) -> bool:
    return not estimator.task.votes


class _ClassOutputs(ClassifierMixin, _Outputs):
    """Outputs of classifiers."""

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = self.task.kind == "labels"
        return tags

    @property
    def classes_(self) -> np.ndarray:
        """Class labels, sorted; for multilabel targets, the indices of the columns."""
        assert self.task.classes is not None
        return self.task.classes

    @available_if(_has_probabilities)
    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the mean probabilities, ``(n_samples, n_classes)`` or ``(n_samples, n_labels)``."""
        return self.outputs(X)

    @available_if(_has_probabilities)
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithms of the mean probabilities."""
        with np.errstate(divide="ignore"):
            return np.log(self.outputs(X))


class _Fixed:
    """Predictor with known outputs, for a scorer."""

    def __init__(self, task: AveragingTask, known: np.ndarray) -> None:
        self.task, self.known = task, known

    def outputs(self, X: Any) -> np.ndarray:
        return self.known


class FixedClassOutputs(_Fixed, _ClassOutputs):
    """Known outputs of classifiers."""


class FixedNumberOutputs(_Fixed, RegressorMixin, _Outputs):
    """Known outputs of regressors."""


class _Averaged:
    """The weighted mean of the outputs of fitted estimators.

    Parameters
    ----------
    task : AveragingTask
    estimators : sequence of fitted estimator
    weights : ndarray of shape (n_estimators,)
        They sum to 1.
    """

    def __init__(self, task: AveragingTask, estimators: Sequence[Any], weights: np.ndarray) -> None:
        self.task, self.estimators, self.weights = task, estimators, weights

    @property
    def n_features_in_(self) -> int:
        """Number of features seen in ``fit``."""
        n: int = self.estimators[0].n_features_in_
        return n

    def outputs(self, X: Any) -> np.ndarray:
        """Return the weighted mean of the outputs."""
        outputs = (self.task.outputs(estimator, X) for estimator in self.estimators)
        return weighted_mean(outputs, self.weights.tolist())


class AveragedClassifiers(_Averaged, _ClassOutputs):
    """Average of classifiers: of their probabilities, or of their votes."""


class AveragedRegressors(_Averaged, RegressorMixin, _Outputs):
    """Average of regressors: of their predictions."""


def fixed(task: AveragingTask, known: np.ndarray) -> FixedClassOutputs | FixedNumberOutputs:
    """Return a predictor with known outputs."""
    kind = FixedNumberOutputs if task.kind == "numbers" else FixedClassOutputs
    return kind(task, known)


def averaged(
    task: AveragingTask, estimators: Sequence[Any], weights: np.ndarray
) -> AveragedClassifiers | AveragedRegressors:
    """Return a predictor that averages fitted estimators."""
    kind = AveragedRegressors if task.kind == "numbers" else AveragedClassifiers
    return kind(task, estimators, weights)
