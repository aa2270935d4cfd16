"""Powers whose bits do not depend on the company."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def power(base: float | Tensor, exponent: Tensor) -> Tensor:
    """Return ``base ** exponent`` with bits that do not depend on the shape.

    Vector and scalar code round powers differently, so all elements go through vector code.

    Parameters
    ----------
    base : float or float64 Tensor that broadcasts to the exponent's shape
        What is raised.
    exponent : float64 Tensor of any shape
        To which power.
    """
    padding = (0, -exponent.numel() % 64)
    bases = torch.as_tensor(base, dtype=exponent.dtype).to(exponent.device).expand_as(exponent)
    powers = F.pad(bases.flatten(), padding) ** F.pad(exponent.flatten(), padding)
    return powers[: exponent.numel()].view_as(exponent)
