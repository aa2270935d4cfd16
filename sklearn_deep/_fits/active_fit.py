"""A running fit."""

from __future__ import annotations

import copy
import time
from typing import Any, NamedTuple

from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

from sklearn_deep._equality import Key
from sklearn_deep._fits.fitting import Asking, FitRequest, Fitted, TrainRequest, fitting
from sklearn_deep._fits.samples import Samples
from sklearn_deep._fits.task import Answer
from sklearn_deep._process import one_thread
from sklearn_deep._shared import Doubt, gathered
from sklearn_deep.estimators import DIVERGED, trains_by_itself
from sklearn_deep.training import Result, Shared


class Job(NamedTuple):
    """The fit of an estimator on a subset of the samples: the arguments of ``fitting``."""

    estimator: Any
    X: Samples
    y: Samples | None
    params: dict[str, Samples | None]
    subset: int


class Outcome(NamedTuple):
    """The result of a job.

    Parameters
    ----------
    estimator : fitted estimator, or the error that was raised
    seconds : float
        Its own time plus its share of the time for shared work.
    diverged : bool
        Whether any of its networks diverged.
    n_epochs : int
        Epochs trained of the network that is the last step of the estimator; 0 if there is none.
    dropped : bool
        Whether its training was stopped early by ``FitScheduler.drop``.
    overwritten : tuple of length 2
        X and y after the fit, if the fit wrote into them, else None.
    doubts : list of Doubt
        Warnings of the fit, except about divergence.
    repeats : bool, default=True
        Whether the same fit would give the same again, as far as it was observed: nothing was drawn from
        a global generator outside of networks.
    is_cut : bool, default=False
        Whether the time of all jobs was over before its end.
    is_fitted : bool, default=True
        Whether the estimator can predict: not if the time was over before its last network began.
    """

    estimator: Any
    seconds: float
    diverged: bool
    n_epochs: int
    dropped: bool
    overwritten: tuple[Any, Any]
    doubts: list[Doubt]
    repeats: bool = True
    is_cut: bool = False
    is_fitted: bool = True


def outcome_of(
    estimator: Any,
    doubts: list[Doubt],
    seconds: float = 0.0,
    diverged: bool = False,
    n_epochs: int = 0,
    dropped: bool = False,
    overwritten: tuple[Any, Any] = (None, None),
) -> Outcome:
    """Return the outcome of a fit; warnings about divergence set ``diverged``."""
    others = [doubt for doubt in doubts if doubt.kind != DIVERGED]
    diverged |= len(others) < len(doubts)
    return Outcome(estimator, seconds, diverged, n_epochs, dropped, overwritten, others)


class ActiveFit:
    """A running job that waits for the answer to ``request``, its ``n_requests``-th request."""

    request: TrainRequest | FitRequest

    def __init__(self, job: Job, shared: Shared) -> None:
        self._asking: Asking | None = fitting(job.estimator, job.X, job.y, job.params, shared)
        self.X, self.subset = job.X, job.subset
        self.ends_in_network = trains_by_itself(_last_of(job.estimator)) is None
        self.repeats = True
        self._estimator: Any = job.estimator  # at the end, the fitted estimator or an error
        self.seconds = 0.0
        self.diverged = self.dropped = self.is_cut = False
        self.is_fitted = True
        self.n_requests = self.n_epochs = 0
        self._given = [job.X, job.y]
        self._shared: list[Any] = []  # parts of the estimator that other fits have, too
        self.doubts: list[Doubt] = []

    @property
    def is_done(self) -> bool:
        """Whether the fit has ended."""
        return self._asking is None

    @property
    def so_far(self) -> Any:
        """A copy of the current state: an estimator, or an error."""
        try:
            return copy.deepcopy(self._estimator)
        except Exception:  # noqa: BLE001 - whatever the copying of an estimator raises
            return self._estimator

    def waits(self, until: int | None) -> bool:
        """Return whether it needs an answer to reach ``until`` epochs; None means all epochs."""
        if self.is_done:
            return False
        asked = self.request
        if until is None or isinstance(asked, FitRequest) or asked.paused is None:
            return True
        return asked.n_begun < until

    def end(self) -> None:
        """End the paused fit in its current state."""
        if self._asking is not None:
            self._close()
            self.dropped = True

    def skip(self) -> None:
        """End the fit because no time is left: it is paused, or its request was never begun."""
        self.is_cut = True
        self.is_fitted = isinstance(self.request, TrainRequest) and self.request.paused is not None
        self._close()

    def _close(self) -> None:
        assert self._asking is not None
        self._asking.close()
        self._asking = None
        del self.request

    def ask_alone(self) -> None:
        """Repeat the request for an answer that is not shared with other fits."""
        self.request = self.request._replace(key=Key.unknown())

    def go_on(self, answer: Answer = None, seconds: float = 0.0, is_shared: bool = False) -> None:
        """Run until the next request, or to the end."""
        # One thread as in training threads, so that results do not depend on n_jobs.
        with gathered() as doubts, one_thread():
            self._go_on(answer, seconds, is_shared)
        self.doubts += [*(answer.doubts if isinstance(answer, Fitted) else ()), *doubts]

    def _go_on(self, answer: Answer, seconds: float, is_shared: bool) -> None:
        assert self._asking is not None
        self.diverged |= getattr(answer, "diverged", False)
        self.repeats &= getattr(answer, "repeats", True)
        self.is_cut |= getattr(answer, "is_cut", False)
        if isinstance(answer, Result) and isinstance(self.request, TrainRequest):
            self.n_epochs = self.request.completes * len(answer.history["loss"])
        if is_shared and not isinstance(answer, Exception):
            self._shared.append(self._part_of(answer))
        start = time.perf_counter()
        try:
            if isinstance(answer, Exception):
                request = self._asking.throw(answer)
            else:
                request = self._asking.send(answer)
        except StopIteration as end:
            self._asking, (self._estimator, _) = None, end.value
        except Exception as error:  # noqa: BLE001 - the caller scores it with error_score
            self._asking, self._estimator = None, error
        else:
            self.request = request
            self.n_requests += 1
        if self.is_done:
            self.__dict__.pop("request", None)  # releases its data
        self.seconds += seconds + time.perf_counter() - start

    def _part_of(self, answer: Fitted | Result) -> Any:
        """Return the part of the estimator that an answer completes."""
        if isinstance(self.request, TrainRequest):
            return self.request.planned.estimator
        assert isinstance(answer, Fitted)
        return answer.estimator

    def outcome(self) -> Outcome:
        """Return the outcome, which shares no objects with other fits, and release it."""
        estimator = self._unshared(self._estimator)
        self._estimator, self._shared = None, []
        X, y = (given.copy() if given and given.is_written else None for given in self._given)
        outcome = outcome_of(
            estimator,
            self.doubts,
            self.seconds,
            self.diverged,
            self.n_epochs,
            self.dropped,
            (X, y),
        )
        return outcome._replace(repeats=self.repeats, is_cut=self.is_cut, is_fitted=self.is_fitted)

    def _unshared(self, estimator: Any) -> Any:
        """Return an estimator with copies of the parts that it shares with other fits."""
        if any(part is estimator for part in self._shared):
            return copy.deepcopy(estimator)
        if type(estimator) is Pipeline:
            estimator.steps = [(name, self._unshared(step)) for name, step in estimator.steps]
        elif type(estimator) is TransformedTargetRegressor and hasattr(estimator, "regressor_"):
            estimator.regressor_ = self._unshared(estimator.regressor_)
        elif hasattr(estimator, "_fit_asking") and hasattr(estimator, "estimators_"):
            estimator.estimators_ = [self._unshared(own) for own in estimator.estimators_]
        return estimator


def _last_of(estimator: Any) -> Any:
    """Return the estimator that ``fitting`` fits last, inside the two classes that it knows."""
    if type(estimator) is Pipeline:
        return _last_of(estimator.steps[-1][1])
    if type(estimator) is TransformedTargetRegressor:
        return _last_of(estimator.regressor)
    return estimator


def is_fitted_alone(estimator: Any) -> bool:
    """Return whether the estimator that ``fitting`` fits last is fitted by its own ``fit``."""
    last = _last_of(estimator)  # a DeferredFit is not
    return trains_by_itself(last) is not None and not hasattr(last, "_fit_asking")
