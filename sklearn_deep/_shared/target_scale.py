"""The scale on which a network learns its target."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import torch
from torch import Tensor

# Smallest scale, relative to the largest target. It matters if a few samples have weights of 1e300 and the
# others of 1, because the weighted deviation of the targets is then nearly zero.
_LEAST = 1e-10


class TargetScale(NamedTuple):
    """Shift that is subtracted from a target, and scale that it is divided by, for training.

    Parameters
    ----------
    shift : ndarray of shape (n_outputs,)
        One number per output, in the unit of the target, float64.
    scale : ndarray of shape (n_outputs,)
        One number > 0 per output, in the unit of the target, float64.
    """

    shift: np.ndarray
    scale: np.ndarray

    @classmethod
    def standard(cls, y: np.ndarray, weight: np.ndarray) -> Self:
        """Return the weighted mean and standard deviation (ddof 0); a deviation of 0 is replaced by 1.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)
            Target, float64.
        weight : ndarray of shape (n_samples,)
            Sample weights >= 0; only their ratios matter.
        """
        y, weight, exponent = _in_range(y, weight)
        if not len(y):
            return cls.identity(y.shape[1])
        # The computed mean of equal numbers may differ from them in the last bit.
        shift = np.where(is_constant(y), y[0], np.average(y, axis=0, weights=weight))
        scale = np.sqrt(np.average((y - shift) ** 2, axis=0, weights=weight))
        scale = np.maximum(scale, _LEAST * np.abs(y - shift).max(0))
        return cls(np.ldexp(shift, exponent), _positive(np.ldexp(scale, exponent)))

    @classmethod
    def of_mean(cls, y: np.ndarray, weight: np.ndarray) -> Self:
        """Return the weighted mean of a target >= 0 as its scale; a mean of 0 is replaced by 1.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)
            Target, float64.
        weight : ndarray of shape (n_samples,)
            Sample weights >= 0; only their ratios matter.
        """
        y, weight, exponent = _in_range(y, weight)
        unit = cls.identity(y.shape[1])
        if not len(y):
            return unit
        mean = np.maximum(np.average(y, axis=0, weights=weight), _LEAST * y.max(0))
        return cls(unit.shift, _positive(np.ldexp(mean, exponent)))

    @classmethod
    def identity(cls, n_outputs: int) -> Self:
        """Return the scale that leaves targets unchanged."""
        return cls(np.zeros(n_outputs), np.ones(n_outputs))

    def normalized(self, y: np.ndarray) -> np.ndarray:
        """Return a target ``(n_samples, n_outputs)`` on the scale of training; infinite on overflow."""
        with np.errstate(over="ignore"):
            values: np.ndarray = (y - self.shift) / self.scale
        return values

    def restored(self, values: Tensor) -> Tensor:
        """Return targets or predictions ``(n_samples, n_outputs)`` in the original unit, in float64."""
        shift, scale = (torch.tensor(part, device=values.device) for part in self)
        return values.double() * scale + shift


def is_constant(y: np.ndarray) -> np.ndarray:
    """Return which columns of ``(n_samples, n_outputs)`` contain only one value, ``(n_outputs,)``."""
    return np.asarray((y == y[:1]).all(0))


def _in_range(y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return samples of positive weight, scaled so that squares neither overflow nor underflow.

    The targets are divided by powers of two, whose exponents are returned too, because that is exact.
    """
    counts = weight > 0
    y, weight = y[counts], weight[counts]
    exponent = np.frexp(np.abs(y).max(0, initial=0.0))[1]
    return np.ldexp(y, -exponent), weight / weight.max(initial=0.0), exponent


def _positive(scale: np.ndarray) -> np.ndarray:
    return np.where(scale > 0, scale, 1.0)
