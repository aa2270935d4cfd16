"""Base classes of optimizers: all of them, and the update rules implemented in this library."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import inf
from numbers import Real
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.plugins import Plugin

State = dict[str, Tensor]


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Optimizer(Plugin):
    """Base class of optimizers: how the gradient of a network's objective J changes its parameters.

    ``full_batch`` says that each step uses all samples; ``decoupled_weight_decay`` says that the weight
    decay is not part of J.

    Parameters
    ----------
    clip_norm : float > 0, default=inf
        The gradient of J with respect to all parameters of a network is scaled down to at most this
        Euclidean norm, as by ``torch.nn.utils.clip_grad_norm_``. The training loop does this before
        it calls the optimizer.
    """

    clip_norm: float | Tensor = inf

    _first_elsewhere: ClassVar[str] = "lr"
    full_batch: ClassVar[bool] = False
    decoupled_weight_decay: ClassVar[bool] = False
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "clip_norm": [Interval(Real, 0, None, closed="right")],  # inf is inside
    }

    @abstractmethod
    def torch_equivalent(self) -> tuple[type[torch.optim.Optimizer], dict[str, Any]]:
        """Return the equivalent class of ``torch.optim``, and its arguments."""


class Row(NamedTuple):
    """The inputs of one step of one network.

    Parameters
    ----------
    parameters, gradient : Tensor of shape (n_parameters,)
        The parameters are changed in place, the gradient is not.
    state : dict of str to Tensor of shape (n_parameters,)
        One tensor per name in the rule's ``slots``, changed in place.
    step : float32 Tensor of shape ()
        Number of the step, starting at 1.
    learning_rate : float
        Learning rate of this step.
    """

    parameters: Tensor
    gradient: Tensor
    state: State
    step: Tensor
    learning_rate: float


class Rule(Optimizer):
    """Base class of update rules, applied to all parameters of a network, flattened into one vector.

    Parameters of a population are ``(n_members, n_parameters)``. *Coefficients* are the rule's numbers
    and everything that follows from them and from the number of the step; they are computed in float64
    for many steps at once. The tests compare every rule with its class in ``torch.optim``.

    Parameters
    ----------
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    has_row_kernel: ClassVar[bool] = False

    @abstractmethod
    def coefficients(self, step: Tensor, learning_rate: Tensor) -> tuple[Tensor, ...]:
        """Return the coefficients of the given steps.

        Parameters
        ----------
        step : Tensor of shape (n_steps, n_members, 1)
            Number of each step, counted separately for each member and starting at 1.
        learning_rate : Tensor of shape (n_steps, n_members, 1)
            Learning rate of each step.

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
            Changed in place.
        gradient : Tensor of shape (n_members, n_parameters)
            Not changed.
        state : dict of str to Tensor of shape (n_members, n_parameters)
            One tensor per name in ``slots``, zero before the first step; changed in place.
        coefficients : tuple of Tensor of shape (n_members, 1)
            The coefficients of this step.
        """

    def update_row(self, row: Row) -> None:
        """Make one step of one network in place, with a fused kernel of torch for CPUs.

        Only rules with ``has_row_kernel`` implement it; ``update`` is used for the others.

        Parameters
        ----------
        row : Row
            The inputs of the step.
        """
        raise NotImplementedError


def power(base: float | Tensor, exponent: Tensor) -> Tensor:
    """Return ``base ** exponent``, bit-identical for any number of elements.

    Parameters
    ----------
    base : float or float64 Tensor that broadcasts to the exponent's shape
        The base.
    exponent : float64 Tensor of any shape
        The exponent.
    """
    # torch's vectorized and scalar loops round powers differently. Padding to a multiple of 64 makes
    # every element go through the vectorized loop, so results do not depend on the number of elements.
    padding = (0, -exponent.numel() % 64)
    bases = torch.as_tensor(base, dtype=exponent.dtype).to(exponent.device).expand_as(exponent)
    powers = F.pad(bases.flatten(), padding) ** F.pad(exponent.flatten(), padding)
    return powers[: exponent.numel()].view_as(exponent)
