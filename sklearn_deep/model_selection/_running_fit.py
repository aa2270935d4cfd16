"""A candidate on a fold, under way."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Any, NamedTuple

from sklearn_deep.model_selection._fitting import Asking, Fit, Training, fitting
from sklearn_deep.model_selection._task import Answer
from sklearn_deep.training import Result, Shared


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
