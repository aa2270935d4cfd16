"""Activations that carry numbers."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.plugins import Plugin


class Activation(Plugin):
    """An elementwise function with numbers a search may vary."""

    @abstractmethod
    def __call__(self, z: Tensor) -> Tensor:
        """Return the activation of ``z``, of the same shape."""


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class LeakyReLU(Activation):
    """``z`` where positive, ``negative_slope * z`` elsewhere, so that no unit can die.

    Parameters
    ----------
    negative_slope : float >= 0, default=0.01
        Slope below zero.
    """

    negative_slope: float | Tensor = 0.01

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "negative_slope": [Interval(Real, 0, None, closed="left")]
    }

    def __call__(self, z: Tensor) -> Tensor:
        """Return the activation of ``z``, of the same shape."""
        return torch.where(z > 0, z, self.negative_slope * z)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class ELU(Activation):
    """``z`` where positive, ``alpha * (exp(z) - 1)`` elsewhere.

    Parameters
    ----------
    alpha : float > 0, default=1.0
        Minus the value that very negative inputs approach.

    References
    ----------
    Clevert et al., "Fast and accurate deep network learning by exponential linear units", 2016.
    """

    alpha: float | Tensor = 1.0

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "alpha": [Interval(Real, 0, None, closed="neither")]
    }

    def __call__(self, z: Tensor) -> Tensor:
        """Return the activation of ``z``, of the same shape."""
        # The branch not taken must stay finite, or its zero gradient becomes NaN.
        return torch.where(z > 0, z, self.alpha * torch.expm1(z.clamp(max=0)))


def identity(z: Tensor) -> Tensor:
    """Return its argument: a linear network.

    Parameters
    ----------
    z : Tensor of any shape
        Weighted sums of a layer.
    """
    return z
