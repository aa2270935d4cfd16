"""Activations that have parameters."""

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
    """Base class of elementwise functions whose parameters can be searched."""

    @abstractmethod
    def __call__(self, z: Tensor) -> Tensor:
        """Return the activation of ``z``, with the same shape."""


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class LeakyReLU(Activation):
    """``z`` if positive, else ``negative_slope * z``, so that no unit stops learning for good.

    Parameters
    ----------
    negative_slope : float >= 0, default=0.01
        Slope for negative inputs.
    """

    negative_slope: float | Tensor = 0.01

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "negative_slope": [Interval(Real, 0, None, closed="left")]
    }

    def __call__(self, z: Tensor) -> Tensor:
        """Return the activation of ``z``, with the same shape."""
        return torch.where(z > 0, z, self.negative_slope * z)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class ELU(Activation):
    """``z`` if positive, else ``alpha * (exp(z) - 1)``.

    Parameters
    ----------
    alpha : float > 0, default=1.0
        The activation approaches ``-alpha`` for very negative inputs.

    References
    ----------
    Clevert et al., "Fast and accurate deep network learning by exponential linear units", 2016.
    """

    alpha: float | Tensor = 1.0

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "alpha": [Interval(Real, 0, None, closed="neither")]
    }

    def __call__(self, z: Tensor) -> Tensor:
        """Return the activation of ``z``, with the same shape."""
        # Both branches are computed. Without the clamp, exp overflows for large z, and the gradient of
        # the branch that is not used becomes zero times infinity, which is NaN.
        return torch.where(z > 0, z, self.alpha * torch.expm1(z.clamp(max=0)))


def identity(z: Tensor) -> Tensor:
    """Return the input unchanged: with it, a network is linear.

    Parameters
    ----------
    z : Tensor of any shape
        Pre-activations of a layer.
    """
    return z
