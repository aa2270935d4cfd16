"""Who does the tasks: this process, other processes, or the machines of a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from joblib.parallel import get_active_backend
from sklearn.utils.parallel import Parallel, delayed

from sklearn_deep._fits.fitting import FitRequest
from sklearn_deep._fits.progress import Progress
from sklearn_deep._fits.task import DoneTask, WorkerTask, perform


class Workers:
    """Does tasks, through joblib, and yields what has become of them in any order.

    Parameters
    ----------
    n_jobs : int or None, default=None
        Processes, as everywhere in scikit-learn.
    pre_dispatch : int or str, default="2*n_jobs"
        Tasks that are handed out at a time.
    progress : Progress or None, default=None
        Is shown each epoch, if this process does the tasks.
    """

    def __init__(
        self,
        n_jobs: int | None = None,
        pre_dispatch: int | str = "2*n_jobs",
        progress: Progress | None = None,
    ) -> None:
        # Ray's backend, for one, cannot stream: it returns all results at the end.
        streams = get_active_backend()[0].supports_return_generator
        self.parallel = Parallel(
            n_jobs=n_jobs,
            pre_dispatch=pre_dispatch,
            return_as="generator_unordered" if streams else "list",
        )
        self.progress = Progress(False) if progress is None else progress

    def __call__(self, tasks: Sequence[tuple[int, WorkerTask]]) -> Iterable[DoneTask]:
        """Do tasks, numbered by the caller."""
        done: Iterable[DoneTask] = self.parallel(self._calls(tasks))
        return done

    def _calls(self, tasks: Sequence[tuple[int, WorkerTask]]) -> Iterator[Any]:
        # Another process cannot draw here.
        watch = self.progress.go_on if self.parallel.n_jobs == 1 else None
        for number, task in tasks:
            if isinstance(task.ask, FitRequest):
                self.progress.make_way()  # the fit may print
            yield delayed(perform)(number, task, watch)
