"""Noise that destroys individual values, for denoising autoencoders."""

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
    """Set random values to zero and leave the others unchanged (dropout would scale them up).

    Parameters
    ----------
    rate : float in [0, 1], default=0.3
        Probability that a value is set to zero, rounded up to a multiple of 2⁻¹⁶.

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
        """Return zero if ``draw < rate``, else the signal."""
        return torch.where(draw < self.rate, 0.0, signal)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class SaltAndPepper(Noise):
    """Set random values to one of two extremes, each with the same probability.

    Parameters
    ----------
    rate : float in [0, 1], default=0.1
        Probability that a value is replaced, rounded up to a multiple of 2⁻¹⁶.
    low, high : float, default=0.0 and 1.0
        The two extremes, in the unit of the signal.

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
        """Return ``low`` if ``draw < rate / 2``, ``high`` if ``draw < rate``, else the signal."""
        extreme = torch.where(draw < self.rate / 2, self.low, self.high)
        return torch.where(draw < self.rate, extreme, signal)
