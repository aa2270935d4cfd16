"""Update rules, written once for one network and for a thousand."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from sklearn_deep._shared._sklearn import Interval
from sklearn_deep.plugins import Plugin

State = dict[str, Tensor]


class Optimizer(Plugin):
    """A gradient rule over all parameters of a member laid out in one row.

    Rows are ``(n_members, n_parameters)``. The rule's numbers and what follows from them and
    the step count alone are *coefficients*, computed in float64 for many steps at once.
    ``torch.optim`` is the oracle of every rule.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    has_row_kernel: ClassVar[bool] = False
    decoupled_weight_decay: ClassVar[bool] = False

    @abstractmethod
    def coefficients(self, step: Tensor, learning_rate: Tensor) -> tuple[Tensor, ...]:
        """Return the numbers of the given steps.

        Parameters
        ----------
        step : Tensor of shape (n_steps, n_members, 1)
            Which step of its member each one is, from 1.
        learning_rate : Tensor of shape (n_steps, n_members, 1)
            Step size.

        Returns
        -------
        tuple of Tensor of shape (n_steps, n_members, 1)
        """

    @abstractmethod
    def update(
        self, parameters: Tensor, gradient: Tensor, state: State, coefficients: tuple[Tensor, ...]
    ) -> None:
        """Make one step in place.

        Parameters
        ----------
        parameters : Tensor of shape (n_members, n_parameters)
            Moved in place.
        gradient : Tensor of shape (n_members, n_parameters)
            Left as it is.
        state : dict of str to Tensor of shape (n_members, n_parameters)
            One tensor per name in ``slots``, zero before the first step; moved in place.
        coefficients : tuple of Tensor of shape (n_members, 1)
            The numbers of this step.
        """

    def update_row(
        self,
        parameters: Tensor,
        gradient: Tensor,
        state: State,
        *,
        step: Tensor,
        learning_rate: float,
    ) -> None:
        """Make one step of one member in place, with a kernel of torch's made for CPUs.

        Only rules with ``has_row_kernel`` have it; ``update`` is used elsewhere.

        Parameters
        ----------
        parameters, gradient : Tensor of shape (n_parameters,)
            Of the member.
        state : dict of str to Tensor of shape (n_parameters,)
            One tensor per name in ``slots``.
        step : float32 Tensor of shape ()
            Which step it is, from 1.
        learning_rate : float
            Step size.
        """
        raise NotImplementedError

    @abstractmethod
    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return the class of ``torch.optim`` with the same rule, and its arguments."""


@dataclass(eq=False, repr=False)
class SGD(Optimizer):
    """Stochastic gradient descent with momentum: ``v = momentum·v + g``, ``w -= learning_rate·v``.

    Parameters
    ----------
    momentum : float in [0, 1), default=0.9
        Share of the last step's direction that is kept.
    nesterov : bool, default=False
        Step along ``g + momentum·v`` instead of ``v``.

    References
    ----------
    Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
    """

    momentum: float | Tensor = 0.9
    nesterov: bool = False

    slots: ClassVar[tuple[str, ...]] = ("velocity",)
    has_row_kernel: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
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

    def update_row(
        self,
        parameters: Tensor,
        gradient: Tensor,
        state: State,
        *,
        step: Tensor,
        learning_rate: float,
    ) -> None:
        """Make one step of one member in place."""
        # Velocity starts at zero, so the first step needs no case of its own.
        torch._fused_sgd_(
            [parameters],
            [gradient],
            [state["velocity"]] if self.momentum else [],
            weight_decay=0.0,
            momentum=float(self.momentum),
            lr=learning_rate,
            dampening=0.0,
            nesterov=bool(self.nesterov and self.momentum),
            maximize=False,
            is_first_step=False,
        )

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return ``torch.optim.SGD`` and its arguments."""
        return torch.optim.SGD, {"momentum": self.momentum, "nesterov": self.nesterov}


@dataclass(eq=False, repr=False)
class Adam(Optimizer):
    """Adaptive moment estimation.

    Parameters
    ----------
    beta_1 : float in [0, 1), default=0.9
        Decay of the running mean of the gradient.
    beta_2 : float in [0, 1), default=0.999
        Decay of the running mean of the squared gradient.
    epsilon : float > 0, default=1e-8
        Added to the root of that mean.

    References
    ----------
    Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.
    """

    beta_1: float | Tensor = 0.9
    beta_2: float | Tensor = 0.999
    epsilon: float | Tensor = 1e-8

    slots: ClassVar[tuple[str, ...]] = ("mean", "mean_square")
    has_row_kernel: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
    }

    def coefficients(self, step: Tensor, learning_rate: Tensor) -> tuple[Tensor, ...]:
        """Return both weights of the new gradient, the corrected rate, the correction, epsilon."""
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

    def update_row(
        self,
        parameters: Tensor,
        gradient: Tensor,
        state: State,
        *,
        step: Tensor,
        learning_rate: float,
    ) -> None:
        """Make one step of one member in place."""
        torch._fused_adam_(
            [parameters],
            [gradient],
            [state["mean"]],
            [state["mean_square"]],
            [],
            [step],
            lr=learning_rate,
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


@dataclass(eq=False, repr=False)
class AdamW(Adam):
    """Adam whose weight decay shrinks the weights directly: ``w -= learning_rate·λ·w``.

    The decay is then no part of the objective J.

    Parameters
    ----------
    beta_1, beta_2, epsilon : float
        As in ``Adam``.

    References
    ----------
    Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.
    """

    decoupled_weight_decay: ClassVar[bool] = True

    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return ``torch.optim.AdamW`` and its arguments."""
        return torch.optim.AdamW, super().torch_equivalent()[1]


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
