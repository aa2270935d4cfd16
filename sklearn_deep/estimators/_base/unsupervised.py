"""What autoencoders that learn from samples alone share: how they are fitted."""

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
    """An autoencoder without a head: the samples are their own targets."""

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
        """Train on samples, from fresh weights unless ``warm_start`` is set.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Training samples; scale them (``StandardScaler``). Sparse matrices and arrays on disk
            (``numpy.memmap``) are made dense and converted to ``dtype`` one batch at a time.
        y : None
            Ignored; present because pipelines pass it.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None is 1 for all. The loss of a batch is the sum of weight times
            loss, divided by the number of samples in the batch and by the mean weight of all training
            samples. Thus a weight counts equally at every ``batch_size``, and only ratios matter.
            scikit-learn and torch divide by the weights of the batch, so weights fade in small batches;
            Keras by the number of samples.
        X_val : array-like or sparse matrix of shape (n_validation, n_features), default=None
            Validation samples, preprocessed like X. They are never trained on. A ``Pipeline`` preprocesses
            them with ``transform_input=["X_val"]``, see docs/validation.md.
        sample_weight_val : array-like of shape (n_validation,), default=None
            Weights of the validation samples.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or an argument is invalid. The estimator then stays unchanged.
        TypeError
            If a parameter gets an object that is not a plug-in of its family.

        Warns
        -----
        ScaleWarning
            If columns of X are off scale, or X_val is far outside the range of X; see docs/guide/scale.md.
        ConvergenceWarning
            If the fit diverges, or ends at ``max_epochs`` without being stopped by ``early_stopping`` while
            the monitored value still improved by more than 0.1 % in the last ``min(patience, 10)`` epochs.
        """
        validation = Validation(X_val, None, sample_weight_val)
        return self._fit(self._fit_call(X, None, sample_weight, validation))

    def _task(self, continues: bool) -> ReconstructionTask:
        return ReconstructionTask.of(self)

    def _architecture(self, n_features: int, n_outputs: int, dtype: torch.dtype) -> Any:
        return autoencoder_architecture(self, n_features, dtype)
