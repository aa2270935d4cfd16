"""Advice on features and targets that are not scaled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.preprocessing import StandardScaler

from sklearn_deep._shared import is_unlabeled
from sklearn_deep.estimators import OFF_SCALE, OFF_SCALE_SPARSE, DeepEstimator, off_scale
from sklearn_deep.inspection._common import Advice, Learner, advice


def scale_advice(learner: Learner, y: Any = None) -> Iterator[Advice]:
    """Yield changes that scale the features and the target.

    Parameters
    ----------
    learner : Learner
        Its fitted networks have stored warnings about the scale of X.
    y : array-like or None
        The target, if it is known.
    """
    if not isinstance(learner.estimator, DeepEstimator):
        return
    kinds = {doubt.kind for one in learner.fitted for doubt in one._doubted}
    if OFF_SCALE_SPARSE in kinds:
        yield _scaler(learner, StandardScaler(with_mean=False))
    elif OFF_SCALE in kinds:
        yield _scaler(learner, StandardScaler())
    if y is not None and _target_is_off_scale(learner, y):
        yield learner.change("BV002", "normalize_y", True)


def _scaler(learner: Learner, scaler: StandardScaler) -> Advice:
    if learner.placeholder is not None:
        action = f"Set {learner.placeholder}={scaler!r} (now 'passthrough')."
        return advice("BV001", action, {learner.placeholder: scaler})
    name = type(learner.estimator).__name__
    return advice(
        "BV001",
        f"Place a StandardScaler directly before the network: make_pipeline({scaler!r}, {name}(...)).",
    )


def _target_is_off_scale(learner: Learner, y: Any) -> bool:
    """Return whether a network is trained on an unscaled target."""
    params = learner.params
    # A TransformedTargetRegressor may scale the target.
    if params.get("normalize_y") is not False or "regressor" in learner.prefix.split("__"):
        return False
    marker = params.get("unlabeled_value")
    values = np.asarray(y, dtype=np.float64)
    values = values[~is_unlabeled(values, marker, owner=type(learner.estimator).__name__)]
    return bool(len(off_scale(values.reshape(len(values), -1)).columns)) if len(values) else False
