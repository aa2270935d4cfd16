"""The steps of an epoch, made all at once, or one by one for an observer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._compiled import Unsupported, is_on
from sklearn_deep.networks import PluginLayer
from sklearn_deep.optimizers import Rule
from sklearn_deep.training._compiled import CompiledSteps
from sklearn_deep.training._loop.observer import StepObserver
from sklearn_deep.training._members import Population
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._step import (
    Batch,
    Epoch,
    EpochValues,
    GradientStep,
    Records,
    StepOutput,
    Values,
)
from sklearn_deep.training._updates import updates_of


class Steps:
    """Makes steps: updates parameters, running statistics and projected weights.

    Parameters
    ----------
    plans : sequence of Plan
    population : Population
        Updated in place.
    """

    # Faster than no_grad, because torch then does not track in-place changes; no step keeps tensors.
    mode: ClassVar[type[torch.inference_mode | torch.no_grad]] = torch.inference_mode
    records_user_code: ClassVar[bool] = True

    def __init__(self, plans: Sequence[Plan], population: Population) -> None:
        self.population = population
        self.gradient_step = GradientStep(
            plans, population, records_user_code=self.records_user_code
        )
        self.updates = updates_of(plans, population)
        self.compiled: CompiledSteps | None = None
        # Reason why steps are not compiled; None if there is no reason so far.
        self.why_not = self._obstacle(plans)
        self.values = Values(population)
        # Weight of each term in J, (n_members, n_terms).
        self.factors = torch.tensor([plan.factors for plan in plans], dtype=torch.float64)

    def _obstacle(self, plans: Sequence[Plan]) -> str | None:
        if not is_on():
            return "SKLEARN_DEEP_COMPILED=0"
        if len(plans) > 1 or plans[0].device.type != "cpu":
            return "several members, or a GPU"
        if not isinstance(plans[0].optimizer, Rule):
            return "an optimizer of torch"
        return None if self.gradient_step.is_recordable else "user-defined code is followed"

    def compiles(self, epoch: Epoch) -> bool:
        """Return whether compiled code runs the steps of an epoch."""
        if self.why_not is not None:
            return False
        try:
            if self.compiled is None:
                self.compiled = CompiledSteps(
                    self.population, self.gradient_step, self.updates, epoch
                )
            elif self.gradient_step.may_change:
                self.compiled.compares(epoch)
        except Unsupported as error:
            self.compiled, self.why_not = None, str(error)
        return self.compiled is not None

    def run(self, epoch: Epoch, active: np.ndarray, rates: np.ndarray) -> EpochValues:
        """Make the steps of an epoch.

        Parameters
        ----------
        epoch : Epoch
        active : bool ndarray of shape (n_steps, n_members)
            Whether each member takes part in each step.
        rates : float64 ndarray of shape (n_steps, n_members)
            Learning rates.
        """
        if self.compiles(epoch):
            assert self.compiled is not None
            return self.compiled.run(epoch, active, rates)
        self._begin(active)
        self.gradient_step.prepare()
        self.updates.begin(active, rates)
        records = [
            self._move(i, i, epoch, batch, self.gradient_step(batch, epoch.epoch, i))
            for i, batch in enumerate(epoch.batches())
        ]
        return self.values(epoch, active, _stacked(records))

    def _begin(self, active: np.ndarray) -> None:
        # Copied once per epoch, because a GPU waits for every copy.
        self._active = torch.from_numpy(active).to(self.population.parameters.device)

    def _move(self, i: int, place: int, epoch: Epoch, batch: Batch, output: StepOutput) -> Records:
        """Make step ``i`` for the members that are active in it.

        ``place`` is its position among the steps passed to ``updates.begin``.
        """
        penalty = self.updates.penalty()  # before the update, as the losses are
        if output.penalty is not None:
            penalty = penalty + output.penalty
        gradient = self._gradient(batch, output)
        known = [(output, gradient)]

        def evaluate() -> tuple[Tensor, Tensor]:
            if known:
                now, slope = known.pop()
            else:
                now = self.gradient_step(batch, epoch.epoch, i)
                slope = self._gradient(batch, now)
            loss = self.mean_loss(batch.slope, now.losses.view_as(batch.slope))
            return loss if now.penalty is None else loss + now.penalty, slope

        self.updates.apply(place, gradient, evaluate)
        if output.statistics:
            self.population.move_statistics(output.statistics, self._active[i])
        # After the update, because the updated weights must satisfy the constraint.
        if self.population.projects:
            self.population.project(self._active[i])
        return Records(output.losses, output.output, penalty, batch.y)

    def _gradient(self, batch: Batch, output: StepOutput) -> Tensor:
        """Return the gradient for the update, ``(n_members, n_parameters)``."""
        return output.gradient

    def mean_loss(self, slope: Tensor, losses: Tensor) -> Tensor:
        """Return J without penalties, ``(n_members,)``, from losses ``(n_members, n_rows[, n_terms])``."""
        terms = (slope * losses).sum(1).view(len(self.factors), -1)
        return (terms * self.factors.to(terms)).sum(-1)


class FollowedSteps(Steps):
    """The steps of one network, with an observer that is notified of every step.

    If the observer changes nothing, the result is bit-identical to that of ``Steps``.

    Parameters
    ----------
    plans : sequence of Plan
        Exactly one.
    population : Population
    observer : StepObserver
    """

    # An observer may compute gradients from the tensors it receives, which inference tensors forbid.
    mode = torch.no_grad
    # An observer may change, at any step, variables that user-defined functions read.
    records_user_code = False

    def __init__(
        self, plans: Sequence[Plan], population: Population, observer: StepObserver
    ) -> None:
        super().__init__(plans, population)
        (plan,) = plans
        self.observer = observer
        self._keeps_outputs = plan.metric is not None
        population.bind(0)
        modules = population.objectives[0].named_modules()
        self._plugins = {name: m.plugin for name, m in modules if isinstance(m, PluginLayer)}
        self._numbers = self._numbers_of_plugins()
        self._kept: list[
            tuple[Tensor, Tensor]
        ] = []  # parts of the state, and their values to restore

    def run(self, epoch: Epoch, active: np.ndarray, rates: np.ndarray) -> EpochValues:
        """Make the steps one by one, until the observer ends the epoch."""
        self._begin(active)
        compiles = self.compiles(epoch)
        records = []
        for i, batch in enumerate(epoch.batches()):
            self._shown = self._without_padding(batch, int(epoch.valid[i, 0].sum()))
            rates[i] *= self.observer.begin_step(self._shown)
            self._take_over_numbers()
            run = self._run_compiled if compiles else self._run_recorded
            record = run(i, epoch, batch, active[i : i + 1], rates[i : i + 1])
            records.append(record if self._keeps_outputs else record._replace(output=record.losses))
            if self._show_end(record):
                epoch.end_after(i + 1)
                break
        # Summed in the same way as without an observer, so that the history is bit-identical.
        values = self.values if self.compiled is None else self.compiled.values
        return values(epoch, active, _stacked(records))

    def _run_recorded(
        self, i: int, epoch: Epoch, batch: Batch, active: np.ndarray, rate: np.ndarray
    ) -> Records:
        self.updates.begin(active, rate)
        self.gradient_step.prepare()  # because an observer may change any number of a plug-in
        return self._move(i, 0, epoch, batch, self.gradient_step(batch, epoch.epoch, i))

    def _run_compiled(
        self, i: int, epoch: Epoch, batch: Batch, active: np.ndarray, rate: np.ndarray
    ) -> Records:
        assert self.compiled is not None
        step = self.updates.count(active)[:, 0]
        found = self.compiled.gradient(batch, epoch.epoch, i)
        self._gradient(batch, found)
        if active[0, 0]:
            self.compiled.move(batch, step, rate[:, 0])
        self._put_back_frozen()
        assert found.penalty is not None
        return Records(found.losses, found.output, found.penalty, batch.y)

    def _without_padding(self, batch: Batch, n_rows: int) -> Batch:
        x, y, slope, share = (column[0, :n_rows] for column in batch[:4])
        return Batch(x, y, slope, share, (x, y, slope, share))

    def _numbers_of_plugins(self) -> dict[str, float]:
        """Return the numbers of the plug-ins in the step, by the names of their buffers."""
        return {
            f"{layer}.{name}": value
            for layer, plugin in self._plugins.items()
            for name, value in plugin.numbers().items()
        }

    def _take_over_numbers(self) -> None:
        """Copy plug-in numbers that the observer has changed, such as ``penalty.l1``, to the buffers."""
        now = self._numbers_of_plugins()
        for name, value in now.items():
            if value != self._numbers[name]:
                self.population.buffers[name].fill_(value)
        self._numbers = now

    def _show_end(self, record: Records) -> bool:
        n_rows = len(self._shown.x)
        losses = record.losses[:n_rows].unsqueeze(0)
        loss = self.mean_loss(self._shown.slope.unsqueeze(0), losses) + record.penalty.view(-1)
        return self.observer.end_step(self._shown, record.output[:n_rows], loss[0])

    def _gradient(self, batch: Batch, output: StepOutput) -> Tensor:
        gradient = super()._gradient(batch, output)
        views = self.population.layout.views(gradient[0])
        frozen = self.observer.see_gradient(self._shown, views)
        if not self._kept:
            self._kept = [(part, part.clone()) for part in self._parts_of(frozen)]
        return gradient

    def _parts_of(self, parameters: Sequence[int]) -> list[Tensor]:
        """Return views of some parameters and of their optimizer state."""
        slots = [self.population.layout.slots[i] for i in parameters]
        rows = [self.updates.parameters, *self.updates.state.values()]
        return [row[0, slot.start : slot.stop] for slot in slots for row in rows]

    def _move(self, i: int, place: int, epoch: Epoch, batch: Batch, output: StepOutput) -> Records:
        record = super()._move(i, place, epoch, batch, output)
        self._put_back_frozen()
        return record

    def _put_back_frozen(self) -> None:
        """Undo changes of frozen parameters by momentum or weight decay; their gradient is zero."""
        for part, value in self._kept:
            part.copy_(value)
        self._kept = []


def _stacked(records: Sequence[Records]) -> Records:
    """Stack the records of individual steps."""
    return Records(*map(torch.stack, zip(*records, strict=True)))
