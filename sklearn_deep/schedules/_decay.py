"""Schedules that are constant or decrease from epoch to epoch."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.schedules._base import Schedule


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Constant(Schedule):
    """Keep the learning rate constant."""

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return ones."""
        return np.ones_like(times)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class StepDecay(Schedule):
    """Multiply the learning rate by ``gamma`` every ``step_size`` epochs.

    Parameters
    ----------
    step_size : int >= 1, default=10
        Number of epochs between two changes.
    gamma : float > 0, default=0.1
        Factor of each change.

    References
    ----------
    As ``torch.optim.lr_scheduler.StepLR`` with one scheduler step per epoch.
    """

    step_size: int = 10
    gamma: float = 0.1

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "step_size": [Interval(Integral, 1, None, closed="left")],
        "gamma": [Interval(Real, 0, None, closed="neither")],
    }

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return ``gamma`` raised to the number of changes so far."""
        return self.gamma ** (times // self.step_size)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Exponential(Schedule):
    """Multiply the learning rate by ``gamma`` every epoch.

    Parameters
    ----------
    gamma : float > 0, default=0.95
        Factor per epoch.

    References
    ----------
    As ``torch.optim.lr_scheduler.ExponentialLR`` with one scheduler step per epoch.
    """

    gamma: float = 0.95

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "gamma": [Interval(Real, 0, None, closed="neither")],
    }

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return ``gamma`` raised to the number of whole epochs trained so far."""
        return self.gamma ** np.floor(times)
