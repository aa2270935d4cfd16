"""The unit in which a network learns its target."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import torch
from torch import Tensor

# Least scale, as a share of the largest target: weights of 1e300 beside others of 1 leave no less.
_LEAST = 1e-10


class TargetScale(NamedTuple):
    """What a target is shifted by, then divided by, for training; one number per output.

    Parameters
    ----------
    shift : ndarray of shape (n_outputs,)
        In the unit of the target, float64.
    scale : ndarray of shape (n_outputs,)
        In the unit of the target, > 0, float64.
    """

    shift: np.ndarray
    scale: np.ndarray

    @classmethod
    def standard(cls, y: np.ndarray, weight: np.ndarray) -> Self:
        """Return the weighted mean and standard deviation (ddof 0); a deviation of 0 counts as 1.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)
            Target, float64.
        weight : ndarray of shape (n_samples,)
            Weight >= 0 of each sample, in any unit.
        """
        y, weight, exponent = _in_range(y, weight)
        if not len(y):
            return cls.identity(y.shape[1])
        # The mean of equal numbers need not be that number to the bit.
        shift = np.where(is_constant(y), y[0], np.average(y, axis=0, weights=weight))
        scale = np.sqrt(np.average((y - shift) ** 2, axis=0, weights=weight))
        scale = np.maximum(scale, _LEAST * np.abs(y - shift).max(0))
        return cls(np.ldexp(shift, exponent), _positive(np.ldexp(scale, exponent)))

    @classmethod
    def of_mean(cls, y: np.ndarray, weight: np.ndarray) -> Self:
        """Return the weighted mean of a target >= 0 as its scale; a mean of 0 counts as 1.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)
            Target, float64.
        weight : ndarray of shape (n_samples,)
            Weight >= 0 of each sample, in any unit.
        """
        y, weight, exponent = _in_range(y, weight)
        unit = cls.identity(y.shape[1])
        if not len(y):
            return unit
        mean = np.maximum(np.average(y, axis=0, weights=weight), _LEAST * y.max(0))
        return cls(unit.shift, _positive(np.ldexp(mean, exponent)))

    @classmethod
    def identity(cls, n_outputs: int) -> Self:
        """Return the scale that changes nothing."""
        return cls(np.zeros(n_outputs), np.ones(n_outputs))

    def normalized(self, y: np.ndarray) -> np.ndarray:
        """Return a target ``(n_samples, n_outputs)`` in the unit of training; infinite on overflow."""
        with np.errstate(over="ignore"):
            values: np.ndarray = (y - self.shift) / self.scale
        return values

    def restored(self, values: Tensor) -> Tensor:
        """Return targets or predictions ``(n_samples, n_outputs)`` in their own unit, in float64."""
        shift, scale = (torch.tensor(part, device=values.device) for part in self)
        return values.double() * scale + shift


def is_constant(y: np.ndarray) -> np.ndarray:
    """Return which columns ``(n_outputs,)`` of ``(n_samples, n_outputs)`` hold one number only."""
    return np.asarray((y == y[:1]).all(0))


def _in_range(y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the samples of positive weight whose squares neither overflow nor vanish.

    Powers of two are taken out of y, whose exponents come along, because they change no bit.
    """
    counts = weight > 0
    y, weight = y[counts], weight[counts]
    exponent = np.frexp(np.abs(y).max(0, initial=0.0))[1]
    return np.ldexp(y, -exponent), weight / weight.max(initial=0.0), exponent


def _positive(scale: np.ndarray) -> np.ndarray:
    return np.where(scale > 0, scale, 1.0)
