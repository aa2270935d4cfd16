"""What every schedule shares."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from numbers import Real
from typing import ClassVar

import numpy as np

from sklearn_deep._shared import explained
from sklearn_deep.plugins import Plugin

# Looked at in each epoch.
_MOMENTS = 10


class Schedule(Plugin):
    """Which multiple of ``learning_rate`` each step takes.

    Every member's factors are computed alone, from plain floats. ``monitor`` is the name in
    ``history_`` of the value that the schedule looks at, or None. ``ends`` says that the schedule has
    run its course after ``max_epochs`` epochs, so that a fit which trains all of them is complete.
    ``spans_fit`` says that each ``fit`` under ``warm_start`` begins the schedule anew; other schedules
    continue. ``partial_fit`` continues all of them.
    """

    monitor: str | None = None
    ends: ClassVar[bool] = False
    spans_fit: ClassVar[bool] = False

    @abstractmethod
    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the multiples of ``learning_rate`` at the given times.

        Parameters
        ----------
        times : ndarray of shape (n_steps,)
            Epochs trained before each step: 2.5 in the middle of the third epoch. Times past
            ``n_epochs`` occur if an earlier fit is resumed.
        n_epochs : int >= 1
            Epochs of the whole fit, ``max_epochs``.

        Returns
        -------
        ndarray of shape (n_steps,)
        """

    def begin(self) -> Pace:
        """Return the state of the schedule at the start of a fit."""
        return Pace(self)

    def rises_until(self, n_epochs: int) -> float:
        """Return the time at which the learning rate is largest, in epochs; 0 if it never rises.

        Parameters
        ----------
        n_epochs : int >= 1
            Epochs of the whole fit.
        """
        times = np.arange(_MOMENTS * n_epochs) / _MOMENTS
        return float(times[np.argmax(self.begin().factors(times, n_epochs))])


class Pace:
    """The state of one schedule over one fit.

    Parameters
    ----------
    schedule : Schedule
        The schedule.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the multiples of ``learning_rate`` at the given times, as ``Schedule.factors``.

        Parameters
        ----------
        times : ndarray of shape (n_steps,)
            Epochs gone by before each step.
        n_epochs : int >= 1
            Epochs of the whole fit.

        Returns
        -------
        ndarray of shape (n_steps,)
        """
        return self.schedule.factors(times, n_epochs)

    def see(self, values: Mapping[str, float]) -> None:
        """Take the values of a finished epoch; most schedules do not look.

        Parameters
        ----------
        values : mapping of str to float
            By their names in ``history_``.
        """


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CallableSchedule(Schedule):
    """A function of the epoch as a schedule, as ``torch.optim.lr_scheduler.LambdaLR`` takes it.

    Parameters
    ----------
    function : callable
        ``f(epoch)``, the epoch an int from 0, returns a finite factor >= 0.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep.schedules import CallableSchedule
    >>> CallableSchedule(lambda epoch: 0.5**epoch).factors(np.array([0, 1, 1.5]), n_epochs=2).tolist()
    [1.0, 0.5, 0.5]
    """

    function: Callable[[int], float] = field(kw_only=False)

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Call the function once an epoch and check what it returns."""
        epochs, places = np.unique(np.floor(times).astype(int), return_inverse=True)
        return np.array([self._factor(int(epoch)) for epoch in epochs])[places]

    def _factor(self, epoch: int) -> float:
        factor = self.function(epoch)
        if not isinstance(factor, Real) or not 0 <= float(factor) < inf:
            raise ValueError(
                f"The schedule {self.function!r} must return a finite factor >= 0, got {factor!r} "
                f"for epoch {epoch}."
            )
        return float(factor)
