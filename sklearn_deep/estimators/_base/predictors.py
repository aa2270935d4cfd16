"""Public prediction methods of classifiers and regressors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from scipy.sparse import csr_matrix
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from sklearn_deep.estimators._base.prediction import network_outputs
from sklearn_deep.estimators._hosting import HostedFit, predictions
from sklearn_deep.estimators._tasks import ClassificationTask, Labels, RegressionTask
from sklearn_deep.losses import Poisson


class DeepClassifierMixin(ClassifierMixin):
    """Prediction methods of classifiers."""

    _metric: str | None = ClassificationTask.metric

    classes_: np.ndarray
    _labels: Labels

    def _fitted_labels(self) -> Labels:
        check_is_fitted(self)
        return self._labels

    def predict(self, X: Any) -> np.ndarray:
        """Return the most likely class of each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,), or ndarray or CSR matrix of shape (n_samples, n_classes)
            Class labels, of the type of y in ``fit``; sparse if y was sparse (multilabel).
        """
        predicted = network_outputs(self, X, self._fitted_labels().predicted)
        return csr_matrix(predicted) if self._labels.sparse else predicted

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``; each row sums to 1, unless the targets are multilabel.
        """
        return network_outputs(self, X, self._fitted_labels().probabilities)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the probability of each class, accurate also for very small ones.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of ``classes_``.
        """
        return network_outputs(self, X, self._fitted_labels().log_probabilities)

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the logits (outputs of the network before softmax or sigmoid).

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            For two classes one logit, which is positive if ``classes_[1]`` is more likely.
        """
        return network_outputs(self, X, _flat_if_single)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class DeepRegressorMixin(RegressorMixin):
    """Prediction method of regressors."""

    _metric: str | None = RegressionTask.metric

    loss: Any
    n_outputs_: int
    _hosted: HostedFit
    _flat_target: bool

    def predict(self, X: Any) -> np.ndarray:
        """Return the predicted targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predictions, with the dimensions of y in ``fit``.
        """
        return network_outputs(self, X, self._predicted)

    def _predicted(self, outputs: np.ndarray) -> np.ndarray:
        settings = self._hosted.settings
        assert settings.loss is not None
        values = torch.from_numpy(outputs)
        predicted: np.ndarray = predictions(values, settings.loss, settings.target_scale).numpy()
        return predicted[:, 0] if self._flat_target else predicted

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.positive_only = self.loss == "poisson" or isinstance(self.loss, Poisson)
        return tags


def _flat_if_single(logits: np.ndarray) -> np.ndarray:
    return logits if logits.shape[1] > 1 else logits[:, 0]
