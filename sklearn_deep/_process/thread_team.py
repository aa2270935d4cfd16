"""A team of Python threads that run tasks."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Lock, Semaphore, Thread
from time import monotonic
from typing import Any

from sklearn_deep._process.one_thread import one_thread
from sklearn_deep._process.turns import taking_turns

# Number of unread results per thread. More would only keep fitted estimators in memory.
_WAITING = 4
# Seconds between two checks for signals; on Windows, waiting for a result does not notice them.
_LOOK = 0.5
# Seconds that an interrupted caller waits for its threads. Training can be stopped at the end of an
# epoch, but a fit of another library cannot be stopped.
_PATIENCE = 5.0

Watch = Callable[[int], None]


class _Stopped(BaseException):
    """Ends a training whose result is no longer needed."""


class ThreadTeam:
    """Run tasks in several threads, which share the caller's memory, so nothing is copied.

    Parameters
    ----------
    calls : sequence of callable
        Each runs a task. It receives a function that it must call after each epoch.
    n_threads : int
    setting : callable
        Returns a context manager, which each thread enters. It makes settings that are per thread.
    """

    def __init__(
        self,
        calls: Sequence[Callable[[Watch], Any]],
        n_threads: int,
        setting: Callable[[], AbstractContextManager[Any]],
    ) -> None:
        self._n_calls, self._calls = len(calls), iter(calls)
        self._setting = setting
        self._turn = Lock()
        self._lock, self._room = Lock(), Semaphore(_WAITING * n_threads)
        self._results: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self._is_stopped = False
        self._threads = [
            # Settings in context variables, such as those of numpy.errstate, are copied from the caller.
            Thread(target=copy_context().run, args=(self._work,), daemon=True)
            for _ in range(min(n_threads, self._n_calls))
        ]

    def results(self) -> Iterator[Any]:
        """Yield the results of the calls, in any order; raise an error of a call here."""
        # Estimators of other libraries may change warning filters during a call. If several threads do
        # so, the last one may restore filters that another one had set.
        with one_thread(), warnings.catch_warnings():
            for thread in self._threads:
                thread.start()
            try:
                for _ in range(self._n_calls):
                    yield self._next()
            finally:
                self._stop()

    def _next(self) -> Any:
        while True:
            try:
                result, error = self._results.get(timeout=_LOOK)
            except Empty:
                continue
            self._room.release()
            if error is not None:
                raise error
            return result

    def _stop(self) -> None:
        self._is_stopped = True
        for _ in self._threads:
            self._room.release()
        end = monotonic() + _PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))

    def _work(self) -> None:
        with one_thread(), self._setting(), taking_turns(self._turn):
            while (call := self._taken()) is not None:
                try:
                    self._results.put((call(self._watch), None))
                except BaseException as error:  # noqa: BLE001 - raised in the caller's thread
                    self._results.put((None, error))

    def _taken(self) -> Callable[[Watch], Any] | None:
        self._room.acquire()
        with self._lock:
            return None if self._is_stopped else next(self._calls, None)

    def _watch(self, n_epochs: int) -> None:
        if self._is_stopped:
            raise _Stopped
