"""Many fits at once: what they ask for is gathered, done together, and answered."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import torch

from sklearn_deep.model_selection._fitting import Asking, Fit, Training, fitting
from sklearn_deep.model_selection._progress import Progress
from sklearn_deep.training import Paused, Plan, Result, Shared, populations, train

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
    n_epochs : int
        Trained of the network that completes the estimator; 0 where none does.
    dropped : bool
        Whether it was not trained to its end.
    """

    estimator: Any
    seconds: float
    diverged: bool
    n_epochs: int
    dropped: bool


class Part(NamedTuple):
    """The training of a network, or a part of it.

    Parameters
    ----------
    plan : Plan
    until : int or None
        Epochs after which it is paused, if it still runs.
    paused : Paused or None
        Where it goes on.
    """

    plan: Plan
    until: int | None
    paused: Paused | None

    @property
    def n_begun(self) -> int:
        """Epochs trained before."""
        return 0 if self.paused is None else len(self.paused.epochs)

    def n_trained(self, answer: Answer) -> int:
        """Return how many epochs were trained for an answer."""
        is_result = isinstance(answer, Result)
        return len(answer.history["loss"]) - self.n_begun if is_result else 0

    def n_settled(self, answer: Answer) -> int:
        """Return how many epochs need no longer be waited for: all where the training has ended."""
        if isinstance(answer, Result) and answer.paused is not None:
            return self.n_trained(answer)
        return self.plan.max_epochs - self.n_begun


class Task(NamedTuple):
    """What a worker does in one go.

    Parameters
    ----------
    ask : list of Part, or Fit
        Parts of equal ``until``, that begin after equally many epochs.
    askers : list of list of int
        Which jobs take each answer.
    """

    ask: list[Part] | Fit
    askers: list[list[int]]

    @property
    def parts(self) -> list[Part]:
        """What it trains."""
        return [] if isinstance(self.ask, Fit) else self.ask

    @property
    def n_epochs_begun(self) -> int:
        """Epochs of all networks whose training it begins, at most, up to their end."""
        return sum(part.plan.max_epochs for part in self.parts if part.paused is None)


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

    Attributes
    ----------
    n_trained, n_saved : int
        Epochs of networks: those trained, and those that networks that were dropped had left.
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
        self.n_trained = self.n_saved = 0
        self._has_begun = False
        self._until: int | None = None

    def __iter__(self) -> Iterator[Outcome]:
        """Yield the outcome of each job, in order."""
        self._begin(None)
        n_given = 0
        while n_given < len(self.fits):
            for _ in self._round():
                while n_given < len(self.fits) and self.fits[n_given].is_done:
                    yield self.fits[n_given].outcome()
                    n_given += 1

    def train_until(self, n_epochs: int) -> None:
        """Train all networks that complete an estimator so many epochs, where they last as long."""
        self._begin(n_epochs)
        while any(fit.waits(n_epochs) for fit in self.fits):
            for _ in self._round():
                pass

    @property
    def is_paused(self) -> bool:
        """Whether any job has not come to its end."""
        return not all(fit.is_done for fit in self.fits)

    def drop(self, which: Iterable[int]) -> int:
        """End some jobs as they are; return how many epochs of networks are saved, at most."""
        before = self._n_left()
        for i in which:
            self.fits[i].end()
        n_saved = before - self._n_left()
        self.n_saved += n_saved
        self.progress.expect(-n_saved)
        return n_saved

    def _begin(self, until: int | None) -> None:
        self._until = until
        if not self._has_begun:
            self._has_begun = True
            for fit in self.fits:
                fit.go_on()

    def _n_left(self) -> int:
        """Return how many epochs paused networks have left, at most."""
        requests = [self.fits[group[0]].request for group in self._groups(None)]
        paused = [request for request in requests if isinstance(request, Training)]
        return sum(request.planned.plan.max_epochs - request.n_begun for request in paused)

    def _round(self) -> Iterator[None]:
        """Answer every request there is now; stop after each task, and once at the end."""
        if self.memory is not None:
            self.memory.answer(self.fits)
        tasks = self._tasks()
        self._announce(tasks)
        self.progress.expect(sum(task.n_epochs_begun for task in tasks))
        for number, answers, seconds in self.workers(list(enumerate(tasks))):
            askers = tasks[number].askers
            done = list(zip(tasks[number].parts, answers, strict=False))
            self.n_trained += sum(part.n_trained(answer) for part, answer in done)
            self.progress.finish(sum(part.n_settled(answer) for part, answer in done))
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
        groups = self._groups(self._until)
        first = [self.fits[group[0]].request for group in groups]
        tasks = [
            Task(request, [group])
            for request, group in zip(first, groups, strict=True)
            if isinstance(request, Fit)
        ]
        trained = [(r, g) for r, g in zip(first, groups, strict=True) if isinstance(r, Training)]
        parts = [
            Part(r.planned.plan, self._until if r.completes else None, r.paused) for r, _ in trained
        ]
        for places in self._populations(parts):
            tasks.append(Task([parts[k] for k in places], [trained[k][1] for k in places]))
        return tasks

    def _groups(self, until: int | None) -> list[list[int]]:
        """Return who waits, for so many epochs at most, those who wait for the same together."""
        askers: dict[Hashable, list[int]] = {}
        for i, fit in enumerate(self.fits):
            if fit.waits(until):
                askers.setdefault(fit.key or ("alone", i), []).append(i)
        return list(askers.values())

    def _populations(self, parts: Sequence[Part]) -> Iterator[list[int]]:
        """Yield the places of those that are trained together."""
        spans: dict[Hashable, list[int]] = {}
        for k, part in enumerate(parts):
            spans.setdefault((part.n_begun, part.until), []).append(k)
        for places in spans.values():
            for own in populations([parts[k].plan for k in places], self.population_size):
                yield [places[i] for i in own]


class RunningFit:
    """A job under way: ``request`` is what it waits for, the ``n_requests``-th."""

    request: Training | Fit

    def __init__(self, job: Job, shared: Shared) -> None:
        self._asking: Asking | None = fitting(*job, shared)
        self._estimator: Any = job.estimator  # the candidate; fitted, or an error, in the end
        self.seconds = 0.0
        self.diverged = self.dropped = False
        self.n_requests = self.n_epochs = 0

    @property
    def is_done(self) -> bool:
        """Whether there is nothing more to ask for."""
        return self._asking is None

    @property
    def key(self) -> Hashable:
        """What it waits for: equal for others that wait for the same; None: nobody does."""
        asked = self.request
        if asked.key is None:
            return None
        return (asked.completes, asked.key) if isinstance(asked, Training) else asked.key

    @property
    def so_far(self) -> Any:
        """What it has become by now: an estimator, or an error."""
        return self._estimator

    def waits(self, until: int | None) -> bool:
        """Return whether it must be answered before so many epochs are trained; None: all."""
        if self.is_done:
            return False
        asked = self.request
        if until is None or isinstance(asked, Fit) or asked.paused is None:
            return True
        return asked.n_begun < until

    def end(self) -> None:
        """End where it is paused."""
        if self._asking is not None:
            self._asking.close()
            self._asking, self.dropped = None, True

    def go_on(self, answer: Answer = None, seconds: float = 0.0) -> None:
        """Run up to the next request, or to the end."""
        assert self._asking is not None
        self.diverged |= getattr(answer, "diverged", False)
        if isinstance(answer, Result) and isinstance(self.request, Training):
            self.n_epochs = self.request.completes * len(answer.history["loss"])
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
        return Outcome(estimator, self.seconds, self.diverged, self.n_epochs, self.dropped)


def perform(number: int, task: Task, watch: Callable[[int], None] | None = None) -> Done:
    """Do a task; errors are answers. ``watch`` is told of each epoch how many members trained."""
    start = time.perf_counter()
    answers = [_fitted(task.ask)] if isinstance(task.ask, Fit) else _trained(task.ask, watch)
    return Done(number, answers, time.perf_counter() - start)


def _trained(parts: list[Part], watch: Callable[[int], None] | None) -> list[Answer]:
    paused = [part.paused for part in parts if part.paused is not None]
    try:
        return list(train([part.plan for part in parts], watch, parts[0].until, paused or None))
    except Exception as error:  # noqa: BLE001 - whatever a plug-in of the user's raises
        if len(parts) == 1:
            return [error]
        if isinstance(error, torch.OutOfMemoryError):
            half = len(parts) // 2
            return _trained(parts[:half], watch) + _trained(parts[half:], watch)
        # Whose error it is shows when each is trained by itself.
        return [answer for part in parts for answer in _trained([part], None)]


def _fitted(ask: Fit) -> Answer:
    estimator, X, y = ask.estimator, ask.X, ask.y
    try:
        if ask.transforms and hasattr(estimator, "fit_transform"):
            return estimator, estimator.fit_transform(X, y, **ask.params)
        fitted = estimator.fit(X, **ask.params) if y is None else estimator.fit(X, y, **ask.params)
        return (fitted, fitted.transform(X)) if ask.transforms else fitted
    except Exception as error:  # noqa: BLE001
        return error
