"""The base class of all estimators: plan the fit, train, adopt the result."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np
import torch
from sklearn.utils import Tags, check_random_state
from torch import nn

from sklearn_deep._compat.sklearn import Estimator, validate_params
from sklearn_deep._compat.sklearn_callbacks import CallbackSupportMixin, with_callbacks
from sklearn_deep._compiled import announced
from sklearn_deep._process import plain_torch
from sklearn_deep._shared import Doubt, tell
from sklearn_deep.estimators._base.convergence import (
    diverged,
    out_of_time,
    overflown,
    unconverged,
)
from sklearn_deep.estimators._base.planning import make_plan
from sklearn_deep.estimators._base.warm_start import joined, of_ended_schedule, start_of
from sklearn_deep.estimators._data import FitCall, Validation
from sklearn_deep.estimators._hosting import (
    Copied,
    EpochTasks,
    FitObserver,
    FittedNetwork,
    HostedFit,
    TrainingNet,
    check_callbacks,
    scorings,
)
from sklearn_deep.estimators._parameters import (
    TRAINING_CONSTRAINTS,
    check_instances,
    check_learning_rate,
    check_nested_names,
    unchanged_on_error,
)
from sklearn_deep.estimators._stored import REQUESTS, put_back, state_of, state_to_store
from sklearn_deep.estimators._tasks import Task
from sklearn_deep.training import (
    Plan,
    Result,
    Start,
    Training,
    TrainingState,
    train,
)


class DeepEstimator(Copied, CallbackSupportMixin, Estimator):
    """Base class of all estimators: ``fit`` makes a plan, trains it and adopts the result."""

    _parameter_constraints = dict(TRAINING_CONSTRAINTS)

    activation: Any
    init: Any
    normalization: str | None
    dropout: float | Sequence[float]
    input_noise: Any
    hidden_noise: Any
    weight_noise: Any
    weight_decay: float | Sequence[float]
    penalty: Any
    augmentation: Any
    loss: Any
    optimizer: Any
    learning_rate: float
    schedule: Any
    batch_size: int | str
    max_epochs: int
    max_seconds: float | None
    early_stopping: Any
    validation_fraction: float
    warm_start: bool
    random_state: Any
    dtype: str
    device: str
    net_callbacks: Sequence[Any] | None
    verbose: int

    history_: dict[str, np.ndarray]
    _hosted: HostedFit
    _training_state: TrainingState | None
    _n_rows_seen: int
    _doubted: Sequence[Doubt] = ()  # warnings of the last fit
    _reads_samples_after_training = False  # whether ``_adopt`` uses the samples of the call

    def set_params(self, **params: Any) -> Self:
        """Set parameters, including nested ones such as ``optimizer__beta_1``.

        If an error is raised, no parameter is changed.

        Raises
        ------
        ValueError
            If a name is unknown, or belongs to a plug-in that is set by name instead of as an instance.
        """
        before = self.get_params()
        plain = {name: value for name, value in params.items() if "__" not in name}
        try:
            super().set_params(**plain)
            check_nested_names(self, list(params))
            super().set_params(**{n: v for n, v in params.items() if n not in plain})
        except Exception:
            super().set_params(**before)
            raise
        return self

    @abstractmethod
    def _task(self, continues: bool) -> Task:
        """Return the task of the network; if it ``continues`` a fit, with the classes and scale of that fit."""

    @abstractmethod
    def _architecture(self, n_features: int, n_outputs: int, dtype: torch.dtype) -> Any:
        """Return the structure of the network."""

    def _plan(self, call: FitCall, seed: int) -> Plan:
        """Return the plan of a fit."""
        return make_plan(self, call, seed)

    def _fit(self, call: FitCall) -> Self:
        with unchanged_on_error(self), plain_torch():
            tell(self._run(call))
        return self

    # Called inside unchanged_on_error, so that callbacks end before the estimator is restored. Warnings
    # are returned and issued there, so that a warning turned into an error also restores it.
    @with_callbacks
    def _run(self, call: FitCall) -> Sequence[Doubt]:
        """Plan, train and adopt; return the warnings."""
        plan = self._begin(call)
        n_epochs = 1 if call.partial else plan.max_epochs
        tasks = EpochTasks.of(self, call, n_epochs)
        observer = FitObserver.of(self.net_callbacks, self.verbose, n_epochs)
        with announced(print if self.verbose else None):
            (result,) = train([plan], [observer, *tasks], n_epochs=n_epochs)
        self._adopt(plan, result, call, observer.net)
        for task in tasks:
            task.close()
        self._doubted = [*self._doubted, *self._doubts_after(plan, result, call)]
        return self._doubted

    def _fit_call(self, X: Any, y: Any, sample_weight: Any, validation: Validation) -> FitCall:
        """Return the arguments of a call of ``fit``."""
        continues = self.warm_start and self._is_fitted
        return FitCall(X, y, sample_weight, validation, continues)

    def _begin(self, call: FitCall) -> Plan:
        """Check all parameters and plan the fit; store the warnings in ``_doubted``."""
        check_learning_rate(self)
        check_instances(self)
        check_callbacks(self)
        validate_params(self)
        plan = self._plan(call.with_arrays(), self._seed(call))
        self._doubted = [*plan.doubts, *of_ended_schedule(plan, owner=type(self).__name__)]
        return plan

    def _doubts_after(self, plan: Plan, result: Result, call: FitCall) -> list[Doubt]:
        """Return the warnings about a finished fit."""
        owner = type(self).__name__
        if result.diverged:
            return [diverged(plan, result, self.n_epochs_, owner=owner)]
        theirs = scorings(self.get_params(deep=False)["net_callbacks"])
        return [
            *overflown(plan, result, theirs, owner=owner),
            *out_of_time(plan, result, owner=owner),
            *unconverged(plan, result, theirs, owner=owner),
        ]

    def _seed(self, call: FitCall) -> int:
        if call.continues and self._training_state is not None:
            return self._training_state.seed
        random_state = self.get_params(deep=False)["random_state"]
        return _seed_of(random_state) if isinstance(random_state, int) else _drawn(random_state)

    def _start(self, call: FitCall, plan: Plan) -> Start | None:
        """Return the weights and state that a plan resumes; None for a new fit."""
        if not call.continues:
            return None
        weights = self._fitted_network.weights
        owner, partial = type(self).__name__, call.partial
        return start_of(plan, weights, self._training_state, partial=partial, owner=owner)

    def _fitted_so_far(self, training: Training, call: FitCall) -> dict[str, Any]:
        """Return the fitted attributes that the estimator would have if training stopped now."""
        result = training.result_so_far()
        twin = copy.copy(self)
        twin._adopt(training.plans[0], result, call)
        before = vars(self)
        return {n: v for n, v in vars(twin).items() if n not in before or v is not before[n]}

    def _adopt(
        self, plan: Plan, result: Result, call: FitCall, net: TrainingNet | None = None
    ) -> None:
        """Set the fitted attributes; ``net`` is the net that callbacks have received."""
        before = self.history_ if call.continues else {}
        n_before = len(next(iter(before.values()), ()))
        self._hosted = HostedFit.of(plan, result.network, result.history, net)
        self.history_ = joined(before, result.history)
        rows_before = self._n_rows_seen if call.continues else 0
        self._n_rows_seen = rows_before + len(result.history["loss"]) * len(plan.data.x)
        self.n_epochs_ = len(self.history_["loss"])
        self.best_epoch_ = n_before + result.best_epoch
        if plan.stopping is None:
            losses = self.history_["loss"]
            self.best_epoch_ = int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))
        self.diverged_ = result.diverged
        self.stop_reason_ = "partial_fit" if call.partial else result.stop_reason or "paused"
        self._training_state = self._kept(result.state, call)

    def _kept(self, state: TrainingState | None, call: FitCall) -> TrainingState | None:
        """Return the training state, without the optimizer's part if no later fit will resume it."""
        if state is None or self.warm_start or call.partial:
            return state
        # It can be twice as large as the weights, and would be part of every pickle.
        return state._replace(n_steps=0, optimizer_state={})

    @property
    def _is_fitted(self) -> bool:
        return "_hosted" in vars(self)

    @property
    def net_(self) -> TrainingNet:
        """Skorch net with the fitted network."""
        if not self._is_fitted:
            raise AttributeError(f"This {type(self).__name__} has no net_ before it is fitted.")
        return self._hosted.net

    @property
    def module_(self) -> nn.Module:
        """Trained network, a plain ``torch.nn.Module`` in evaluation mode."""
        if not self._is_fitted:
            raise AttributeError(f"This {type(self).__name__} has no module_ before it is fitted.")
        return self._hosted.network.module

    @property
    def _fitted_network(self) -> FittedNetwork:
        return self._hosted.network

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        if self._is_fitted and self._hosted.has_callbacks and self._hosted.device != "cpu":
            state = self._hosted.with_all_on_cpu(state)
        return state_to_store(state)

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = state_of(state)
        requests = state.pop(REQUESTS, {})
        super().__setstate__(state)
        put_back(self, requests)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _drawn(random_state: Any) -> int:
    """Return the seed of a fit."""
    seed: int = check_random_state(random_state).randint(np.iinfo(np.int32).max)
    return seed


# Creating a numpy generator takes as long as several training steps of a small network.
_seed_of = lru_cache(maxsize=1024)(_drawn)
