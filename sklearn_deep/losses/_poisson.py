"""Poisson deviance, a loss for counts."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np
from torch import Tensor

from sklearn_deep._shared import explained
from sklearn_deep.losses._base import Loss, UnitChange, mean_of_outputs


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Poisson(Loss):
    """Half the Poisson deviance without its constant, mean over outputs: ``exp(output) - target·output``.

    Use it for counts and other targets >= 0 whose variance grows with their mean. The network's output
    is the *logarithm* of the prediction, so predictions are positive. The loss may be negative, because
    terms that depend only on the target are left out, as in torch's ``poisson_nll_loss``.

    References
    ----------
    McCullagh and Nelder, "Generalized linear models", 1989, chapter 6.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.losses import Poisson
    >>> Poisson().predictions(torch.tensor([[0.0], [1.0]]))
    tensor([[1.0000],
            [2.7183]])
    """

    target_range: ClassVar[tuple[float, float]] = (0.0, inf)
    unit_change: ClassVar[UnitChange] = "scale"

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample."""
        return mean_of_outputs(output.exp() - target * output)

    def predictions(self, output: Tensor) -> Tensor:
        """Return ``exp(output)``."""
        return output.exp()

    def check_target(self, y: np.ndarray, *, argument: str, owner: str) -> None:
        """Raise an error if a target is negative."""
        if not self.is_in_range(y):
            raise ValueError(
                f"{argument} of {owner}.fit must hold numbers >= 0 for the Poisson loss, got "
                f"{y.min().item():g}. Use another loss, such as 'squared_error', for negative targets."
            )
