"""A penalty that removes small weights and spares large ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from torch import Tensor

from sklearn_deep.penalties import Penalty


@dataclass(eq=False, repr=False)
class WeightElimination(Penalty):
    """``strength * sum(r / (1 + r))`` with ``r = (weight / scale)**2``: a soft count of weights.

    Parameters
    ----------
    strength : float >= 0, default=0.001
        What a weight much larger than ``scale`` adds to the objective.
    scale : float > 0, default=1.0
        Size at which a weight counts half.

    References
    ----------
    Weigend et al., "Generalization by weight-elimination with application to forecasting", 1991.
    """

    strength: float | Tensor = 0.001
    scale: float | Tensor = 1.0

    def penalty(self, weight: Tensor) -> Tensor:
        """Return the penalty of a ``(n_out, n_in)`` weight matrix, a 0-d tensor."""
        r = (weight / self.scale).square()
        return self.strength * (r / (1 + r)).sum()

    def check(self) -> Self:
        """Raise where the strength is negative or the scale is not positive."""
        if not (self.strength >= 0 and self.scale > 0):
            raise ValueError(
                f"'strength' of WeightElimination must be >= 0 and 'scale' > 0, got {self!r}."
            )
        return super().check()
