"""The units of a layer that is padded to the width of wider ones: what the others give is nothing.

``units`` is a bool tensor of shape (width,), or None where all of them are the network's own.
"""

from __future__ import annotations

import torch
from torch import Tensor


def of_units(signal: Tensor, units: Tensor | None) -> Tensor:
    """Return a signal ``(..., width)`` that is zero, and has no gradient, outside of ``units``.

    Functions such as the sigmoid are not zero at zero, and noise is not either.
    """
    return signal if units is None else torch.where(units, signal, 0.0)


def mean_of_units(signal: Tensor, units: Tensor | None) -> Tensor:
    """Return the mean of a signal ``(..., width)`` over ``units``, ``(..., 1)``."""
    if units is None:
        return signal.mean(-1, keepdim=True)
    return of_units(signal, units).sum(-1, keepdim=True) / units.sum()
