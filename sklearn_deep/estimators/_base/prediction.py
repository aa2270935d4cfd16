"""Application of fitted networks to new samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from sklearn_deep._process import plain_torch
from sklearn_deep.estimators._base.estimator import DeepEstimator
from sklearn_deep.estimators._data import checked_by_sklearn, dense, without_tensor
from sklearn_deep.training import as_floats

# Maximum number of samples, and of elements, per prediction step, so that memory is bounded.
_SAMPLES = 4096
_ELEMENTS = 2**22


def network_outputs(
    estimator: DeepEstimator, X: Any, reading: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return ``reading(outputs)`` for the network's outputs for new samples.

    Parameters
    ----------
    estimator : DeepEstimator
    X : array-like or sparse matrix of shape (n_samples, n_features)
    reading : callable
        Function of the outputs ``(n, n_outputs)`` of some samples, in the float type of X; returns ``(n, ...)``.
    """

    def read(module: nn.Module, rows: Tensor) -> np.ndarray:
        found: Tensor | tuple[Tensor, Tensor] = module(rows)
        # An autoencoder with a head also returns the reconstruction.
        outputs = found[0] if isinstance(found, tuple) else found
        return reading(outputs.cpu().numpy())

    return applied(estimator, new_samples(estimator, X), read)


def network_rows(estimator: DeepEstimator, X: Any) -> Tensor:
    """Return checked new samples, in the type and on the device of an estimator's network.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ValueError
        If the samples do not match those of the fit, for example in the number of features.
    """
    check_is_fitted(estimator, "_hosted")
    rows = dense(new_samples(estimator, X))
    return rows.to(estimator._fitted_network.like)


def new_samples(estimator: DeepEstimator, X: Any) -> Any:
    """Return new samples, checked against those of the fit."""
    check_is_fitted(estimator)
    return checked_by_sklearn(estimator, without_tensor(X), reset=False)


def applied(
    estimator: DeepEstimator, X: Any, function: Callable[[nn.Module, Tensor], np.ndarray]
) -> np.ndarray:
    """Return ``function(network, X)`` for checked samples, computed part by part.

    The result is allocated once; other memory does not depend on the number of samples.
    """
    network = estimator._fitted_network
    n_samples = max(1, min(_SAMPLES, _ELEMENTS // X.shape[1]))
    found = np.empty(0)
    with plain_torch(), torch.inference_mode():
        module = network.predictor(torch.from_numpy(np.empty(0, as_floats(X[:0]).dtype)).dtype)
        device = network.like.device
        for start in range(0, X.shape[0], n_samples):
            part = function(module, dense(X[start : start + n_samples]).to(device))
            if not start:
                found = np.empty((X.shape[0], *part.shape[1:]), part.dtype)
            found[start : start + len(part)] = part
    return found
