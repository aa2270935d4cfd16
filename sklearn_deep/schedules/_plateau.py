"""A schedule that reduces the learning rate if a monitored value stops improving, as in Keras."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained, larger_is_better
from sklearn_deep.schedules._base import Pace, Schedule


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Plateau(Schedule):
    """Reduce the learning rate if a monitored value has not improved for some epochs.

    Parameters
    ----------
    monitor : str, default="loss"
        A name in ``history_``, as in ``EarlyStopping``, or the name of a scikit-learn scorer, for
        example ``val_roc_auc``. Smaller losses are better; larger values of everything else are.
    factor : float in (0, 1), default=0.1
        Factor by which the learning rate is multiplied.
    patience : int >= 0, default=10
        Number of epochs without improvement to wait before a reduction; 0 behaves like 1.
    min_delta : float >= 0, default=1e-4
        Minimum improvement, in the unit of the monitored value.
    cooldown : int >= 0, default=0
        Number of epochs after a reduction in which epochs without improvement are not counted,
        except for the last of them, as in Keras; 0 behaves like 1.
    min_factor : float in [0, 1], default=0.0
        The learning rate is never reduced below this multiple of ``learning_rate``.

    References
    ----------
    The rule of ``keras.callbacks.ReduceLROnPlateau`` (Keras 3).
    """

    monitor: str = "loss"
    factor: float = 0.1
    patience: int = 10
    min_delta: float = 1e-4
    cooldown: int = 0
    min_factor: float = 0.0

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "monitor": [str],
        "factor": [Interval(Real, 0, 1, closed="neither")],
        "patience": [Interval(Integral, 0, None, closed="left")],
        "min_delta": [Interval(Real, 0, None, closed="left")],
        "cooldown": [Interval(Integral, 0, None, closed="left")],
        "min_factor": [Interval(Real, 0, 1, closed="both")],
    }

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return ones, the factors before any value was received."""
        return np.ones_like(times)

    def begin(self) -> PlateauPace:
        """Return a new state of the rule."""
        return PlateauPace(self)


class PlateauPace(Pace):
    """The state of the rule during a fit.

    Parameters
    ----------
    schedule : Plateau
        The rule.
    """

    schedule: Plateau

    def __init__(self, schedule: Plateau) -> None:
        super().__init__(schedule)
        self.larger_is_better = larger_is_better(schedule.monitor)
        self.factor = 1.0
        self.wait = 0
        self.cooldown = 0
        self.best = inf

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the current factor for all times."""
        return np.full_like(times, self.factor)

    def see(self, values: Mapping[str, float]) -> None:
        """Receive the values of a finished epoch and reduce the factor if the rule says so."""
        rule = self.schedule
        # As in Keras, the cooldown is decremented before it is checked, so 0 and 1 behave alike.
        if self.cooldown > 0:
            self.cooldown -= 1
        if self._improves(values[rule.monitor]):
            self.wait = 0
        elif self.cooldown == 0:
            self.wait += 1
            if self.wait >= rule.patience and self.factor > rule.min_factor:
                self.factor = max(self.factor * rule.factor, rule.min_factor)
                self.cooldown = rule.cooldown
                self.wait = 0

    def _improves(self, value: float) -> bool:
        value = -value if self.larger_is_better else value
        improves = value < self.best - self.schedule.min_delta
        self.best = value if improves else self.best
        return improves
