"""Initializers whose scale does not depend on the layer."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Generator, Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.initializers._base import Initializer


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class RandomNormal(Initializer):
    """Draw weights from a normal distribution of mean zero and a fixed standard deviation.

    Parameters
    ----------
    std : float >= 0, default=0.01
        Standard deviation of every weight, independent of the layer's size.
    """

    std: float = 0.01

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "std": [Interval(Real, 0, None, closed="left")]
    }

    def draw(self, fan_out: int, fan_in: int, generator: Generator) -> Tensor:
        """Return a ``(fan_out, fan_in)`` float64 matrix drawn with ``generator``."""
        return torch.empty(fan_out, fan_in, dtype=torch.float64).normal_(
            0.0, self.std, generator=generator
        )


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Orthogonal(Initializer):
    """Draw a random matrix with orthogonal rows or columns, whichever there are fewer of.

    Parameters
    ----------
    gain : float > 0, default=1.0
        Common length of those rows or columns.

    References
    ----------
    Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks", 2014.
    """

    gain: float = 1.0

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "gain": [Interval(Real, 0, None, closed="neither")]
    }

    def draw(self, fan_out: int, fan_in: int, generator: Generator) -> Tensor:
        """Return a ``(fan_out, fan_in)`` float64 matrix drawn with ``generator``."""
        weight = torch.empty(fan_out, fan_in, dtype=torch.float64)
        return torch.nn.init.orthogonal_(weight, gain=self.gain, generator=generator)


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Zeros(Initializer):
    """Set every weight to zero, to show what goes wrong: all units of a layer stay identical."""

    def draw(self, fan_out: int, fan_in: int, generator: Generator) -> Tensor:
        """Return a ``(fan_out, fan_in)`` float64 matrix of zeros."""
        return torch.zeros(fan_out, fan_in, dtype=torch.float64)
