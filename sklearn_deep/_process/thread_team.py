"""Python threads of this process that do tasks."""

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

# Results that wait to be taken, per thread: more would be fitted estimators without use in memory.
_WAITING = 4
# Seconds between two looks at signals, which a wait for a result does not see on Windows.
_LOOK = 0.5
# Seconds that an interrupted caller waits for its threads. A training ends after its epoch, but the fit
# of another library cannot be stopped.
_PATIENCE = 5.0

Watch = Callable[[int], None]


class _Stopped(BaseException):
    """Ends a training whose result is not needed."""


class ThreadTeam:
    """Does tasks in several threads. They share the memory of their caller: nothing is copied.

    Parameters
    ----------
    calls : sequence of callable
        Each does a task and is given a function that it calls after each epoch.
    n_threads : int
    setting : callable
        Returns a context manager; each thread enters one. It brings settings that belong to a thread.
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
            # Settings in context variables, such as numpy's of errors, are those of the caller.
            Thread(target=copy_context().run, args=(self._work,), daemon=True)
            for _ in range(min(n_threads, self._n_calls))
        ]

    def results(self) -> Iterator[Any]:
        """Yield what the calls return, in any order; what one raises is raised here."""
        # Estimators of other libraries may change the filters of warnings for the time of a call; where
        # several threads do, the last one restores what another one had set.
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
