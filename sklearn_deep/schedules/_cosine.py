"""Schedules that follow half a period of a cosine, with a new factor at every step."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.schedules._base import Schedule


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Cosine(Schedule):
    """Decrease the learning rate along half a cosine over all epochs of the fit.

    Parameters
    ----------
    final_factor : float in [0, 1], default=0.0
        Factor at the end of the fit, and after it.

    References
    ----------
    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, equation 5
    without restarts. Equals ``torch.optim.lr_scheduler.CosineAnnealingLR`` at whole epochs.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep.schedules import Cosine
    >>> Cosine(final_factor=0.1).factors(np.array([0, 2, 4, 6]), n_epochs=4).round(3).tolist()
    [1.0, 0.55, 0.1, 0.1]
    """

    final_factor: float = 0.0

    ends: ClassVar[bool] = True
    spans_fit: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "final_factor": [Interval(Real, 0, 1, closed="both")],
    }

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the cosine at the completed fraction of the fit."""
        return _half_wave(1.0, self.final_factor, times / n_epochs)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class OneCycle(Schedule):
    """Increase the learning rate to its maximum, then decrease it far below its first value.

    ``learning_rate`` is the maximum; rise and fall follow half a cosine each. Momentum is not changed.

    Parameters
    ----------
    pct_start : float in (0, 1), default=0.3
        Fraction of the fit during which the learning rate rises.
    div_factor : float >= 1, default=25.0
        The factor at the start is ``1 / div_factor``.
    final_div_factor : float >= 1, default=1e4
        The factor at the end is ``1 / (div_factor·final_div_factor)``.

    References
    ----------
    Smith and Topin, "Super-convergence: very fast training of neural networks using large learning
    rates", 2018. As ``torch.optim.lr_scheduler.OneCycleLR``, except that torch reaches the maximum up
    to one step earlier.
    """

    pct_start: float = 0.3
    div_factor: float = 25.0
    final_div_factor: float = 1e4

    ends: ClassVar[bool] = True
    spans_fit: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "pct_start": [Interval(Real, 0, 1, closed="neither")],
        "div_factor": [Interval(Real, 1, None, closed="left")],
        "final_div_factor": [Interval(Real, 1, None, closed="left")],
    }

    def factors(self, times: np.ndarray, n_epochs: int) -> np.ndarray:
        """Return the rise before the peak and the fall after it."""
        gone = times / n_epochs
        start = 1 / self.div_factor
        rise = _half_wave(start, 1.0, gone / self.pct_start)
        fall = _half_wave(
            1.0, start / self.final_div_factor, (gone - self.pct_start) / (1 - self.pct_start)
        )
        return np.where(gone < self.pct_start, rise, fall)


def _half_wave(first: float, last: float, way: np.ndarray) -> np.ndarray:
    """Return values that go from ``first`` to ``last`` while ``way`` goes from 0 to 1, constant outside."""
    return last + (first - last) * (1 + np.cos(np.pi * np.clip(way, 0, 1))) / 2
