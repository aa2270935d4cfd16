"""RMSprop, with optional momentum."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.optimizers._base import Optimizer, Rule, State


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class RMSprop(Rule):
    """Divide the gradient by the square root of its running mean square.

    Parameters
    ----------
    rho : float in [0, 1), default=0.99
        Decay of the running mean of the squared gradient; ``alpha`` in torch. Keras' default is 0.9.
    momentum : float in [0, 1), default=0.0
        Fraction of the previous direction that is kept.
    epsilon : float > 0, default=1e-8
        Added to the square root of that mean.
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.

    References
    ----------
    Hinton, "Neural networks for machine learning", lecture 6e, 2012.
    """

    rho: float | Tensor = 0.99
    momentum: float | Tensor = 0.0
    epsilon: float | Tensor = 1e-8

    slots: ClassVar[tuple[str, ...]] = ("mean_square", "velocity")
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Optimizer._parameter_constraints,
        "rho": [Interval(Real, 0, 1, closed="left")],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
    }

    def coefficients(self, step: Tensor, learning_rate: Tensor) -> tuple[Tensor, ...]:
        """Return the weight of the new square, momentum, epsilon and learning rate."""
        still = torch.zeros_like(step)
        return 1 - self.rho + still, self.momentum + still, self.epsilon + still, learning_rate

    def update(
        self, parameters: Tensor, gradient: Tensor, state: State, coefficients: tuple[Tensor, ...]
    ) -> None:
        """Make one step in place."""
        new, momentum, epsilon, rate = coefficients
        mean_square = state["mean_square"].lerp_(gradient.square(), new)
        scale = mean_square.sqrt().add_(epsilon)
        direction = torch.div(gradient, scale, out=scale)
        velocity = state["velocity"].mul_(momentum).add_(direction)
        parameters.sub_(torch.mul(velocity, rate, out=direction))

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return ``torch.optim.RMSprop`` and its arguments."""
        options = {"alpha": self.rho, "momentum": self.momentum, "eps": self.epsilon}
        return torch.optim.RMSprop, options
