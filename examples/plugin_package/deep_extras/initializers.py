"""An initializer that gives every unit the same few connections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Generator, Tensor

from sklearn_deep.initializers import Initializer


@dataclass(eq=False, repr=False)
class Sparse(Initializer):
    """Draw ``n_connections`` normal weights for each unit, and leave the others at zero.

    The weighted sums of a wide layer then start as large as those of a narrow one.

    Parameters
    ----------
    n_connections : int >= 1, default=15
        Weights of a unit that are not zero; all of them where a layer has fewer inputs.
    std : float > 0, default=1.0
        Standard deviation of those weights.

    References
    ----------
    Martens, "Deep learning via Hessian-free optimization", 2010, section 5.
    """

    n_connections: int = 15
    std: float = 1.0

    def draw(self, fan_out: int, fan_in: int, generator: Generator) -> Tensor:
        """Return a ``(fan_out, fan_in)`` float64 matrix drawn with ``generator``."""
        weight = torch.zeros(fan_out, fan_in, dtype=torch.float64)
        order = torch.rand(fan_out, fan_in, generator=generator).argsort(dim=1)
        chosen = order[:, : self.n_connections]
        drawn = torch.randn(chosen.shape, generator=generator, dtype=torch.float64)
        return weight.scatter(1, chosen, self.std * drawn)

    def check(self) -> Self:
        """Raise where a unit would have no connection, or the deviation is not positive."""
        if not (self.n_connections >= 1 and self.std > 0):
            raise ValueError(f"'n_connections' of Sparse must be >= 1 and 'std' > 0, got {self!r}.")
        return super().check()
