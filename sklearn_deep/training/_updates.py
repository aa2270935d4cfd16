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


def _column(values: Sequence[float], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, device=like.device).unsqueeze(-1)
