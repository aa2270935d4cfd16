"""What every optimizer shares, and what every update rule of our own does."""

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
    """How the gradient of a member's objective J moves its parameters.

    ``full_batch`` optimizers take all samples in every step; ``decoupled_weight_decay`` is no part
    of J.

    Parameters
    ----------
    clip_norm : float > 0, default=inf
        The gradient of J over all parameters of a member is scaled down to at most this Euclidean
        norm, as ``torch.nn.utils.clip_grad_norm_`` does. Training does it, not the optimizer.
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
        """Return the class of ``torch.optim`` with the same rule, and its arguments."""


class Row(NamedTuple):
    """One step of one member.

    Parameters
    ----------
    parameters, gradient : Tensor of shape (n_parameters,)
        The first is moved in place, the second is left as it is.
    state : dict of str to Tensor of shape (n_parameters,)
        One tensor per name in the rule's ``slots``; moved in place.
    step : float32 Tensor of shape ()
        Which step it is, from 1.
    learning_rate : float
        Step size.
    """

    parameters: Tensor
    gradient: Tensor
    state: State
    step: Tensor
    learning_rate: float


class Rule(Optimizer):
    """A gradient rule over all parameters of a member laid out in one row.

    Rows are ``(n_members, n_parameters)``. The rule's numbers and what follows from them and
    the step count alone are *coefficients*, computed in float64 for many steps at once.
    ``torch.optim`` is the oracle of every rule.

    Parameters
    ----------
    clip_norm : float > 0, default=inf
        As in ``Optimizer``.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    has_row_kernel: ClassVar[bool] = False

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

    def update_row(self, row: Row) -> None:
        """Make one step of one member in place, with a kernel of torch's made for CPUs.

        Only rules with ``has_row_kernel`` have it; ``update`` is used elsewhere.

        Parameters
        ----------
        row : Row
            The member.
        """
        raise NotImplementedError


def power(base: float | Tensor, exponent: Tensor) -> Tensor:
    """Return ``base ** exponent``, bit-identical for any number of elements.

    Parameters
    ----------
    base : float or float64 Tensor that broadcasts to the exponent's shape
        What is raised.
    exponent : float64 Tensor of any shape
        To which power.
    """
    # Vector and scalar code round powers differently, so all elements go through vector code.
    padding = (0, -exponent.numel() % 64)
    bases = torch.as_tensor(base, dtype=exponent.dtype).to(exponent.device).expand_as(exponent)
    powers = F.pad(bases.flatten(), padding) ** F.pad(exponent.flatten(), padding)
    return powers[: exponent.numel()].view_as(exponent)
