"""Adam, and Adam with decoupled weight decay."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._compat.torch import adam_step
from sklearn_deep._shared import explained
from sklearn_deep.optimizers._base import Optimizer, Row, Rule, State, power


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Adam(Rule):
    """Adaptive moment estimation.

    Parameters
    ----------
    beta_1 : float in [0, 1), default=0.9
        Decay of the running mean of the gradient.
    beta_2 : float in [0, 1), default=0.999
        Decay of the running mean of the squared gradient.
    epsilon : float > 0, default=1e-8
        Added to the square root of that mean.
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.

    Examples
    --------
    >>> from sklearn_deep import MLPClassifier
    >>> from sklearn_deep.optimizers import Adam
    >>> MLPClassifier(optimizer=Adam(clip_norm=1.0)).set_params(optimizer__beta_1=0.8).optimizer
    Adam(beta_1=0.8, clip_norm=1.0)
    """

    beta_1: float | Tensor = 0.9
    beta_2: float | Tensor = 0.999
    epsilon: float | Tensor = 1e-8

    slots: ClassVar[tuple[str, ...]] = ("mean", "mean_square")
    has_row_kernel: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Optimizer._parameter_constraints,
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
    }

    def coefficients(self, step: Tensor, learning_rate: Tensor) -> tuple[Tensor, ...]:
        """Return both weights of the new gradient, the corrected rate, the correction and epsilon."""
        still = torch.zeros_like(step)
        return (
            1 - self.beta_1 + still,
            1 - self.beta_2 + still,
            learning_rate / (1 - power(self.beta_1, step)),
            (1 - power(self.beta_2, step)).sqrt(),
            self.epsilon + still,
        )

    def update(
        self, parameters: Tensor, gradient: Tensor, state: State, coefficients: tuple[Tensor, ...]
    ) -> None:
        """Make one step in place."""
        new_1, new_2, rate, correction, epsilon = coefficients
        mean = state["mean"].lerp_(gradient, new_1)
        mean_square = state["mean_square"].lerp_(gradient.square(), new_2)
        scale = mean_square.sqrt().div_(correction).add_(epsilon)
        parameters.sub_(torch.div(mean, scale, out=scale).mul_(rate))

    def update_row(self, row: Row) -> None:
        """Make one step of one member in place."""
        adam_step(
            [row.parameters],
            [row.gradient],
            [row.state["mean"]],
            [row.state["mean_square"]],
            [],
            [row.step],
            lr=row.learning_rate,
            beta1=float(self.beta_1),
            beta2=float(self.beta_2),
            weight_decay=0.0,
            eps=float(self.epsilon),
            amsgrad=False,
            maximize=False,
        )

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return ``torch.optim.Adam`` and its arguments."""
        return torch.optim.Adam, {"betas": (self.beta_1, self.beta_2), "eps": self.epsilon}


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class AdamW(Adam):
    """Adam with decoupled weight decay, which shrinks the weights directly: ``w -= learning_rate·λ·w``.

    The decay is therefore not part of the objective J.

    Parameters
    ----------
    beta_1, beta_2, epsilon : float
        As in ``Adam``.
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.

    References
    ----------
    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.
    """

    decoupled_weight_decay: ClassVar[bool] = True

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return ``torch.optim.AdamW`` and its arguments."""
        return torch.optim.AdamW, super().torch_equivalent()[1]
