"""Application of a fitted network to new samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted, validate_data
from torch import Tensor, nn

from sklearn_deep._process import plain_torch
from sklearn_deep.estimators._base.estimator import DeepEstimator
from sklearn_deep.estimators._data import FLOATS, dense

# So many samples are predicted at a time, fewer if they are wide: memory stays bounded.
_SAMPLES = 4096
_ELEMENTS = 2**22


def network_outputs(estimator: DeepEstimator, X: Any) -> np.ndarray:
    """Return the outputs for new samples, ``(n_samples, n_outputs)``, in X's float type."""

    def outputs(module: nn.Module, rows: Tensor) -> Tensor:
        found: Tensor | tuple[Tensor, Tensor] = module(rows)
        # A network with a head returns the reconstruction, too.
        return found[0] if isinstance(found, tuple) else found

    return applied(estimator, new_samples(estimator, X), outputs)


def network_rows(estimator: DeepEstimator, X: Any) -> Tensor:
    """Return new samples, checked, in the type and on the device of an estimator's network.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ValueError
        If the samples do not match those of the fit, e.g. in the number of features.
    """
    check_is_fitted(estimator, "_hosted")
    rows = dense(new_samples(estimator, X))
    return rows.to(estimator._fitted_network.like)


def new_samples(estimator: DeepEstimator, X: Any) -> Any:
    """Return new samples, checked against those of the fit."""
    check_is_fitted(estimator)
    return validate_data(estimator, X, dtype=FLOATS, accept_sparse="csr", reset=False)


def applied(
    estimator: DeepEstimator, X: Any, function: Callable[[nn.Module, Tensor], Tensor]
) -> np.ndarray:
    """Return ``function(network, X)`` for checked samples, computed in parts."""
    network = estimator._fitted_network
    n_samples = max(1, min(_SAMPLES, _ELEMENTS // X.shape[1]))
    with plain_torch(), torch.inference_mode():
        module = network.predictor(torch.from_numpy(np.empty(0, X.dtype)).dtype)
        device = network.like.device
        parts = [
            function(module, dense(X[start : start + n_samples]).to(device)).cpu()
            for start in range(0, X.shape[0], n_samples)
        ]
    return torch.cat(parts).numpy()
