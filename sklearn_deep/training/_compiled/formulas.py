"""The formulas of a step that are compiled: the gradient, and the update of the state."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

import numpy as np
import torch
from torch import Tensor

from sklearn_deep.optimizers import Rule
from sklearn_deep.training._compiled.step import Moved, StepFormulas
from sklearn_deep.training._members import Population
from sklearn_deep.training._objective import PenaltyLayer, member_step
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._updates import clipped


class UpdateFormula:
    """The update of one member's state by its gradient.

    Parameters
    ----------
    plan : Plan
        Its optimizer must be a ``Rule``.
    population : Population
        Population of one member.
    """

    def __init__(self, plan: Plan, population: Population) -> None:
        assert isinstance(plan.optimizer, Rule)
        self.population = population
        numbers = plan.optimizer.numbers()
        columns = {n: torch.tensor([[v]], dtype=torch.float64) for n, v in numbers.items()}
        self.rule = plan.optimizer.with_numbers(columns)
        self.clip_norm = numbers["clip_norm"]
        self.decoupled = plan.optimizer.decoupled_weight_decay
        self._projected = {
            index: [slot.name for slot in population.layout.slots].index(name)
            for index, name in population.projected.items()
        }

    @property
    def projected(self) -> list[int]:
        """Indices of the parameters that are projected after an update."""
        return list(self._projected.values())

    @property
    def clips(self) -> bool:
        """Whether the norm of the gradient is limited."""
        return isfinite(self.clip_norm)

    def coefficients(self, step: Tensor, rate: Tensor) -> Tensor:
        """Return the coefficients of steps, ``(n_steps, n_coefficients)``; both arguments are ``(n_steps,)``."""
        step, rate = step.double().view(-1, 1, 1), rate.view(-1, 1, 1)
        columns = [*self.rule.coefficients(step, rate), rate]
        if self.clips:
            columns.append(torch.full_like(rate, self.clip_norm))
        return torch.cat([column.view(-1, 1) for column in columns], 1)

    def __call__(
        self,
        rows: dict[str, Tensor],
        buffers: dict[str, Tensor],
        statistics: Sequence[Tensor],
        coefficients: Sequence[Tensor],
    ) -> Moved:
        """Return the updated state; see ``StepFormulas``."""
        given = list(coefficients)
        clip_norm = given.pop() if self.clips else None
        rate = given[-1]
        state = {name: rows[name].clone() for name in ("parameters", *self.rule.slots)}
        parameters, gradient = state.pop("parameters"), rows["gradient"]
        if "decay" in rows:
            shrinkage = rows["decay"] * rows["parameters"]
            if self.decoupled:
                parameters.sub_(rate * shrinkage)
            else:
                gradient = gradient + shrinkage
        if clip_norm is not None:
            # Decoupled weight decay is not clipped, so its order does not matter.
            gradient = clipped(gradient, clip_norm)
        self.rule.update(parameters, gradient, state, tuple(given[:-1]))
        moved = [
            buffers[name].lerp(value.view_as(buffers[name]), 0.1)
            for name, value in zip(self.population.statistics, statistics, strict=True)
        ]
        projected = self._project(parameters, buffers)
        return Moved({"parameters": parameters, **state}, moved, projected)

    def penalty(self, decay: Tensor, parameters: Tensor) -> Tensor:
        """Return the penalty of weight decay in J, 0-d."""
        return (decay * parameters * parameters).sum() / 2

    def _project(self, parameters: Tensor, buffers: dict[str, Tensor]) -> list[Tensor]:
        if not self._projected:
            return []
        # Cloned, because views of a tensor that is written to would be tracked through every operation.
        views = self.population.layout.views(parameters.clone()[0])
        projected = []
        for index, place in self._projected.items():
            layer, prefix = self.population.template.penalties[index], f"penalties.{index}."
            assert isinstance(layer, PenaltyLayer)
            numbers = {
                n.removeprefix(prefix): b for n, b in buffers.items() if n.startswith(prefix)
            }
            projected.append(layer.projected_with(numbers, views[place]))
        return projected


# Number of rows of a table of coefficients, if the epochs that follow have so many steps.
_TABLE_ROWS = 4096


class CoefficientTable:
    """The coefficients of updates, computed for many epochs at once while the learning rate is constant.

    Parameters
    ----------
    update : UpdateFormula
    dtype : torch.dtype
        The dtype of the table.
    n_epochs : int
        Largest number of epochs for which it is used.
    """

    def __init__(self, update: UpdateFormula, dtype: torch.dtype, n_epochs: int) -> None:
        self.update, self.dtype, self.n_epochs = update, dtype, n_epochs
        self._rate, self._first = nan, 0
        self._rows = np.zeros((0, 0))  # empty until the first call

    def __call__(self, step: np.ndarray, rate: np.ndarray) -> np.ndarray:
        """Return ``(n_steps, n_coefficients)`` for step numbers and learning rates, each ``(n_steps,)``."""
        first, n = max(int(step[0]), 1), len(step)
        if step[-1] - first != n - 1 or (rate != rate[0]).any():
            return self._computed(np.maximum(step, 1), rate)
        is_there = self._rate == rate[0] and self._first <= first
        if not is_there or first + n > self._first + len(self._rows):
            n_epochs = max(1, min(self.n_epochs, _TABLE_ROWS // n))
            steps = np.arange(first, first + n_epochs * n)
            self._rate, self._first = rate[0], first
            self._rows = self._computed(steps, np.full(len(steps), rate[0]))
        return self._rows[first - self._first :][:n]

    def _computed(self, step: np.ndarray, rate: np.ndarray) -> np.ndarray:
        numbers = self.update.coefficients(torch.from_numpy(step), torch.from_numpy(rate))
        return numbers.to(self.dtype).numpy()


def step_formulas(
    population: Population,
    update: UpdateFormula,
    state: dict[str, Tensor],
    decay: Tensor | None,
    sites: Sequence[str],
    batch: Sequence[Tensor],
    draws: Sequence[Tensor],
) -> StepFormulas:
    """Return the formulas to compile for one member.

    Parameters
    ----------
    population : Population
        Population of one member.
    update : UpdateFormula
    state : dict of str to Tensor of shape (1, n_parameters)
        State of the optimizer, by slot.
    decay : Tensor of shape (1, n_parameters) or None
        λ of each parameter.
    sites : sequence of str
        Names of the noise blocks.
    batch, draws : sequence of Tensor
        Inputs and noise blocks of one step, as examples.
    """
    layout = population.layout
    rows = {"parameters": population.parameters[0], **{n: row[0] for n, row in state.items()}}
    if decay is not None:
        rows["decay"] = decay[0]
    one = torch.ones(1, dtype=torch.float64)
    return StepFormulas(
        member_step(population.template, layout, sites),
        update,
        layout,
        rows,
        {name: buffer[0] for name, buffer in population.buffers.items()},
        list(population.statistics),
        update.projected,
        None if decay is None or update.decoupled else update.penalty,
        list(batch),
        list(draws),
        update.coefficients(one, one).shape[1],
    )
