"""Updates of the parameters of all members."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_deep.optimizers import Row
from sklearn_deep.training._plan import Plan

# Computes J, ``(n_members,)``, and its gradient, without weight decay, at the current parameters.
Evaluate = Callable[[], tuple[Tensor, Tensor]]


class Updates(ABC):
    """Optimizer, weight decay and clipping of a population, with separate numbers for each member.

    Parameters
    ----------
    plans : sequence of Plan
    parameters : Tensor of shape (n_members, n_parameters)
        Updated in place.
    weight_decay : Tensor of shape (n_members, n_parameters) or None
        λ of every parameter; None: no weight decay.
    """

    def __init__(
        self, plans: Sequence[Plan], parameters: Tensor, weight_decay: Tensor | None
    ) -> None:
        self.plans = plans
        self.parameters = parameters
        self.weight_decay = weight_decay
        self.decoupled = plans[0].optimizer.decoupled_weight_decay
        self._free = self._members_without_decay()
        made = [plan.state.n_steps if plan.state else 0 for plan in plans]
        self.n_steps = np.array(made)
        self.state: dict[str, Tensor] = {}  # rows of each slot, (n_members, n_parameters)
        self._no_penalty = parameters.new_zeros(len(plans))

    @abstractmethod
    def begin(self, active: np.ndarray, rates: np.ndarray) -> None:
        """Prepare the next steps.

        Parameters
        ----------
        active : bool ndarray of shape (n_steps, n_members)
            Whether each member takes part in each step.
        rates : float64 ndarray of shape (n_steps, n_members)
            Learning rates.
        """

    @abstractmethod
    def apply(self, step: int, gradient: Tensor, evaluate: Evaluate) -> None:
        """Make one of the steps passed to ``begin``.

        Parameters
        ----------
        step : int
            Position among these steps, from 0.
        gradient : Tensor of shape (n_members, n_parameters)
            Gradient of J without weight decay. This method adds the gradient of the weight decay.
        evaluate : callable
            Needed by optimizers that evaluate J more than once per step; its first call costs no time.
        """

    def optimizer_states(self, members: Sequence[int]) -> list[dict[Any, Any]]:
        """Return copies of members' optimizer states on the CPU, ``(n_parameters,)`` per slot."""
        state = {slot: rows.cpu() for slot, rows in self.state.items()}  # all at once
        return [{slot: rows[k].clone() for slot, rows in state.items()} for k in members]

    def penalty(self) -> Tensor:
        """Return ``Σ λ/2 ‖W‖²`` of each member, ``(n_members,)``; zero if weight decay is decoupled."""
        if self.weight_decay is None or self.decoupled:
            return self._no_penalty
        penalty = (self.weight_decay * self.parameters * self.parameters).sum(-1) / 2
        return penalty if self._free is None else penalty.masked_fill(self._free[:, 0], 0.0)

    def _members_without_decay(self) -> Tensor | None:
        """Return a mask of members without weight decay, ``(n_members, 1)``; None if there are none.

        λ = 0 times a weight that has overflowed is NaN, which a member without weight decay must not get.
        """
        if self.weight_decay is None or self.weight_decay.any(-1).all():
            return None
        return ~self.weight_decay.any(-1, keepdim=True)

    def _shrinkage(self) -> Tensor:
        """Return ``λ·W``, ``(n_members, n_parameters)``."""
        assert self.weight_decay is not None
        product = self.weight_decay * self.parameters
        return product if self._free is None else product.masked_fill_(self._free, 0.0)

    def count(self, active: np.ndarray) -> np.ndarray:
        """Count the steps; return the number of each among its member's, ``(n_steps, n_members)``."""
        step: np.ndarray = self.n_steps + active.cumsum(0)
        self.n_steps = step[-1]
        return step


class PopulationUpdates(Updates):
    """Updates of all members at once, by operations on all rows."""

    def __init__(
        self, plans: Sequence[Plan], parameters: Tensor, weight_decay: Tensor | None
    ) -> None:
        super().__init__(plans, parameters, weight_decay)
        numbers = [plan.optimizer.numbers() for plan in plans]
        columns = {name: _column([own[name] for own in numbers], parameters) for name in numbers[0]}
        self.optimizer = plans[0].optimizer.with_numbers(columns)
        clipped = any(isfinite(own["clip_norm"]) for own in numbers)
        self._clip_norm = columns["clip_norm"].to(parameters.dtype) if clipped else None
        self.state = initial_state(plans, parameters)

    def begin(self, active: np.ndarray, rates: np.ndarray) -> None:
        """Compute the numbers of the next steps."""
        device = self.parameters.device
        self._all_active = [row.all() for row in active]
        self._active = torch.from_numpy(active).to(device).unsqueeze(-1)
        counted = np.maximum(self.count(active), 1.0)
        step, rate = (
            torch.from_numpy(column).to(device).unsqueeze(-1)  # (n_steps, n_members, 1)
            for column in (counted, rates)
        )
        numbers = (*self.optimizer.coefficients(step, rate), rate)
        self._numbers = [number.to(self.parameters.dtype) for number in numbers]

    def apply(self, step: int, gradient: Tensor, evaluate: Evaluate) -> None:
        """Make one of the steps passed to ``begin``; members that are not active stay unchanged."""
        if self._all_active[step]:
            self._move(step, gradient)
            return
        tensors = [self.parameters, *self.state.values()]
        before = [tensor.clone() for tensor in tensors]
        self._move(step, gradient)
        for tensor, old in zip(tensors, before, strict=True):
            tensor.copy_(torch.where(self._active[step], tensor, old))

    def _move(self, step: int, gradient: Tensor) -> None:
        *coefficients, rate = (number[step] for number in self._numbers)
        if self.weight_decay is not None and not self.decoupled:
            gradient = gradient + self._shrinkage()
        if self._clip_norm is not None:
            gradient = clipped(gradient, self._clip_norm)
        if self.weight_decay is not None and self.decoupled:
            self.parameters.sub_(rate * self._shrinkage())
        self.optimizer.update(self.parameters, gradient, self.state, tuple(coefficients))


class RowUpdates(Updates):
    """The same updates for one member, by the optimizer's kernel for one row, which is faster on a CPU."""

    def __init__(
        self, plans: Sequence[Plan], parameters: Tensor, weight_decay: Tensor | None
    ) -> None:
        super().__init__(plans, parameters, weight_decay)
        (plan,) = plans
        self.state = initial_state(plans, parameters)
        self._optimizer, self._parameters = plan.optimizer, parameters[0]
        self._own_state = {slot: rows[0] for slot, rows in self.state.items()}
        self._decay = None if weight_decay is None else weight_decay[0]
        norm = float(plan.optimizer.clip_norm)
        self._clip_norm = parameters.new_tensor(norm) if isfinite(norm) else None

    def begin(self, active: np.ndarray, rates: np.ndarray) -> None:
        """Count the next steps."""
        self._active = active[:, 0].tolist()
        self._rates = rates[:, 0].tolist()
        self._step_numbers = torch.from_numpy(self.count(active)[:, 0]).float().unbind(0)

    def apply(self, step: int, gradient: Tensor, evaluate: Evaluate) -> None:
        """Make one of the steps passed to ``begin``."""
        if not self._active[step]:
            return
        own, parameters, rate = gradient[0], self._parameters, self._rates[step]
        if self._decay is not None and not self.decoupled:
            # In place, because the next step overwrites the gradient anyway.
            own = own.addcmul_(self._decay, parameters)
        if self._clip_norm is not None:
            own = clipped(own, self._clip_norm)
        if self._decay is not None and self.decoupled:
            parameters.sub_(rate * (self._decay * parameters))
        self._optimizer.update_row(
            Row(parameters, own, self._own_state, self._step_numbers[step], rate)
        )


def clipped(gradient: Tensor, norm: Tensor) -> Tensor:
    """Scale rows down to at most the given norm, as ``torch.nn.utils.clip_grad_norm_`` does.

    Parameters
    ----------
    gradient : Tensor of shape (..., n_parameters)
    norm : Tensor that broadcasts to (..., 1)
    """
    own = torch.linalg.vector_norm(gradient, dim=-1, keepdim=True)
    scale = (norm / (own + 1e-6)).clamp(max=1.0)
    # If a member has no limit, its gradient is unchanged, even if its norm has overflowed.
    return gradient * torch.where(norm.isinf(), 1.0, scale)


def initial_state(plans: Sequence[Plan], parameters: Tensor) -> dict[str, Tensor]:
    """Return the rows of each slot: those of an earlier training if there are any, else zeros."""
    state = {slot: torch.zeros_like(parameters) for slot in plans[0].optimizer.slots}
    for k, plan in enumerate(plans):
        if plan.state is not None and plan.state.optimizer_state:
            for slot, rows in state.items():
                rows[k] = plan.state.optimizer_state[slot]
    return state


def _column(values: Sequence[float], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, device=like.device).unsqueeze(-1)
