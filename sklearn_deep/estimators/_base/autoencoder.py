"""Public methods of autoencoders: encoding, reconstruction and scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
from sklearn.base import TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_is_fitted
from torch import Tensor

from sklearn_deep._compat.sklearn import check_feature_names_in
from sklearn_deep._shared import warn_user
from sklearn_deep.estimators._base.layers import joint_architecture
from sklearn_deep.estimators._base.prediction import applied, new_samples
from sklearn_deep.estimators._data import FLOATS
from sklearn_deep.estimators._hosting import HostedFit
from sklearn_deep.estimators._tasks import LabelMarker
from sklearn_deep.losses import Loss


class AutoencoderMixin(TransformerMixin):
    """Methods for codes and reconstructions."""

    n_components: int
    n_features_in_: int
    _is_fitted: bool
    _hosted: HostedFit

    def transform(self, X: Any) -> np.ndarray:
        """Return the code of each sample.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_components)
            Codes, in the float type of X.
        """
        return self._codes(X)

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Return the reconstruction of each code.

        With ``output="reconstruction"``, ``transform`` already returns reconstructions, so X is returned
        unchanged. Thus ``inverse_transform`` of a denoising pipeline returns clean samples in the
        original units.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            Codes, or reconstructions ``(n_samples, n_features)`` with ``output="reconstruction"``.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Reconstructions, in the float type of X.

        Raises
        ------
        ValueError
            If the number of columns of X differs from that of the output of ``transform``.
        """
        check_is_fitted(self)
        given = check_array(X, dtype=FLOATS, input_name="X", estimator=self)
        reconstructs = getattr(self, "output", "code") == "reconstruction"
        n_columns = self.n_features_in_ if reconstructs else self.n_components_
        if given.shape[1] != n_columns:
            what = "reconstructions, with output='reconstruction'" if reconstructs else "codes"
            raise ValueError(
                f"X of {type(self).__name__}.inverse_transform must have {n_columns} columns, got "
                f"{given.shape[1]}. Pass the output of transform: {what}."
            )
        return given if reconstructs else self._decoded(given, from_codes=True)

    def reconstruct(self, X: Any) -> np.ndarray:
        """Return the reconstruction of each sample.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Reconstructions, in the float type of X.
        """
        return self._decoded(new_samples(self, X))

    def score_samples(self, X: Any) -> np.ndarray:
        """Return the negative mean squared reconstruction error of each sample, averaged over features.

        Anomalies (samples unlike the training data) have low scores.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,)
            Scores, at most 0, in float64.

        Warns
        -----
        RuntimeWarning
            If scores are not finite because values are too large for the float type of X.
        """

        def scores(module: Any, rows: Tensor) -> np.ndarray:
            errors = self._errors(module.decode(module.encode(rows)), rows)
            return -errors.cpu().numpy()

        found = applied(self, new_samples(self, X), scores)
        n_lost = len(found) - int(np.isfinite(found).sum())
        if n_lost:
            text = (
                f"score_samples of {type(self).__name__}: {n_lost} of {len(found)} scores are not finite, "
                "because X has values that are too large for its float type. Scale X as in fit (StandardScaler)."
            )
            warn_user(RuntimeWarning(text))
        return found

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the output features of ``transform``.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Names of the features of X, used if ``transform`` returns reconstructions.

        Returns
        -------
        ndarray of str
            Class name in lower case plus the number of the component; ``input_features`` for reconstructions.
        """
        check_is_fitted(self)
        if getattr(self, "output", "code") == "reconstruction":
            names: np.ndarray = check_feature_names_in(self, input_features)
            return names
        prefix = type(self).__name__.lower()
        return np.array([f"{prefix}{i}" for i in range(self.n_components_)], dtype=object)

    @property
    def n_components_(self) -> int:
        """Number of units (dimensions) of the code."""
        if not self._is_fitted:
            raise AttributeError(
                f"This {type(self).__name__} has no n_components_ before it is fitted."
            )
        network: Any = self._hosted.network.own_predictor
        width: int = network.n_components
        return width

    def _errors(self, outputs: Tensor, rows: Tensor) -> Tensor:
        """Return the reconstruction error of each sample, ``(n_samples,)``, from the decoder's outputs."""
        reconstructed = self._reconstruction_loss.predictions(outputs)
        # In float32, the square of numbers above 2e19 overflows.
        return (reconstructed.double() - rows.double()).square().mean(1)

    def _codes(self, X: Any) -> np.ndarray:
        def codes(module: Any, rows: Tensor) -> np.ndarray:
            encoded: np.ndarray = module.encode(rows).cpu().numpy()
            return encoded

        return applied(self, new_samples(self, X), codes)

    def _decoded(self, X: Any, *, from_codes: bool = False) -> np.ndarray:
        """Return reconstructions of checked samples, or of codes."""
        predictions = self._reconstruction_loss.predictions

        def decoded(module: Any, rows: Tensor) -> np.ndarray:
            outputs = module.decode(rows if from_codes else module.encode(rows))
            return predictions(outputs).cpu().numpy()

        return applied(self, X, decoded)

    @property
    def _reconstruction_loss(self) -> Loss:
        """Loss whose inverse link function maps the decoder's outputs to reconstructions."""
        loss = self._hosted.settings.reconstruction_loss
        assert loss is not None
        return loss

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class JointAutoencoderMixin:
    """Architecture and score of an autoencoder that is trained together with a head."""

    _score_function: ClassVar[Callable[..., Any]]

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy (classifiers) or R² (regressors) on the samples that have a label.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, n_features)
            Samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels or target values; samples with ``unlabeled_value`` are ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None means 1 for all.

        Returns
        -------
        float
            Accuracy (for multilabel targets, the fraction of samples whose labels are all correct), or R²
            (averaged over outputs).
        """
        true, predicted, weight = LabelMarker.of(self).scored(self, X, y, sample_weight)
        return float(self._score_function(true, predicted, sample_weight=weight))

    def _architecture(self, n_features: int, n_outputs: int, dtype: torch.dtype) -> Any:
        return joint_architecture(self, n_features, n_outputs, dtype)
