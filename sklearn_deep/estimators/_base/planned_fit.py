"""A fit in two parts, before and after training, so that many networks can be trained together."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from sklearn_deep._compat.sklearn_callbacks import own_callbacks
from sklearn_deep._process import plain_torch
from sklearn_deep._shared import check_arguments, tell
from sklearn_deep.estimators._base.estimator import DeepEstimator
from sklearn_deep.estimators._data import FitCall, Validation
from sklearn_deep.estimators._parameters import is_auto, resolve_schedule
from sklearn_deep.training import Plan, Result

_LIBRARY = __name__.partition(".")[0]


class PlannedFit(NamedTuple):
    """A fit before training.

    Parameters
    ----------
    estimator : DeepEstimator
        Already has the attributes that depend only on the data, such as ``classes_``.
    call : FitCall
        Arguments of ``fit`` without the data, which the plan holds.
    plan : Plan
    """

    estimator: DeepEstimator
    call: FitCall
    plan: Plan

    @property
    def reads_samples(self) -> bool:
        """Whether ``end`` requires the samples, because the estimator uses them after training."""
        return self.estimator._reads_samples_after_training

    def end(self, result: Result, X: Any = None, sample_weight: Any = None) -> None:
        """Let the estimator adopt the result of its plan; issue warnings if the fit is finished."""
        call = self.call._replace(X=X, sample_weight=sample_weight)
        self.estimator._adopt(self.plan, result, call)
        if result.paused is None:
            doubts = self.estimator._doubts_after(self.plan, result, self.call)
            self.estimator._doubted = [*self.estimator._doubted, *doubts]
            tell(doubts)


def begin_fit(estimator: DeepEstimator, *args: Any, **kwargs: Any) -> PlannedFit:
    """Run the part of ``estimator.fit(*args, **kwargs)`` before training.

    Raises
    ------
    ValueError, TypeError
        If ``fit`` would raise it.
    """
    try:
        given = inspect.signature(estimator.fit).bind(*args, **kwargs).arguments
    except TypeError:
        check_arguments(type(estimator), type(estimator).fit, args, kwargs)
        raise
    validation = Validation(*map(given.get, ("X_val", "y_val", "sample_weight_val")))
    y, sample_weight = given.get("y"), given.get("sample_weight")
    call = estimator._fit_call(given["X"], y, sample_weight, validation)
    with plain_torch():
        plan = estimator._begin(call)
    tell(estimator._doubted)
    return PlannedFit(estimator, call.without_data(), plan)


def move_networks(estimator: Any, device: str) -> None:
    """Set the ``device`` of all networks in an estimator."""
    for network in _networks_in(estimator):
        network.set_params(device=device)


def rises_until(estimator: Any) -> float:
    """Return the last epoch in which the learning rate of a network in an estimator increases, or 0.

    The estimator is unfitted; invalid schedules are ignored.
    """
    return max(map(_own_rise, _networks_in(estimator)), default=0.0)


def _own_rise(network: DeepEstimator) -> float:
    if is_auto(network.schedule):
        return 0.0
    try:
        schedule = resolve_schedule(network.schedule, owner=type(network).__name__)
        return schedule.rises_until(int(network.max_epochs))
    except Exception:  # noqa: BLE001 - whatever a user-defined schedule raises
        # The fit will raise this error.
        return 0.0


def _networks_in(estimator: Any) -> list[DeepEstimator]:
    parts = [estimator, *estimator.get_params(deep=True).values()]
    return [part for part in parts if isinstance(part, DeepEstimator)]


def trains_by_itself(estimator: Any) -> str | None:
    """Return the reason why an estimator must be fitted by its own ``fit``; None if there is none."""
    if not isinstance(estimator, DeepEstimator):
        return f"{type(estimator).__name__} is no network of sklearn_deep"
    if not type(estimator).fit.__module__.startswith(f"{_LIBRARY}."):
        return f"{type(estimator).__name__} overrides fit"
    if estimator.net_callbacks:
        return f"{type(estimator).__name__} has net_callbacks"
    if own_callbacks(estimator):
        return f"{type(estimator).__name__} has callbacks"
    return None
