"""Adam with Nesterov's momentum."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.optimizers._adam import Adam
from sklearn_deep.optimizers._base import Rule, State, power


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class NAdam(Rule):
    """Adam with Nesterov momentum; the momentum grows during the first steps.

    The momentum of step t is ``μ_t = beta_1·(1 - 0.96^(t·momentum_decay) / 2)``.

    Parameters
    ----------
    beta_1, beta_2, epsilon : float
        As in ``Adam``.
    momentum_decay : float >= 0, default=4e-3
        Rate at which momentum grows from ``beta_1 / 2`` to ``beta_1``, per step.
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.

    References
    ----------
    Dozat, "Incorporating Nesterov momentum into Adam", 2016.
    """

    beta_1: float | Tensor = 0.9
    beta_2: float | Tensor = 0.999
    epsilon: float | Tensor = 1e-8
    momentum_decay: float | Tensor = 4e-3

    slots: ClassVar[tuple[str, ...]] = ("mean", "mean_square")
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Adam._parameter_constraints,
        "momentum_decay": [Interval(Real, 0, None, closed="left")],
    }

    def coefficients(self, step: Tensor, learning_rate: Tensor) -> tuple[Tensor, ...]:
        """Return both weights of the new gradient, both rates, the correction and epsilon."""
        still = torch.zeros_like(step)
        product, now, after = self._product(step), self._momentum(step), self._momentum(step + 1)
        return (
            1 - self.beta_1 + still,
            1 - self.beta_2 + still,
            learning_rate * (1 - now) / (1 - product),
            learning_rate * after / (1 - product * after),
            (1 - power(self.beta_2, step)).sqrt(),
            self.epsilon + still,
        )

    def update(
        self, parameters: Tensor, gradient: Tensor, state: State, coefficients: tuple[Tensor, ...]
    ) -> None:
        """Make one step in place."""
        new_1, new_2, rate, rate_of_mean, correction, epsilon = coefficients
        mean = state["mean"].lerp_(gradient, new_1)
        mean_square = state["mean_square"].lerp_(gradient.square(), new_2)
        scale = mean_square.sqrt().div_(correction).add_(epsilon)
        direction = (rate * gradient).add_(rate_of_mean * mean)
        parameters.sub_(direction.div_(scale))

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return ``torch.optim.NAdam`` and its arguments."""
        betas = (self.beta_1, self.beta_2)
        options = {"betas": betas, "eps": self.epsilon, "momentum_decay": self.momentum_decay}
        return torch.optim.NAdam, options

    def _momentum(self, step: Tensor) -> Tensor:
        return self.beta_1 * (1 - 0.5 * power(0.96, step * self.momentum_decay))

    def _product(self, step: Tensor) -> Tensor:
        """Return the product of the momenta of all steps up to the given ones."""
        n_steps, last = 64, int(step.max())
        products = self._products(n_steps, step)
        # Once a product is below 1e-18, one minus it is 1 in float64 and later products do not
        # matter. With the default numbers, fewer than a hundred products are needed.
        while n_steps < last and products[-1].max() > 1e-18:
            n_steps *= 8
            products = self._products(n_steps, step)
        return products.gather(0, step.long().clamp(max=n_steps) - 1)

    def _products(self, n_steps: int, like: Tensor) -> Tensor:
        """Return the products of the momenta of steps 1 to ``n_steps``, multiplied one by one."""
        steps = torch.arange(1, n_steps + 1, dtype=like.dtype, device=like.device)
        return self._momentum(steps.view(-1, 1, 1).expand(-1, *like.shape[1:])).cumprod(0)
