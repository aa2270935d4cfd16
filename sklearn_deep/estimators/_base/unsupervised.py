"""Base class of the autoencoders without a head."""

from __future__ import annotations

from typing import Any, Self

import torch

from sklearn_deep._shared import explained
from sklearn_deep.estimators._base.autoencoder import AutoencoderMixin
from sklearn_deep.estimators._base.estimator import DeepEstimator
from sklearn_deep.estimators._base.layers import autoencoder_architecture
from sklearn_deep.estimators._data import Validation
from sklearn_deep.estimators._parameters import AUTOENCODER_CONSTRAINTS
from sklearn_deep.estimators._tasks import ReconstructionTask


@explained
class UnsupervisedAutoencoder(AutoencoderMixin, DeepEstimator):
    """Autoencoder without a head, whose targets are the samples themselves."""

    _parameter_constraints = DeepEstimator._parameter_constraints | AUTOENCODER_CONSTRAINTS

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Fit the network, from new initial weights unless ``warm_start`` is true.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training samples; standardize them (``StandardScaler``). Sparse matrices and arrays on disk
            (``numpy.memmap``) are converted to dense arrays of type ``dtype`` one batch at a time.
        y : None
            Ignored; accepted because pipelines pass it.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None means 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch and by the mean weight of all training
            samples. Only ratios of weights matter, and unlike in scikit-learn and torch, which divide by the
            sum of the weights in the batch, their effect does not depend on ``batch_size``.
        X_val : array-like or sparse matrix of shape (n_validation, n_features), default=None
            Validation samples, preprocessed like X; not used for training. A ``Pipeline`` preprocesses
            them with ``transform_input=["X_val"]``, see docs/guide/validation.md.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weight >= 0 of each validation sample; None means 1 for all.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or an argument is invalid. The estimator is left unchanged.
        TypeError
            If a plug-in parameter has the wrong type.

        Warns
        -----
        ScaleWarning
            If columns of X are not scaled, or X_val is far outside the range of X; see docs/guide/scale.md.
        ConvergenceWarning
            If training diverges or reaches ``max_seconds``, or if it reaches ``max_epochs`` although the
            metric that ``early_stopping`` monitors improved by more than 0.1 % within the last
            ``min(patience, 10)`` epochs.
        """
        validation = Validation(X_val, None, sample_weight_val)
        return self._fit(self._fit_call(X, None, sample_weight, validation))

    def _task(self, continues: bool) -> ReconstructionTask:
        return ReconstructionTask.of(self)

    def _architecture(self, n_features: int, n_outputs: int, dtype: torch.dtype) -> Any:
        return autoencoder_architecture(self, n_features, dtype)
