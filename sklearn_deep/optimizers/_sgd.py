"""Stochastic gradient descent."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._compat.torch import sgd_step
from sklearn_deep._shared import explained
from sklearn_deep.optimizers._base import Optimizer, Row, Rule, State


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class SGD(Rule):
    """Stochastic gradient descent with momentum: ``v = momentum·v + g``, ``w -= learning_rate·v``.

    Parameters
    ----------
    momentum : float in [0, 1), default=0.9
        Fraction of the previous direction that is kept.
    nesterov : bool, default=False
        Step along ``g + momentum·v`` instead of ``v``.
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.

    References
    ----------
    Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
    """

    momentum: float | Tensor = 0.9
    nesterov: bool = False

    slots: ClassVar[tuple[str, ...]] = ("velocity",)
    has_row_kernel: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Optimizer._parameter_constraints,
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "nesterov": ["boolean"],
    }

    def coefficients(self, step: Tensor, learning_rate: Tensor) -> tuple[Tensor, ...]:
        """Return momentum and learning rate of the given steps."""
        return (self.momentum + torch.zeros_like(step), learning_rate)

    def update(
        self, parameters: Tensor, gradient: Tensor, state: State, coefficients: tuple[Tensor, ...]
    ) -> None:
        """Make one step in place."""
        momentum, learning_rate = coefficients
        velocity = state["velocity"].mul_(momentum).add_(gradient)
        direction = gradient + momentum * velocity if self.nesterov else velocity
        parameters.sub_(learning_rate * direction)

    def update_row(self, row: Row) -> None:
        """Make one step of one member in place."""
        # The velocity starts at zero, so the first step needs no special case.
        sgd_step(
            [row.parameters],
            [row.gradient],
            [row.state["velocity"]] if self.momentum else [],
            weight_decay=0.0,
            momentum=float(self.momentum),
            lr=row.learning_rate,
            dampening=0.0,
            nesterov=bool(self.nesterov and self.momentum),
            maximize=False,
            is_first_step=False,
        )

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return ``torch.optim.SGD`` and its arguments."""
        # torch raises an error for Nesterov without momentum, where it equals the plain step.
        nesterov = bool(self.nesterov and self.momentum)
        return torch.optim.SGD, {"momentum": self.momentum, "nesterov": nesterov}
