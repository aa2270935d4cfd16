"""An activation that stays periodic far from the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from sklearn_deep.activations import Activation


@dataclass(eq=False, repr=False)
class Snake(Activation):
    """``z + sin(frequency * z)**2 / frequency``, for targets that repeat themselves.

    Parameters
    ----------
    frequency : float > 0, default=1.0
        Radians a unit of ``z``.

    References
    ----------
    Ziyin et al., "Neural networks fail to learn periodic functions and how to fix it", 2020.
    """

    frequency: float | Tensor = 1.0

    def __call__(self, z: Tensor) -> Tensor:
        """Return the activation of ``z``, of the same shape."""
        return z + torch.sin(self.frequency * z).square() / self.frequency

    def check(self) -> Self:
        """Raise where the frequency is not positive."""
        if not self.frequency > 0:
            raise ValueError(f"'frequency' of Snake must be a number > 0, got {self.frequency!r}.")
        return super().check()
