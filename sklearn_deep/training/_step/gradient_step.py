"""One step of all members as a function of a batch: losses, and gradients at the current weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor
from torch.func import vmap

from sklearn_deep._recording import RecordedStep, Roles, capture_on_gpu
from sklearn_deep.training._data import Draws
from sklearn_deep.training._members import Population
from sklearn_deep.training._objective import member_step, packed_step
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._step.batches import Batch
from sklearn_deep.training._step.user_code import holds_modules, runs_user_code


class StepOutput(NamedTuple):
    """Results of a step. For one member, all but the gradient have no member axis.

    Parameters
    ----------
    losses : Tensor of shape (n_members, n_rows)
    output : Tensor of shape (n_members, n_rows, n_outputs)
    gradient : Tensor of shape (n_members, n_parameters)
        Gradient of the mean loss and the penalties, without weight decay.
    statistics : list of Tensor of shape (n_members, width)
        Statistics of the batch, in the order of ``Population.statistics``.
    penalty : Tensor of shape (n_members,) or None
        Value of the penalties, without weight decay; None if there are none.
    """

    losses: Tensor
    output: Tensor
    gradient: Tensor
    statistics: list[Tensor]
    penalty: Tensor | None


class GradientStep:
    """The step of a population, recorded at the first batch.

    Parameters
    ----------
    plans : sequence of Plan
    population : Population
        Its weights are read at each call.
    records_user_code : bool, default=True
        Whether to record a step that runs user-defined functions. In a recorded step, variables that
        these functions read are updated only at the beginning of an epoch.
    """

    def __init__(
        self, plans: Sequence[Plan], population: Population, *, records_user_code: bool = True
    ) -> None:
        common = population.plan
        self.population = population
        self.alone = len(plans) == 1
        self.draws = Draws(
            population.objectives,
            [plan.seed for plan in plans],
            common.batch_rows,
            common.dtype,
            common.device,
        )
        self.n_statistics = len(population.statistics)
        self.may_change = runs_user_code(population.template)
        self.may_differ = self.may_change or holds_modules(population.template)
        self.is_recordable = records_user_code or not self.may_change
        self.step = self._recorded_step(common)
        if not self.is_recordable:
            self.step.never_record()

    def prepare(self) -> None:
        """Update the numbers of plug-ins, which may have changed since the last call."""
        self.step.prepare()

    def __call__(self, batch: Batch, epoch: int, number: int) -> StepOutput:
        """Run the step on batch ``number`` of an epoch; the next call may overwrite the gradient."""
        found = self.step(*batch.inputs, *self.draws.blocks(epoch, number))
        losses, output, gradient, *rest = found
        if gradient.ndim == 1:
            gradient = gradient.unsqueeze(0)
        penalty = rest[self.n_statistics] if len(rest) > self.n_statistics else None
        return StepOutput(losses, output, gradient, rest[: self.n_statistics], penalty)

    def _recorded_step(self, plan: Plan) -> RecordedStep:
        population, sites = self.population, self.draws.sites
        objective, layout = population.template, population.layout
        held = population.inputs()
        n = len(layout.slots)
        numbers = [name not in population.statistics for name in population.buffers]
        roles = Roles(
            n_held=len(held),
            fixed=frozenset(n + i for i, fixed in enumerate(numbers) if fixed),
            # Kernels for CPUs write gradients directly into the row. On a GPU each would need a copy.
            pieces=slice(2, 2 + n) if self.alone and plan.device.type == "cpu" else None,
            reuses_memory=plan.device.type == "cpu",
        )
        if self.alone:
            alone = member_step if roles.pieces else packed_step
            step = alone(objective, layout, sites)
        else:
            axes = [0] * (len(held) + 4) + [None if self.draws.shared else 0] * len(sites)
            step = vmap(packed_step(objective, layout, sites), in_dims=tuple(axes))
        self.key = (
            plan.step_structure(),
            tuple((layer.site, layer.structure()) for layer in self.draws.layers),
            len(self.population) if not self.alone else None,
            self.draws.shared,
        )
        capture = capture_on_gpu if plan.device.type == "cuda" else None
        return RecordedStep(self.key, step, held, roles, layout, capture, self.may_change)
