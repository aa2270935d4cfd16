"""Noise that destroys single values, for denoising autoencoders."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.noise._noise import Noise


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Masking(Noise):
    """Set values to zero, and leave the others as they are (dropout scales them up).

    Parameters
    ----------
    rate : float in [0, 1], default=0.3
        Probability of losing a value, rounded up to a multiple of 2⁻¹⁶.

    References
    ----------
    Vincent et al., "Stacked denoising autoencoders", 2010, section 3.3.
    """

    rate: float | Tensor = 0.3

    distribution: ClassVar[Literal["normal", "uniform"]] = "uniform"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "rate": [Interval(Real, 0, 1, closed="both")]
    }

    def apply(self, signal: Tensor, draw: Tensor) -> Tensor:
        """Return zero where ``draw < rate``, else the signal."""
        return torch.where(draw < self.rate, 0.0, signal)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class SaltAndPepper(Noise):
    """Set values to one of two extremes, each half of the time.

    Parameters
    ----------
    rate : float in [0, 1], default=0.1
        Probability of losing a value, rounded up to a multiple of 2⁻¹⁶.
    low, high : float, default=0.0 and 1.0
        The extremes, in the units of the signal.

    References
    ----------
    Vincent et al., "Stacked denoising autoencoders", 2010, section 3.3.
    """

    rate: float | Tensor = 0.1
    low: float | Tensor = 0.0
    high: float | Tensor = 1.0

    distribution: ClassVar[Literal["normal", "uniform"]] = "uniform"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "rate": [Interval(Real, 0, 1, closed="both")],
        "low": [Real],
        "high": [Real],
    }

    def apply(self, signal: Tensor, draw: Tensor) -> Tensor:
        """Return ``low`` where ``draw < rate / 2``, ``high`` where ``draw < rate``, else the signal."""
        extreme = torch.where(draw < self.rate / 2, self.low, self.high)
        return torch.where(draw < self.rate, extreme, signal)
