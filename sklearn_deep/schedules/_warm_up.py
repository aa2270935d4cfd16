"""A linear rise before any other schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.schedules._base import Pace, Schedule
from sklearn_deep.schedules._decay import Constant


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class WarmUp(Schedule):
    """Let the learning rate rise to its full size step by step, then follow another schedule.

    Parameters
    ----------
    epochs : int >= 1, default=5
        Of the rise.
    start : float in [0, 1], default=0.1
        Factor of the first step; with 0 that step does not move.
    then : Schedule or None, default=None
        What follows. Its fit begins after the rise and has the remaining epochs; it sees no value of
        an epoch before. With None the learning rate stays.

    References
    ----------
    Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017, section 2.2.
    As ``torch.optim.lr_scheduler.LinearLR``, stepped every step.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep.schedules import StepDecay, WarmUp
    >>> schedule = WarmUp(epochs=2, start=0.5, then=StepDecay(step_size=1))
    >>> schedule.factors(np.array([0, 0.5, 1, 2, 3]), n_epochs=4).tolist()
    [0.5, 0.625, 0.75, 1.0, 0.1]
    """

    spans_fit: ClassVar[bool] = True

    epochs: int = 5
    start: float = 0.1
    then: Schedule | None = None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "start": [Interval(Real, 0, 1, closed="both")],
        "then": [Schedule, None],
    }

    @property
    def monitor(self) -> str | None:  # type: ignore[override]
        """What the schedule that follows looks at."""
        return None if self.then is None else self.then.monitor

    @property
    def ends(self) -> bool:  # type: ignore[override]
        """Whether the schedule that follows has run its course after all epochs."""
        return self.then is not None and self.then.ends

    def check(self) -> Self:
        """Raise where a field is out of its range, here or in ``then``, else return itself."""
        super().check()
        if self.then is not None:
            self.then.check()
        return self

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the factors of a fit in which no value was seen."""
        return self.begin().factors(times, n_epochs)

    def begin(self) -> WarmUpPace:
        """Return the state of the rise, and of the schedule that follows."""
        return WarmUpPace(self)


class WarmUpPace(Pace):
    """The rise, and the state of the schedule that follows it.

    Parameters
    ----------
    schedule : WarmUp
        The schedule.
    """

    schedule: WarmUp

    def __init__(self, schedule: WarmUp) -> None:
        super().__init__(schedule)
        self.then = (schedule.then or Constant()).begin()
        self.n_seen = 0

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the rise, and from its end on the factors of what follows."""
        start, epochs = self.schedule.start, self.schedule.epochs
        rise = start + (1 - start) * times / epochs
        after = self.then.factors(np.maximum(times - epochs, 0), max(n_epochs - epochs, 1))
        return np.where(times < epochs, rise, after)

    def see(self, values: Mapping[str, float]) -> None:
        """Hand on the values of an epoch after the rise."""
        self.n_seen += 1
        if self.n_seen > self.schedule.epochs:
            self.then.see(values)
