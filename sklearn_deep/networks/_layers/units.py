"""Masks of the units of a layer that is padded to a larger width; the other units output zero.

``units`` is a bool tensor of shape (width,), or None if no unit is padding.
"""

from __future__ import annotations

import torch
from torch import Tensor


def of_units(signal: Tensor, units: Tensor | None) -> Tensor:
    """Return a signal ``(..., width)`` with zeros, and zero gradients, outside of ``units``.

    This is needed because functions such as the sigmoid are not zero at zero, and neither is noise.
    """
    return signal if units is None else torch.where(units, signal, 0.0)


def mean_of_units(signal: Tensor, units: Tensor | None) -> Tensor:
    """Return the mean of a signal ``(..., width)`` over ``units``, ``(..., 1)``."""
    if units is None:
        return signal.mean(-1, keepdim=True)
    return of_units(signal, units).sum(-1, keepdim=True) / units.sum()
