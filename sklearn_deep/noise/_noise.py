"""Noise plug-ins: each is a formula of a signal and of random numbers that are drawn elsewhere."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, ClassVar, Literal, Self

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.plugins import Plugin


class Noise(Plugin):
    """Base class of noise, which is applied during training only.

    The random numbers are an input: ``draw`` has the shape of ``signal``, and ``distribution``
    says whether it is standard normal or uniform on [0, 1). Uniform numbers are multiples of 2⁻¹⁶
    that include zero, so ``draw < p`` has the probability ``p``, rounded up to such a multiple.
    """

    distribution: ClassVar[Literal["normal", "uniform"]] = "normal"

    @abstractmethod
    def apply(self, signal: Tensor, draw: Tensor) -> Tensor:
        """Return the disturbed signal, of the same shape.

        Parameters
        ----------
        signal : Tensor of any shape
            The inputs, hidden units or parameters to disturb.
        draw : Tensor of the same shape
            New random numbers, see ``distribution``.
        """

    @classmethod
    def silent(cls) -> Self:
        """Return an instance whose ``apply`` returns the signal unchanged, bit for bit."""
        return cls(**{field.name: 0.0 for field in fields(cls)})


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class GaussianNoise(Noise):
    """Add independent normal noise of mean zero.

    Parameters
    ----------
    std : float >= 0, default=0.1
        Standard deviation, in the unit of the signal that the noise is added to.
    """

    std: float | Tensor = 0.1

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "std": [Interval(Real, 0, None, closed="left")]
    }

    def apply(self, signal: Tensor, draw: Tensor) -> Tensor:
        """Return ``signal + std * draw``."""
        return signal + self.std * draw


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Dropout(Noise):
    """Inverted dropout: set random units to zero and scale up the others, so that the mean is unchanged.

    Parameters
    ----------
    rate : float in [0, 1), default=0.5
        Probability of *dropping* a unit. The probability of keeping it, ``1 - rate``, is rounded up
        to a multiple of 2⁻¹⁶.

    References
    ----------
    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
    """

    rate: float | Tensor = 0.5

    distribution: ClassVar[Literal["normal", "uniform"]] = "uniform"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "rate": [Interval(Real, 0, 1, closed="left")]
    }

    def apply(self, signal: Tensor, draw: Tensor) -> Tensor:
        """Return ``signal / keep`` if ``draw < keep``, the probability of keeping, else zero."""
        # Units are divided by the rounded probability, not by 1 - rate, so the mean is unchanged.
        keep = torch.ceil(torch.as_tensor(1 - self.rate, dtype=draw.dtype) * 2**16) / 2**16
        return torch.where(draw < keep, signal / keep, 0.0)
