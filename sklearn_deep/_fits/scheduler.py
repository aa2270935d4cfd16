"""Scheduler that runs many fits concurrently and batches their requests."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple, Protocol

from sklearn_deep._equality import Key
from sklearn_deep._fits.active_fit import ActiveFit, Job, Outcome
from sklearn_deep._fits.budget import Budget
from sklearn_deep._fits.fitting import FitRequest, Fitted, TrainRequest
from sklearn_deep._fits.progress import Progress
from sklearn_deep._fits.task import (
    Answer,
    DoneTask,
    Skipped,
    TaskTime,
    TrainingSpan,
    WorkerTask,
)
from sklearn_deep._fits.workers import Workers
from sklearn_deep._process import TimeLimit, present_time_limit
from sklearn_deep.training import Result, Shared, populations


class Memory(Protocol):
    """Storage of trained networks.

    ``until`` is the number of epochs after which training is paused; None means not at all.
    """

    def recall(
        self, request: TrainRequest | FitRequest, until: int | None
    ) -> tuple[Result, float] | None:
        """Return the stored answer to a request and its time in seconds; None if there is none."""

    def keep(
        self,
        answered: Iterable[tuple[TrainRequest | FitRequest, Answer, float]],
        until: int | None,
    ) -> None:
        """Store the answers to requests, with their times in seconds."""


class JobsTime(NamedTuple):
    """How much time many jobs have together.

    Parameters
    ----------
    limit : TimeLimit
    n_certain : int
        The first jobs, whose networks train for one epoch even if no time is left; others are skipped.
    is_divided : bool, default=False
        Whether each training has an equal share of the time; otherwise it may take all that is left.
    """

    limit: TimeLimit
    n_certain: int
    is_divided: bool = False


class FitScheduler:
    """Runs jobs; equal requests are answered once, networks of the same structure trained together.

    Parameters
    ----------
    jobs : iterable of Job
    workers : callable, default=None
        Receives numbered tasks, runs them, and yields the finished tasks in any order; None runs them
        in this process.
    population_size : int or None, default=None
        Maximum number of members trained together on a GPU; None uses half of its free memory.
    memory : Memory or None, default=None
        Stores answers for a later run of the same jobs.
    progress : Progress or None, default=None
        Progress bar to be updated.
    time : JobsTime or None, default=None
        Time limit of all jobs; None: only that of the block that is running.

    Attributes
    ----------
    n_trained, n_saved : int
        Number of epochs, over all networks, that were trained and that were saved by dropping networks.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        workers: Callable[[Sequence[tuple[int, WorkerTask]]], Generator[DoneTask, None, None]]
        | None = None,
        population_size: int | None = None,
        memory: Memory | None = None,
        progress: Progress | None = None,
        time: JobsTime | None = None,
    ) -> None:
        shared = Shared()
        self.fits: list[ActiveFit] = [ActiveFit(job, shared) for job in jobs]
        self._budget = Budget(self.fits)
        self.workers = Workers() if workers is None else workers
        self.population_size = population_size
        self.memory = memory
        self.progress = Progress(False) if progress is None else progress
        self.time = time
        self.say: Callable[[str], None] | None = None
        self.n_trained = self.n_saved = 0
        self._n_given = 0
        self._has_begun = False
        self._until: int | None = None

    def run(self) -> Generator[Iterator[Outcome], None, None]:
        """Train one population after the other; after each, yield the outcomes that are next in order.

        Outcomes are yielded in the order of the jobs, so some wait for earlier jobs. A caller that uses
        and releases outcomes one by one has few fitted estimators in memory at a time.
        """
        self._begin(None)
        yield self._next_outcomes()
        while self.is_paused:
            with closing(self._round()) as answered:
                for _ in answered:
                    yield self._next_outcomes()

    def outcomes(self) -> list[Outcome]:
        """Return the outcome of each job, in order."""
        return [outcome for ended in self.run() for outcome in ended]

    def _next_outcomes(self) -> Iterator[Outcome]:
        # One by one, because parts that several fits share are copied when an outcome is yielded.
        while self._n_given < len(self.fits) and self.fits[self._n_given].is_done:
            self._n_given += 1
            yield self.fits[self._n_given - 1].outcome()

    def train_until(self, n_epochs: int) -> None:
        """Train all networks that are the last step of an estimator until ``n_epochs`` or their end."""
        self._begin(n_epochs)
        while any(fit.waits(n_epochs) for fit in self.fits):
            for _ in self._round():
                pass

    @property
    def is_paused(self) -> bool:
        """Whether any job has not ended."""
        return not all(fit.is_done for fit in self.fits)

    @property
    def is_late(self) -> bool:
        """Whether the time of all jobs is over."""
        return self.time is not None and self.time.limit.is_over

    def so_far(self, i: int) -> Any:
        """Return a copy of the current state of a job: an estimator, or an error."""
        return self.fits[i].so_far

    def drop(self, which: Iterable[int]) -> int:
        """End some jobs in their current state; return the maximum number of epochs that this saves."""
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
        """Return the maximum number of epochs that remain for paused networks."""
        requests = [self.fits[group[0]].request for group in self._groups(None)]
        paused = [request for request in requests if isinstance(request, TrainRequest)]
        return sum(request.planned.plan.max_epochs - request.n_begun for request in paused)

    def _round(self) -> Generator[None, None, None]:
        """Answer all current requests; yield after each task, and once at the end."""
        if self.memory is not None:
            self._recall(self.memory)
        tasks = dict(enumerate(self._tasks()))
        self._announce(tasks.values())
        self.progress.expect(sum(task.n_epochs_begun for task in tasks.values()))
        # Closed at once if the caller raises an error, so that threads do not continue.
        with closing(self.workers(list(tasks.items()))) as done:
            for number, answers, seconds in done:
                self._take(tasks.pop(number), answers, seconds)
                # Answers may hold transformed samples, which should be released before the next population.
                answers.clear()
                yield
        yield

    def _recall(self, memory: Memory) -> None:
        """Answer requests whose answers are stored."""
        trained: dict[tuple[Key, int], int] = {}
        for fit in self.fits:
            while fit.waits(self._until) and (found := memory.recall(fit.request, self._until)):
                answer, seconds = found
                assert isinstance(fit.request, TrainRequest)
                n_begun = fit.request.n_begun
                # Requests that several fits share were trained once.
                trained[fit.request.key, n_begun] = len(answer.history["loss"]) - n_begun
                fit.go_on(answer, seconds)
        self.n_trained += sum(trained.values())

    def _take(self, task: WorkerTask, answers: Sequence[Answer], seconds: float) -> None:
        """Pass answers to the jobs that requested them."""
        askers = [self._takers(*pair) for pair in zip(task.askers, answers, strict=True)]
        done = list(zip(task.spans, answers, strict=False))
        self.n_trained += sum(span.n_trained(answer) for span, answer in done)
        self.progress.finish(sum(span.n_settled(answer) for span, answer in done))
        shares = [seconds / len(answers) / len(own) for own in askers]
        requests = [self.fits[own[0]].request for own in askers]
        self._keep(list(zip(requests, answers, shares, strict=True)))
        for own, answer, share in zip(askers, answers, shares, strict=True):
            for i in own:
                if isinstance(answer, Skipped):
                    self.fits[i].skip()
                    continue
                self.fits[i].go_on(answer, share, is_shared=len(own) > 1)

    def _keep(self, answered: list[tuple[TrainRequest | FitRequest, Answer, float]]) -> None:
        """Keep answers, but not those that were cut short: a later run has other time."""
        whole = [one for one in answered if not _is_cut(one[1])]
        outer = present_time_limit()
        if outer is not None and len(whole) < len(answered):
            outer.has_cut = True
        if self.memory is not None and whole:
            self.memory.keep(whole, self._until)

    def _takers(self, own: Sequence[int], answer: Answer) -> Sequence[int]:
        """Return the jobs that receive an answer; jobs that cannot share it repeat their request."""
        if len(own) == 1 or _can_be_shared(answer):
            return own
        for i in own[1:]:
            self.fits[i].ask_alone()
        return own[:1]

    def _announce(self, tasks: Iterable[WorkerTask]) -> None:
        """Print how many estimators are fitted one by one, and why."""
        if self.say is not None:
            asked = [task.ask for task in tasks if isinstance(task.ask, FitRequest)]
            alone = Counter(fit.why for fit in asked if fit.why)
            for why, n in alone.items():
                self.say(f"{n} fit{'s' * (n > 1)} one by one: {why}")

    def _tasks(self) -> list[WorkerTask]:
        """Return the tasks of all current requests, with the time that they have."""
        waiting = self._groups(self._until)
        tasks = self._tasks_of(self._budget.now(waiting))
        n_left, timed = len(waiting), []
        for task in tasks:
            timed.append(task._replace(time=self._time_of(task, n_left)))
            n_left -= len(task.askers)
        return timed

    def _time_of(self, task: WorkerTask, n_left: int) -> TaskTime | None:
        """Return the time of a task, before which ``n_left`` requests have not been answered."""
        if self.time is None:
            outer = present_time_limit()
            return None if outer is None else TaskTime(outer, is_skipped_late=False)
        share = 1.0
        if self.time.is_divided:
            n_workers = getattr(self.workers, "n_workers", 1)
            share = min(1.0, n_workers * len(task.askers) / n_left)
        first = min(i for own in task.askers for i in own)
        return TaskTime(self.time.limit, share, first >= self.time.n_certain)

    def _tasks_of(self, groups: list[list[int]]) -> list[WorkerTask]:
        """Return the tasks of groups of equal requests: networks in populations."""
        first = [self.fits[group[0]].request for group in groups]
        tasks = [
            # Without the key, which workers do not use and which may not be picklable.
            WorkerTask(request._replace(key=Key()), [group])
            for request, group in zip(first, groups, strict=True)
            if isinstance(request, FitRequest)
        ]
        trained = [
            (r, g) for r, g in zip(first, groups, strict=True) if isinstance(r, TrainRequest)
        ]
        spans = [
            TrainingSpan(r.planned.plan, self._until if r.completes else None, r.paused)
            for r, _ in trained
        ]
        for places in self._populations(spans):
            tasks.append(WorkerTask([spans[k] for k in places], [trained[k][1] for k in places]))
        return tasks

    def _groups(self, until: int | None) -> list[list[int]]:
        """Return the jobs that wait for an answer, in groups of equal requests."""
        askers: dict[Key, list[int]] = {}
        for i, fit in enumerate(self.fits):
            if fit.waits(until):
                askers.setdefault(fit.request.key, []).append(i)
        return list(askers.values())

    def _populations(self, spans: Sequence[TrainingSpan]) -> Iterator[list[int]]:
        """Yield the indices of spans that are trained together."""
        # All members of a population start and pause at the same epoch.
        equal: dict[Hashable, list[int]] = {}
        for k, span in enumerate(spans):
            equal.setdefault((span.n_begun, span.until), []).append(k)
        for places in equal.values():
            for own in populations([spans[k].plan for k in places], self.population_size):
                yield [places[i] for i in own]


def _is_cut(answer: Answer) -> bool:
    return isinstance(answer, Skipped) or bool(getattr(answer, "is_cut", False))


def _can_be_shared(answer: Answer) -> bool:
    """Return whether other fits would get the same answer, and can get copies of this one."""
    if isinstance(answer, Fitted) and not answer.repeats:
        return False
    try:
        copy.deepcopy(answer.estimator if isinstance(answer, Fitted) else answer)
    except Exception:  # noqa: BLE001 - whatever the copying of an estimator raises
        return False
    return True
