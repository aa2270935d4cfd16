"""Base class of schedules, and the adapter for functions used as schedules."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np

from sklearn_deep._shared import explained
from sklearn_deep.plugins import Plugin

# Number of times per epoch at which ``rises_until`` evaluates a schedule.
_MOMENTS = 10


class Schedule(Plugin):
    """Base class of schedules: the factor of ``learning_rate`` at each step.

    Factors are computed for each network separately, in plain floats. ``monitor`` is the name in
    ``history_`` of the value that the schedule reads, or None. ``ends`` says that the schedule is
    finished after ``max_epochs`` epochs, so that a fit which trains all of them is complete.
    ``spans_fit`` says that each ``fit`` with ``warm_start`` restarts the schedule; other schedules
    continue. ``partial_fit`` continues all of them.
    """

    monitor: str | None = None
    ends: ClassVar[bool] = False
    spans_fit: ClassVar[bool] = False

    @abstractmethod
    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the factors of ``learning_rate`` at the given times.

        Parameters
        ----------
        times : ndarray of shape (n_steps,)
            Number of epochs trained before each step, for example 2.5 in the middle of the third epoch.
            It can exceed ``n_epochs`` if an earlier fit is resumed.
        n_epochs : int >= 1
            Number of epochs of the whole fit, ``max_epochs``.

        Returns
        -------
        ndarray of shape (n_steps,)
        """

    def begin(self) -> Pace:
        """Return the state of the schedule at the start of a fit."""
        return Pace(self)

    def rises_until(self, n_epochs: int) -> float:
        """Return the time, in epochs, at which the learning rate is largest; 0 if it never rises.

        Parameters
        ----------
        n_epochs : int >= 1
            Number of epochs of the whole fit.
        """
        times = np.arange(_MOMENTS * n_epochs) / _MOMENTS
        return float(times[np.argmax(self.begin().factors(times, n_epochs))])


class Pace:
    """The state of a schedule during a fit.

    Parameters
    ----------
    schedule : Schedule
        The schedule whose state this is.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the factors of ``learning_rate`` at the given times, as ``Schedule.factors`` does.

        Parameters
        ----------
        times : ndarray of shape (n_steps,)
            Number of epochs trained before each step.
        n_epochs : int >= 1
            Number of epochs of the whole fit.

        Returns
        -------
        ndarray of shape (n_steps,)
        """
        return self.schedule.factors(times, n_epochs)

    def see(self, values: Mapping[str, float]) -> None:
        """Receive the values of a finished epoch; most schedules ignore them.

        Parameters
        ----------
        values : mapping of str to float
            Values by their names in ``history_``.
        """

    def numbers(self) -> dict[str, Any]:
        """Return the numbers that the rule has come to, by name.

        Returns
        -------
        dict
            Those of a schedule that follows this one are a dict in it.
        """
        own = {name: value for name, value in vars(self).items() if name != "schedule"}
        return {n: v.numbers() if isinstance(v, Pace) else v for n, v in own.items()}

    def resumed(self, numbers: Mapping[str, Any]) -> Self:
        """Take the numbers that the rule had come to, and return itself.

        Parameters
        ----------
        numbers : mapping
            As ``numbers`` returns them.
        """
        for name, value in numbers.items():
            inner = getattr(self, name)
            setattr(self, name, inner.resumed(value) if isinstance(inner, Pace) else value)
        return self


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CallableSchedule(Schedule):
    """Adapter that makes a schedule of a function, as ``torch.optim.lr_scheduler.LambdaLR`` does.

    Parameters
    ----------
    function : callable
        ``f(epoch)`` returns a finite factor >= 0 for an epoch, an integer that starts at 0.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep.schedules import CallableSchedule
    >>> CallableSchedule(lambda epoch: 0.5**epoch).factors(np.array([0, 1, 1.5]), n_epochs=2).tolist()
    [1.0, 0.5, 0.5]
    """

    function: Callable[[int], float] = field(kw_only=False)

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Call the function once per epoch and check the returned factors."""
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
