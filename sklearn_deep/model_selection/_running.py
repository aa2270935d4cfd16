"""Many fits at once: what they ask for is gathered, done together, and answered."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import torch

from sklearn_deep.model_selection._fitting import Asking, Fit, Training, fitting
from sklearn_deep.model_selection._progress import Progress
from sklearn_deep.training import Plan, Shared, populations, train

Answer = Any  # what was asked for, or the error it raised


class Job(NamedTuple):
    """A candidate on a fold: what ``fitting`` takes."""

    estimator: Any
    X: Any
    y: Any
    params: dict[str, Any]
    key: Hashable


class Outcome(NamedTuple):
    """What a job has become.

    Parameters
    ----------
    estimator : fitted estimator, or the error that was raised
    seconds : float
        Its own, and its share of what was done together.
    diverged : bool
        Whether any of its networks diverged.
    """

    estimator: Any
    seconds: float
    diverged: bool


class Task(NamedTuple):
    """What a worker does in one go.

    Parameters
    ----------
    ask : list of Plan, or Fit
    askers : list of list of int
        Which jobs take each answer.
    """

    ask: list[Plan] | Fit
    askers: list[list[int]]

    @property
    def n_epochs(self) -> int:
        """Epochs of all its networks, at most."""
        return 0 if isinstance(self.ask, Fit) else sum(plan.max_epochs for plan in self.ask)


class Done(NamedTuple):
    """A task with its answers, one for each of ``askers``, and how long it took."""

    task_number: int
    answers: list[Answer]
    seconds: float


class Memory(Protocol):
    """Keeps answers, and gives those it has kept."""

    def answer(self, fits: Sequence[RunningFit]) -> None:
        """Let fits go on whose requests have been answered before."""

    def keep(
        self,
        fits: Sequence[RunningFit],
        askers: Sequence[Sequence[int]],
        answers: Sequence[Answer],
        seconds: float,
    ) -> None:
        """Keep the answers to what some fits wait for."""


class Running:
    """Runs jobs to their end.

    Parameters
    ----------
    jobs : iterable of Job
    workers : callable
        Takes an iterable of calls without arguments, makes them, and yields what they return in
        any order.
    population_size : int or None
        Members trained together, at most; None: as many as train fastest.
    memory : Memory or None
        Keeps what has been found, for a later run of the same jobs.
    progress : Progress
        Told what is done.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        workers: Callable[[Sequence[tuple[Any, ...]]], Iterable[Done]],
        population_size: int | None,
        memory: Memory | None,
        progress: Progress,
    ) -> None:
        shared = Shared()
        self.fits: list[RunningFit] = [RunningFit(job, shared) for job in jobs]
        self.workers = workers
        self.population_size = population_size
        self.memory = memory
        self.progress = progress
        self.say: Callable[[str], None] | None = None

    def __iter__(self) -> Iterator[Outcome]:
        """Yield the outcome of each job, in order."""
        for fit in self.fits:
            fit.go_on()
        n_given = 0
        while n_given < len(self.fits):
            for _ in self._round():
                while n_given < len(self.fits) and self.fits[n_given].is_done:
                    yield self.fits[n_given].outcome()
                    n_given += 1

    def _round(self) -> Iterator[None]:
        """Answer every request there is now; stop after each task, and once at the end."""
        if self.memory is not None:
            self.memory.answer(self.fits)
        tasks = self._tasks()
        self._announce(tasks)
        self.progress.expect(sum(task.n_epochs for task in tasks))
        for number, answers, seconds in self.workers(list(enumerate(tasks))):
            askers = tasks[number].askers
            self.progress.finish(tasks[number].n_epochs)
            if self.memory is not None:
                self.memory.keep(self.fits, askers, answers, seconds)
            for own, answer in zip(askers, answers, strict=True):
                for i in own:
                    share = seconds / len(answers) / len(own)
                    self.fits[i].go_on(answer, share)
            yield
        yield

    def _announce(self, tasks: Sequence[Task]) -> None:
        """Say what is fitted one by one, and why."""
        if self.say is not None:
            asked = [task.ask for task in tasks if isinstance(task.ask, Fit)]
            alone = Counter(fit.why for fit in asked if fit.why)
            for why, n in alone.items():
                self.say(f"{n} fit{'s' * (n > 1)} one by one: {why}")

    def _tasks(self) -> list[Task]:
        """Return what is asked for now, equal requests once and networks in populations."""
        askers: dict[Hashable, list[int]] = {}
        for i, fit in enumerate(self.fits):
            if not fit.is_done:
                key = fit.request.key
                askers.setdefault(("alone", i) if key is None else key, []).append(i)
        groups = list(askers.values())
        first = [self.fits[group[0]].request for group in groups]
        tasks = [
            Task(request, [group])
            for request, group in zip(first, groups, strict=True)
            if isinstance(request, Fit)
        ]
        trained = [(r, g) for r, g in zip(first, groups, strict=True) if isinstance(r, Training)]
        plans = [request.planned.plan for request, _ in trained]
        for places in populations(plans, self.population_size):
            tasks.append(Task([plans[k] for k in places], [trained[k][1] for k in places]))
        return tasks


class RunningFit:
    """A job under way: ``request`` is what it waits for, the ``n_requests``-th."""

    request: Training | Fit

    def __init__(self, job: Job, shared: Shared) -> None:
        self._asking: Asking | None = fitting(*job, shared)
        self._estimator: Any = None
        self.seconds = 0.0
        self.diverged = False
        self.n_requests = 0

    @property
    def is_done(self) -> bool:
        """Whether there is nothing more to ask for."""
        return self._asking is None

    def go_on(self, answer: Answer = None, seconds: float = 0.0) -> None:
        """Run up to the next request, or to the end."""
        assert self._asking is not None
        self.diverged |= getattr(answer, "diverged", False)
        start = time.perf_counter()
        try:
            if isinstance(answer, Exception):
                request = self._asking.throw(answer)
            else:
                request = self._asking.send(answer)
        except StopIteration as end:
            self._asking, self._estimator = None, end.value
        except Exception as error:  # noqa: BLE001 - scored as error_score says
            self._asking, self._estimator = None, error
        else:
            self.request = request
            self.n_requests += 1
        self.seconds += seconds + time.perf_counter() - start

    def outcome(self) -> Outcome:
        """Return what it has become, and let go of it."""
        estimator, self._estimator = self._estimator, None
        self.__dict__.pop("request", None)  # its plan, and the estimator again
        return Outcome(estimator, self.seconds, self.diverged)


def perform(number: int, task: Task, watch: Callable[[int], None] | None = None) -> Done:
    """Do a task; errors are answers. ``watch`` is told of each epoch how many members trained."""
    start = time.perf_counter()
    answers = [_fitted(task.ask)] if isinstance(task.ask, Fit) else _trained(task.ask, watch)
    return Done(number, answers, time.perf_counter() - start)


def _trained(plans: list[Plan], watch: Callable[[int], None] | None) -> list[Answer]:
    try:
        return list(train(plans, watch))
    except Exception as error:  # noqa: BLE001 - whatever a plug-in of the user's raises
        if len(plans) == 1:
            return [error]
        if isinstance(error, torch.OutOfMemoryError):
            half = len(plans) // 2
            return _trained(plans[:half], watch) + _trained(plans[half:], watch)
        # Whose error it is shows when each is trained by itself.
        return [answer for plan in plans for answer in _trained([plan], None)]


def _fitted(ask: Fit) -> Answer:
    estimator, X, y = ask.estimator, ask.X, ask.y
    try:
        if ask.transforms and hasattr(estimator, "fit_transform"):
            return estimator, estimator.fit_transform(X, y, **ask.params)
        fitted = estimator.fit(X, **ask.params) if y is None else estimator.fit(X, y, **ask.params)
        return (fitted, fitted.transform(X)) if ask.transforms else fitted
    except Exception as error:  # noqa: BLE001
        return error
