"""A unit of work: the training of a population, or a single fit."""

from __future__ import annotations

import pickle
import random
import time
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from sklearn_deep._fits.fitting import FitRequest, Fitted
from sklearn_deep._fits.samples import Samples
from sklearn_deep._process import TimeLimit, present_time_limit, within_time
from sklearn_deep._shared import gathered
from sklearn_deep.training import Observer, Paused, Plan, Result, Training, train

Answer = Any  # the requested result, the error that was raised, or ``Skipped``


class Skipped(NamedTuple):
    """The answer to a request whose time was over before a worker began with it."""


class TaskTime(NamedTuple):
    """How much time a task has.

    Parameters
    ----------
    limit : TimeLimit
        Of all tasks.
    share : float in (0, 1]
        Of the time that is left when the task begins.
    is_skipped_late : bool
        Whether the task is skipped if no time is left; otherwise its networks train for one epoch.
    """

    limit: TimeLimit
    share: float = 1.0
    is_skipped_late: bool = True


class TrainingSpan(NamedTuple):
    """The epochs of a network that are trained without a pause: all of them, or some.

    Parameters
    ----------
    plan : Plan
    until : int or None
        Number of epochs after which training is paused, if it has not ended.
    paused : Paused or None
        State from which training resumes; None for a new training.
    """

    plan: Plan
    until: int | None
    paused: Paused | None

    @property
    def n_begun(self) -> int:
        """Number of epochs trained before."""
        return 0 if self.paused is None else len(self.paused.epochs)

    def n_trained(self, answer: Answer) -> int:
        """Return the number of epochs trained for an answer."""
        is_result = isinstance(answer, Result)
        return len(answer.history["loss"]) - self.n_begun if is_result else 0

    def n_settled(self, answer: Answer) -> int:
        """Return the number of expected epochs that are settled: all of them if training has ended."""
        if isinstance(answer, Result) and answer.paused is not None:
            return self.n_trained(answer)
        return self.plan.max_epochs - self.n_begun


class WorkerTask(NamedTuple):
    """A unit of work for a worker.

    Parameters
    ----------
    ask : list of TrainingSpan, or FitRequest
        Spans with the same ``until`` and the same number of epochs trained before.
    askers : list of list of int
        Indices of the jobs that receive each answer.
    time : TaskTime or None, default=None
        None: no limit.
    """

    ask: list[TrainingSpan] | FitRequest
    askers: list[list[int]]
    time: TaskTime | None = None

    @property
    def spans(self) -> list[TrainingSpan]:
        """Networks to be trained."""
        return [] if isinstance(self.ask, FitRequest) else self.ask

    @property
    def is_skipped(self) -> bool:
        """Whether it is too late to begin."""
        time = self.time
        return time is not None and time.is_skipped_late and time.limit.is_over

    @property
    def n_epochs_begun(self) -> int:
        """Maximum number of epochs, until their end, of all networks whose training begins here."""
        return sum(span.plan.max_epochs for span in self.spans if span.paused is None)


class DoneTask(NamedTuple):
    """A finished task: its answers, one for each item of ``askers``, and its duration in seconds."""

    task_number: int
    answers: list[Answer]
    seconds: float


def perform(number: int, task: WorkerTask, watch: Callable[[int], None] | None = None) -> DoneTask:
    """Run a task; errors are answers. ``watch`` is called after each epoch with the number of networks."""
    start = time.perf_counter()
    if task.is_skipped:
        return DoneTask(number, [Skipped() for _ in task.askers], 0.0)
    limit = None if task.time is None else task.time.limit.part(task.time.share)
    with within_time(limit):
        answers = _answers(task.ask, watch)
    return DoneTask(number, answers, time.perf_counter() - start)


def _answers(
    ask: list[TrainingSpan] | FitRequest, watch: Callable[[int], None] | None
) -> list[Answer]:
    return [_fitted(ask)] if isinstance(ask, FitRequest) else _trained(ask, watch)


def _trained(spans: list[TrainingSpan], watch: Callable[[int], None] | None) -> list[Answer]:
    paused = [span.paused for span in spans if span.paused is not None]
    try:
        plans = [span.plan for span in spans]
        observers = [] if watch is None else [EpochCounter(watch)]
        return list(train(plans, observers, until=spans[0].until, paused=paused or None))
    except Exception as error:  # noqa: BLE001 - whatever a user-defined plug-in raises
        is_memory = isinstance(error, torch.OutOfMemoryError)
        if is_memory:
            _release(error)
        if len(spans) == 1:
            return [error]
        if is_memory:
            half = len(spans) // 2
            return _trained(spans[:half], watch) + _trained(spans[half:], watch)
        # Training each network alone shows which one causes the error.
        return [answer for span in spans for answer in _trained([span], None)]


def _release(error: BaseException | None) -> None:
    """Release the tensors to which the frames of an error refer: the next training needs their memory."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()


class EpochCounter(Observer):
    """Counts the epochs of all members of a population.

    Parameters
    ----------
    count : callable
        Called after each epoch with the number of members that were trained.
    """

    def __init__(self, count: Callable[[int], None]) -> None:
        self.count = count

    def begin_epoch(self, training: Training) -> bool:
        """Store the number of members that are trained in this epoch."""
        self._n_running = training.n_running
        return False

    def end_epoch(self, training: Training) -> bool:
        """Count the epoch for each of these members."""
        self.count(self._n_running)
        return False


def _fitted(ask: FitRequest) -> Answer:
    before = _global_generators()
    given = {name: _copied(samples) for name, samples in ask.arguments.items()}
    params = {name: given[name] for name in ask.params}
    try:
        with gathered() as doubts:
            made = _called(ask, given["X"], given["y"], params)
    except Exception as error:  # noqa: BLE001
        return error
    repeats = before == _global_generators()
    watched = {name: samples for name, samples in ask.arguments.items() if samples is not None}
    written = {
        name: given[name]
        for name, samples in watched.items()
        if samples.is_watched and samples.is_unlike(given[name])
    }
    limit = present_time_limit()
    is_cut = limit is not None and limit.has_cut
    return Fitted(ask.estimator, made, written, made is given["X"], repeats, doubts, is_cut)


def _called(ask: FitRequest, X: Any, y: Any, params: dict[str, Any]) -> Any:
    """Call ``fit``; return transformed samples, if they are requested."""
    estimator = ask.estimator
    if ask.transform_params is None:
        _ = estimator.fit(X, **params) if y is None else estimator.fit(X, y, **params)
        return None
    if hasattr(estimator, "fit_transform"):
        return estimator.fit_transform(X, y, **params)
    after = {name: _copied(samples) for name, samples in ask.transform_params.items()}
    return estimator.fit(X, y, **params).transform(X, **after)


def _copied(samples: Samples | None) -> Any:
    return None if samples is None else samples.copy()


def _global_generators() -> tuple[Any, ...]:
    """Return the states of the global generators that a fit without a seed may use."""
    of_numpy = pickle.dumps(np.random.get_state())  # noqa: NPY002
    of_torch = torch.default_generator.get_state().numpy().tobytes()
    return of_numpy, random.getstate(), of_torch
