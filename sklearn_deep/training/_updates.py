"""The update of all members' parameters after a step."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sklearn_deep.training._plan import Plan


class Updates:
    """Optimizer and weight decay of a population, each member with its own numbers.

    Parameters
    ----------
    plans : sequence of Plan
    parameters : Tensor of shape (n_members, n_parameters)
        Moved in place.
    weight_decay : Tensor of shape (n_members, n_parameters) or None
        λ of every parameter.
    """

    def __init__(
        self, plans: Sequence[Plan], parameters: Tensor, weight_decay: Tensor | None
    ) -> None:
        self.parameters = parameters
        self.weight_decay = weight_decay
        self.optimizer = plans[0].optimizer.with_numbers(
            {
                name: _column([plan.optimizer.numbers()[name] for plan in plans], parameters)
                for name in plans[0].optimizer.numbers()
            }
        )
        self.learning_rate = _column([plan.learning_rate for plan in plans], parameters)
        self.state = {slot: torch.zeros_like(parameters) for slot in self.optimizer.slots}
        self._no_penalty = parameters.new_zeros(len(plans))
        self.n_steps = torch.zeros_like(self.learning_rate)

    def begin_epoch(self, active: Tensor) -> None:
        """Compute the numbers of an epoch's steps.

        Parameters
        ----------
        active : bool Tensor of shape (n_steps, n_members), on the CPU
            Where a member makes a step.
        """
        self._all_active = active.all(-1).tolist()
        self._active = active.to(self.parameters.device).unsqueeze(-1)
        step = self.n_steps + self._active.cumsum(0)  # (n_steps, n_members, 1)
        self.n_steps = step[-1]
        rate = self.learning_rate.expand_as(step)
        numbers = (*self.optimizer.coefficients(step.clamp(min=1), rate), rate)
        self._numbers = [number.to(self.parameters.dtype) for number in numbers]

    def penalty(self) -> Tensor:
        """Return ``Σ λ/2 ‖W‖²`` of each member, ``(n_members,)``, as far as it is part of J."""
        if self.weight_decay is None or self.optimizer.decoupled_weight_decay:
            return self._no_penalty
        return (self.weight_decay * self.parameters * self.parameters).sum(-1) / 2

    def apply(self, step: int, gradient: Tensor) -> None:
        """Make step number ``step`` of the epoch.

        Parameters
        ----------
        gradient : Tensor of shape (n_members, n_parameters)
            Gradient of the mean loss; the gradient of weight decay is added here.
        """
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
        if self.weight_decay is not None:
            if self.optimizer.decoupled_weight_decay:
                self.parameters.sub_(rate * self.weight_decay * self.parameters)
            else:
                gradient = gradient + self.weight_decay * self.parameters
        self.optimizer.update(self.parameters, gradient, self.state, tuple(coefficients))


class RowUpdates(Updates):
    """The same updates, member by member, with the optimizer's kernel for one row.

    On a CPU this is several times faster than operations on all members, whose temporaries leave the
    cache; and no member can touch another's bits.
    """

    def __init__(
        self, plans: Sequence[Plan], parameters: Tensor, weight_decay: Tensor | None
    ) -> None:
        super().__init__(plans, parameters, weight_decay)
        self._members = [
            (plan, parameters[k], {slot: rows[k] for slot, rows in self.state.items()})
            for k, plan in enumerate(plans)
        ]
        decays = [] if weight_decay is None else weight_decay.unbind(0)
        self._decays = [row if row.any() else None for row in decays] or [None] * len(plans)

    def begin_epoch(self, active: Tensor) -> None:
        """Count the epoch's steps; ``active`` is ``(n_steps, n_members)``, on the CPU."""
        step = self.n_steps + active.unsqueeze(-1).cumsum(0)  # (n_steps, n_members, 1)
        self.n_steps = step[-1]
        self._active_members = active.tolist()
        self._step_numbers = step.squeeze(-1).float()

    def apply(self, step: int, gradient: Tensor) -> None:
        """Make step number ``step`` of the epoch; ``gradient`` is ``(n_members, n_parameters)``."""
        rows = zip(gradient.unbind(0), self._step_numbers[step].unbind(0), strict=True)
        for k, (own, number) in enumerate(rows):
            if self._active_members[step][k]:
                self._move_member(k, own, number)

    def _move_member(self, k: int, gradient: Tensor, number: Tensor) -> None:
        plan, parameters, state = self._members[k]
        decay = self._decays[k]
        if decay is not None and plan.optimizer.decoupled_weight_decay:
            parameters.sub_(plan.learning_rate * (decay * parameters))
        elif decay is not None:
            gradient = gradient + decay * parameters
        rate = plan.learning_rate
        plan.optimizer.update_row(parameters, gradient, state, step=number, learning_rate=rate)


def updates_of(plans: Sequence[Plan], parameters: Tensor, weight_decay: Tensor | None) -> Updates:
    """Return the updates that are fastest where the parameters lie."""
    by_row = parameters.device.type == "cpu" and plans[0].optimizer.has_row_kernel
    return (RowUpdates if by_row else Updates)(plans, parameters, weight_decay)


def _column(values: Sequence[float], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, device=like.device).unsqueeze(-1)
