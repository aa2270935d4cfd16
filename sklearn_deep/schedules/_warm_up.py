"""A schedule that begins with a linear rise and continues with any other schedule."""

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
    """Increase the learning rate linearly to its full value, then follow another schedule.

    Parameters
    ----------
    epochs : int >= 1, default=5
        Number of epochs of the rise.
    start : float in [0, 1], default=0.1
        Factor of the first step; with 0, that step does not change the weights.
    then : Schedule or None, default=None
        The schedule after the rise. It is used as for a fit of the remaining epochs and receives
        only their values. With None, the learning rate is constant after the rise.

    References
    ----------
    Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017, section 2.2.
    As ``torch.optim.lr_scheduler.LinearLR`` with one scheduler step per training step.

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
        """Name of the value that the schedule after the rise reads, or None."""
        return None if self.then is None else self.then.monitor

    @property
    def ends(self) -> bool:  # type: ignore[override]
        """Whether the schedule after the rise is finished once all epochs were trained."""
        return self.then is not None and self.then.ends

    def check(self) -> Self:
        """Return the plug-in itself; raise an error if a field, here or in ``then``, is out of its range."""
        super().check()
        if self.then is not None:
            self.then.check()
        return self

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the factors of a fit whose schedule has received no values."""
        return self.begin().factors(times, n_epochs)

    def begin(self) -> WarmUpPace:
        """Return the state of the rise and of the schedule after it."""
        return WarmUpPace(self)


class WarmUpPace(Pace):
    """The state of the rise and of the schedule after it.

    Parameters
    ----------
    schedule : WarmUp
        The schedule whose state this is.
    """

    schedule: WarmUp

    def __init__(self, schedule: WarmUp) -> None:
        super().__init__(schedule)
        self.then = (schedule.then or Constant()).begin()
        self.n_seen = 0

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the factors of the rise, then those of the schedule after it."""
        start, epochs = self.schedule.start, self.schedule.epochs
        rise = start + (1 - start) * times / epochs
        after = self.then.factors(np.maximum(times - epochs, 0), max(n_epochs - epochs, 1))
        return np.where(times < epochs, rise, after)

    def see(self, values: Mapping[str, float]) -> None:
        """Pass on the values of an epoch to the schedule after the rise, once that has begun."""
        self.n_seen += 1
        if self.n_seen > self.schedule.epochs:
            self.then.see(values)
