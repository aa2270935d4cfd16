"""A fit as a coroutine: it asks for what takes time, and whoever runs it may do many together."""

from __future__ import annotations

from collections.abc import Generator, Hashable
from numbers import Integral
from typing import Any, NamedTuple

from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

from sklearn_deep.estimators import PlannedFit, begin_fit, trains_by_itself
from sklearn_deep.model_selection._keys import key_of
from sklearn_deep.model_selection._stand_ins import Caught
from sklearn_deep.training import Paused, Result, Shared


class Training(NamedTuple):
    """Asks for the training of a network; is answered with its result.

    Parameters
    ----------
    planned : PlannedFit
    key : hashable
        Requests of equal key have equal answers; None is like no other.
    completes : bool
        Whether the result completes the estimator: such a training may be paused, and the estimator
        then is what it would be if it had ended there.
    paused : Paused or None
        Where it goes on; None: it begins.
    """

    planned: PlannedFit
    key: Hashable
    completes: bool
    paused: Paused | None

    @property
    def n_begun(self) -> int:
        """Epochs trained before."""
        return 0 if self.paused is None else len(self.paused.epochs)


class Fit(NamedTuple):
    """Asks for a call of ``fit``, or ``fit_transform``; is answered with the fitted estimator, or both.

    Parameters
    ----------
    estimator : estimator
    X, y, params : what ``fit`` gets
    transforms : bool
        Whether the transformed rows are wanted too.
    key : hashable
        As of ``Training``.
    why : str
        Why the estimator is not trained together with others; empty for preprocessing.
    """

    estimator: Any
    X: Any
    y: Any
    params: dict[str, Any]
    transforms: bool
    key: Hashable
    why: str


Asking = Generator[Training | Fit, Any, Any]


def fitting(
    estimator: Any,
    X: Any,
    y: Any,
    params: dict[str, Any],
    key: Hashable,
    shared: Shared,
    completes: bool = True,
) -> Asking:
    """Fit an estimator, asking for what takes time; return it, fitted.

    Parameters
    ----------
    estimator : estimator
        Fitted in place where it can be.
    X, y : training rows and targets
    params : dict
        Further arguments of ``fit``.
    key : hashable
        What determines X, y and params; None where nobody else has the same.
    shared : Shared
        Holds equal data of many fits once.
    completes : bool, default=True
        Whether nothing is to be done with the estimator once it is fitted.
    """
    # Subclasses may do anything in fit.
    if type(estimator) is Pipeline and estimator.transform_input is None:
        return (yield from _pipeline(estimator, X, y, params, key, shared, completes))
    if type(estimator) is TransformedTargetRegressor:
        return (yield from _transformed_target(estimator, X, y, params, key, shared, completes))
    why = trains_by_itself(estimator)
    if why is not None:
        return (yield Fit(estimator, X, y, params, False, key_of(key, estimator), why))
    own_key = _own_key(key, estimator)
    planned = begin_fit(estimator, X, y, **params)
    planned = planned._replace(plan=shared.plan(planned.plan))
    paused = None
    while True:
        result: Result = yield Training(planned, own_key, completes, paused)
        planned.end(result)
        if (paused := result.paused) is None:
            return estimator


def _own_key(key: Hashable, estimator: Any) -> Hashable:
    """Return the key of what an estimator becomes, and of what is done with it.

    None for a network without an integer ``random_state``, which draws a seed of its own at every fit.
    """
    is_network = trains_by_itself(estimator) is None
    if is_network and not isinstance(estimator.random_state, Integral):
        return None
    return key_of(key, estimator)


def _pipeline(
    pipeline: Pipeline,
    X: Any,
    y: Any,
    params: dict[str, Any],
    key: Hashable,
    shared: Shared,
    completes: bool,
) -> Asking:
    """Fit the steps of a pipeline one after the other."""
    routed = pipeline._check_method_params("fit", props=params)
    pipeline._validate_steps()
    *transformers, (last, final) = pipeline.steps
    for i, (name, transformer) in enumerate(transformers):
        if transformer is None or transformer == "passthrough":
            continue
        own, own_key = routed[name], _own_key(key, transformer)
        transformer, X = yield from _transforming(transformer, X, y, own, key, shared)  # noqa: PLW2901
        pipeline.steps[i] = (name, transformer)
        key = own_key
    if final is not None and final != "passthrough":
        final = yield from fitting(final, X, y, dict(routed[last].fit), key, shared, completes)
        pipeline.steps[-1] = (last, final)
    return pipeline


def _transforming(
    transformer: Any, X: Any, y: Any, routed: Any, key: Hashable, shared: Shared
) -> Asking:
    """Fit a step that is not the last one; return it and the rows it makes of X."""
    if trains_by_itself(transformer) is None:
        transformer = yield from fitting(transformer, X, y, dict(routed.fit), key, shared, False)
        return transformer, transformer.transform(X)
    params = dict(routed.fit_transform if hasattr(transformer, "fit_transform") else routed.fit)
    return (yield Fit(transformer, X, y, params, True, key_of(key, transformer), ""))


def _transformed_target(
    estimator: TransformedTargetRegressor,
    X: Any,
    y: Any,
    params: dict[str, Any],
    key: Hashable,
    shared: Shared,
    completes: bool,
) -> Asking:
    """Let the estimator transform its target and catch what its regressor would be fitted with."""
    regressor = estimator.regressor
    if regressor is None:
        return (yield Fit(estimator, X, y, params, False, None, "it has no network"))
    estimator.regressor = caught = Caught(regressor)
    try:
        estimator.fit(X, y, **params)
    finally:
        estimator.regressor = regressor
    inner = (key_of(key, estimator.transformer), "target")
    # Before it is fitted, so that it has its place where its training is paused.
    estimator.regressor_ = clone(regressor)
    estimator.regressor_ = yield from fitting(
        estimator.regressor_, *caught.arguments, inner, shared, completes
    )
    return estimator
