"""One step of all members, as a function of a batch: losses and gradients where the weights now are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from sklearn_deep.training._batches import Batch
from sklearn_deep.training._draws import Draws
from sklearn_deep.training._objective import Step, member_step
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._population import Population
from sklearn_deep.training._recording import recorded


class Computed(NamedTuple):
    """What a step finds; the axis of members is left out where there is one.

    Parameters
    ----------
    losses : Tensor of shape (n_members, n_rows)
    output : Tensor of shape (n_members, n_rows, n_outputs)
    gradient : Tensor of shape (n_members, n_parameters)
        Of the mean loss and the penalties; weight decay is not in it.
    statistics : list of Tensor of shape (n_members, width)
        Of the batch, in the order of ``Population.statistics``.
    penalty : Tensor of shape (n_members,) or None
        Value of the penalties, where there are some; weight decay is not in it.
    """

    losses: Tensor
    output: Tensor
    gradient: Tensor
    statistics: list[Tensor]
    penalty: Tensor | None


class Computation:
    """The step of a population, recorded at the first batch.

    Parameters
    ----------
    plans : sequence of Plan
    population : Population
        Read where its weights are at the time of each call.
    """

    def __init__(self, plans: Sequence[Plan], population: Population) -> None:
        first = plans[0]
        self.population = population
        self.alone = len(plans) == 1
        self.draws = Draws(
            population.objectives[0],
            [plan.seed for plan in plans],
            first.batch_rows,
            first.dtype,
            first.device,
        )
        noise = tuple((layer.site, layer.structure()) for layer in self.draws.layers)
        self.structure = (first.step_structure(), noise)
        self._inputs = population.inputs()
        self._zeros = population.layout.zeros(population.parameters)
        self._step: Step | None = None

    def __call__(self, batch: Batch, epoch: int, number: int) -> Computed:
        """Compute batch number ``number`` of an epoch."""
        rows = [column[0] for column in batch] if self.alone else list(batch)
        tensors = [*self._inputs, *rows, self._zeros, *self.draws.blocks(epoch, number)]
        if self._step is None:
            self._step = self._recorded(tensors)
        losses, output, gradient, *rest = self._step(*tensors)
        n_statistics = len(self.population.statistics)
        penalty = rest[n_statistics] if len(rest) > n_statistics else None
        return Computed(losses, output, gradient, rest[:n_statistics], penalty)

    def _recorded(self, tensors: list[Tensor]) -> Step:
        objective, layout = self.population.objectives[0], self.population.layout
        sites = self.draws.sites
        batched = None
        if not self.alone:
            n_batched = len(tensors) - 1 - len(sites)
            batched = [True] * n_batched + [False] + [not self.draws.shared] * len(sites)
        with torch.inference_mode(False):
            return recorded(
                self.structure,
                lambda: member_step(objective, layout, sites),
                tensors,
                batched,
            )
