"""Fits of ensemble members that use their left-out samples for validation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

from sklearn_deep._compat.sklearn import num_samples
from sklearn_deep._equality import Key
from sklearn_deep._fits import CapturedFit, Job, Samples
from sklearn_deep.estimators import DeepEstimator


class Held(NamedTuple):
    """Validation samples, targets and weights (or None)."""

    X: Any
    y: Any
    weight: Any


class Prepared(NamedTuple):
    """A fit whose preprocessing is done; only the last estimator remains to be fitted.

    Parameters
    ----------
    estimator : estimator
        The last estimator, unfitted.
    X, y : its samples and targets
    params : dict
        Further arguments of its ``fit``.
    finish : callable
        ``finish(fitted)`` receives the fitted last estimator and returns the whole fitted estimator.
    """

    estimator: Any
    X: Any
    y: Any
    params: dict[str, Any]
    finish: Callable[[Any], Any]

    def job(self, number: int) -> Job:
        """Return the remaining fit; ``number`` distinguishes the members."""
        params = {
            name: None if value is None else Samples(value, Key(name, number))
            for name, value in self.params.items()
        }
        X, y = (
            Samples(values, Key(name, number)) for name, values in (("X", self.X), ("y", self.y))
        )
        return Job(self.estimator, X, y, params, number)


def prepared(estimator: Any, X: Any, y: Any, params: dict[str, Any], held: Held) -> Prepared:
    """Fit everything before the last estimator, and transform the validation samples with it."""
    if isinstance(estimator, Pipeline):
        return _of_pipeline(estimator, X, y, params, held)
    if isinstance(estimator, TransformedTargetRegressor) and estimator.regressor is not None:
        return _of_transformed_target(estimator, X, y, params, held)
    if isinstance(estimator, DeepEstimator) and num_samples(held.y):
        given = {"X_val": held.X, "y_val": held.y, "sample_weight_val": held.weight}
        # Validation samples passed by the user have priority.
        params = {name: value for name, value in given.items() if value is not None} | params
    return Prepared(estimator, X, y, params, lambda fitted: fitted)


def _of_pipeline(
    pipeline: Pipeline, X: Any, y: Any, params: dict[str, Any], held: Held
) -> Prepared:
    name, last = pipeline.steps[-1]
    captured = CapturedFit(last)
    pipeline.steps[-1] = (name, captured)
    try:
        pipeline.fit(X, y, **params)
    finally:
        pipeline.steps[-1] = (name, last)
    before = pipeline[:-1]
    if before.steps:
        held = held._replace(X=before.transform(held.X))
    inner = prepared(last, *captured.arguments, held)

    def finish(fitted: Any) -> Pipeline:
        pipeline.steps[-1] = (name, inner.finish(fitted))
        return pipeline

    return inner._replace(finish=finish)


def _of_transformed_target(
    estimator: TransformedTargetRegressor, X: Any, y: Any, params: dict[str, Any], held: Held
) -> Prepared:
    regressor = estimator.regressor
    estimator.regressor = captured = CapturedFit(regressor)
    try:
        estimator.fit(X, y, **params)
    finally:
        estimator.regressor = regressor
    target = np.asarray(held.y, dtype=float)
    transformed = estimator.transformer_.transform(target.reshape(len(target), -1))
    # TransformedTargetRegressor flattens the target in ``fit`` in the same way.
    transformed = transformed[:, 0] if np.ndim(captured.arguments[1]) == 1 else transformed
    inner = prepared(clone(regressor), *captured.arguments, held._replace(y=transformed))

    def finish(fitted: Any) -> TransformedTargetRegressor:
        estimator.regressor_ = inner.finish(fitted)
        if hasattr(estimator.regressor_, "feature_names_in_"):
            estimator.feature_names_in_ = estimator.regressor_.feature_names_in_
        return estimator

    return inner._replace(finish=finish)
