"""Workers for tasks: threads of this process, other processes, or machines of a cluster."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import inf
from typing import Any

from joblib import parallel_config
from joblib.parallel import SequentialBackend, ThreadingBackend, get_active_backend
from sklearn import config_context, get_config
from sklearn.utils.parallel import Parallel, delayed

from sklearn_deep._compiled import is_usable
from sklearn_deep._fits.fitting import FitRequest
from sklearn_deep._fits.progress import Progress
from sklearn_deep._fits.task import DoneTask, TaskTime, WorkerTask, perform
from sklearn_deep._process import ThreadTeam, TimeLimit, Watch, is_isolated


class Workers:
    """Runs tasks in parallel, and yields them in the order in which they finish.

    Tasks run in threads, in processes if training is not compiled, or with the joblib backend that the
    caller has set.

    Parameters
    ----------
    n_jobs : int or None, default=None
        Number of threads or processes, as in scikit-learn.
    pre_dispatch : int or str, default="2*n_jobs"
        Number of tasks that are sent to processes at a time.
    progress : Progress or None, default=None
        Updated after each epoch, if tasks run one by one in this process.
    """

    def __init__(
        self,
        n_jobs: int | None = None,
        pre_dispatch: int | str = "2*n_jobs",
        progress: Progress | None = None,
    ) -> None:
        self.progress = Progress(False) if progress is None else progress
        # With a hint, joblib would not return the number of jobs that the caller has set.
        _, n_default = get_active_backend()
        n_jobs = n_default if n_jobs is None else n_jobs
        # Only compiled training releases Python's global lock.
        in_threads = n_jobs in (None, 1) or is_usable()
        self.backend, _ = get_active_backend("threads" if in_threads else None)
        self.parallel: Parallel | None = None
        self.n_workers = self.backend.effective_n_jobs(n_jobs)
        if type(self.backend) in (ThreadingBackend, SequentialBackend):
            return
        # Some backends, such as Ray's, cannot stream; they return all results at the end.
        streams = self.backend.supports_return_generator
        self.parallel = Parallel(
            n_jobs=n_jobs,
            pre_dispatch=pre_dispatch,
            return_as="generator_unordered" if streams else "list",
        )

    def __call__(self, tasks: Sequence[tuple[int, WorkerTask]]) -> Generator[DoneTask, None, None]:
        """Run tasks, which are numbered by the caller."""
        if self.parallel is not None:
            yield from self._elsewhere(self.parallel, tasks)
        # In isolated user-defined code, other threads would wait for that code to end.
        elif self.n_workers == 1 or len(tasks) == 1 or is_isolated():
            for number, task in tasks:
                yield self._perform(number, task, self.progress.go_on)
        else:
            calls = [partial(self._perform, number, task) for number, task in tasks]
            yield from ThreadTeam(
                calls, self.n_workers, partial(self._setting, get_config())
            ).results()

    def _perform(self, number: int, task: WorkerTask, watch: Watch) -> DoneTask:
        if isinstance(task.ask, FitRequest):
            self.progress.make_way()  # the fit may print
        return perform(number, task, watch)

    @contextmanager
    def _setting(self, config: dict[str, Any]) -> Iterator[None]:
        """Set scikit-learn's configuration and joblib's nested backend of the caller in a thread."""
        backend, n_jobs = self.backend.get_nested_backend()
        with config_context(**config), parallel_config(backend=backend, n_jobs=n_jobs):
            yield

    def _elsewhere(
        self, parallel: Parallel, tasks: Sequence[tuple[int, WorkerTask]]
    ) -> Iterable[DoneTask]:
        # Other processes cannot update the bar.
        watch = self.progress.go_on if parallel.n_jobs == 1 else None
        done: Iterable[DoneTask] = parallel(self._calls(tasks, watch))
        return done

    def _calls(self, tasks: Sequence[tuple[int, WorkerTask]], watch: Watch | None) -> Iterator[Any]:
        for number, task in tasks:
            if task.is_skipped:
                # Its data is not sent.
                task = task._replace(ask=[], time=TaskTime(TimeLimit(-inf)))  # noqa: PLW2901
            if isinstance(task.ask, FitRequest):
                self.progress.make_way()
            yield delayed(perform)(number, task, watch)
