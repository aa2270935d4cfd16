"""Initializers that keep the variance of the signal constant from layer to layer."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Generator, Tensor

from sklearn_deep._compat.sklearn import Interval, StrOptions
from sklearn_deep._shared import explained
from sklearn_deep.initializers._base import Initializer

# Standard deviation of a standard normal variable truncated to [-2, 2].
_TRUNCATED_STD = 0.8796256610342398


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class VarianceScaling(Initializer):
    """Draw weights with mean zero and variance ``scale / fan``.

    He is ``scale=2, mode="fan_in"``, LeCun ``scale=1, mode="fan_in"``, Glorot ``scale=1,
    mode="fan_avg"``, where ``fan_avg = (fan_in + fan_out) / 2``.

    Parameters
    ----------
    scale : float > 0, default=1.0
        Numerator of the variance. The unit is that of a squared weight times a number of units.
    mode : {"fan_in", "fan_out", "fan_avg"}, default="fan_in"
        Denominator of the variance.
    distribution : {"normal", "uniform", "truncated"}, default="normal"
        ``"truncated"`` redraws values that are more than two standard deviations from zero; the
        normal distribution is widened so that the variance *after* truncation is
        ``scale / fan``, as in Keras.

    References
    ----------
    LeCun et al., "Efficient BackProp", 1998; Glorot and Bengio, "Understanding the difficulty of
    training deep feedforward neural networks", 2010, eq. 16; He et al., "Delving deep into
    rectifiers", 2015, eq. 10.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.initializers import VarianceScaling
    >>> weight = VarianceScaling(scale=2.0).draw(500, 400, torch.Generator().manual_seed(0))
    >>> round(float(weight.var()) * 400, 1)
    2.0
    """

    scale: float = 1.0
    mode: str = "fan_in"
    distribution: str = "normal"

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "scale": [Interval(Real, 0, None, closed="neither")],
        "mode": [StrOptions({"fan_in", "fan_out", "fan_avg"})],
        "distribution": [StrOptions({"normal", "uniform", "truncated"})],
    }

    def draw(self, fan_out: int, fan_in: int, generator: Generator) -> Tensor:
        """Return a ``(fan_out, fan_in)`` float64 matrix drawn with ``generator``."""
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        std = sqrt(self.scale / fan)
        weight = torch.empty(fan_out, fan_in, dtype=torch.float64)
        if self.distribution == "normal":
            return weight.normal_(0.0, std, generator=generator)
        if self.distribution == "uniform":
            return weight.uniform_(-sqrt(3) * std, sqrt(3) * std, generator=generator)
        wide = std / _TRUNCATED_STD
        return torch.nn.init.trunc_normal_(
            weight, std=wide, a=-2 * wide, b=2 * wide, generator=generator
        )
