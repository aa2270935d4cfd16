"""Rows as a fitted network takes them."""

from __future__ import annotations

from typing import Any

from sklearn.utils.validation import check_is_fitted
from torch import Tensor

from sklearn_deep.estimators._base.estimator import DeepEstimator
from sklearn_deep.estimators._data import dense


def network_rows(estimator: DeepEstimator, X: Any) -> Tensor:
    """Return new rows, checked, in the type and on the device of an estimator's network.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ValueError
        If the rows are unlike those of the fit.
    """
    check_is_fitted(estimator, "net_")
    rows = dense(estimator._new_rows(X))
    return rows.to(estimator._fitted_network.like)
