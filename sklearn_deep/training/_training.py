"""The training of one network or of a population of them, epoch by epoch."""

from __future__ import annotations

import time
from collections.abc import Sequence

import torch
from torch import Tensor

from sklearn_deep.training._batches import Batch, Epoch, Pool
from sklearn_deep.training._draws import Draws
from sklearn_deep.training._evaluation import Evaluation
from sklearn_deep.training._member import Member, Result
from sklearn_deep.training._metrics import METRICS
from sklearn_deep.training._objective import Step, member_step
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._population import Population, Weights
from sklearn_deep.training._recording import recorded
from sklearn_deep.training._updates import updates_of


class Training:
    """Members of equal structure in training.

    A member's result depends on its plan alone. A single fit is a population of one, whose step is
    recorded without the member axis; on the CPU the bits are the same.

    Parameters
    ----------
    plans : sequence of Plan
        All of equal ``structure()``.
    """

    def __init__(self, plans: Sequence[Plan]) -> None:
        assert len({plan.structure() for plan in plans}) == 1
        first = plans[0]
        self.plans = list(plans)
        self.members = [Member(plan) for plan in plans]
        self.population = Population(plans)
        parameters = self.population.parameters
        self.updates = updates_of(plans, parameters, self.population.weight_decay(plans))
        self.pool = Pool.of([plan.data for plan in plans])
        self.draws = Draws(
            self.population.objectives[0],
            [plan.seed for plan in plans],
            first.batch_rows,
            first.dtype,
            first.device,
        )
        validation = [plan.validation for plan in plans if plan.validation is not None]
        template = self.population.objectives[0]
        self.evaluation = Evaluation(template, validation, first.metric) if validation else None
        self.best: dict[int, Weights] = {}
        self.epoch = 0
        self._zeros = self.population.layout.zeros(parameters)
        self._step: Step | None = None

    @property
    def running(self) -> bool:
        """Whether any member still trains."""
        return any(member.running for member in self.members)

    def run_epoch(self) -> None:
        """Train every running member for one epoch and record it."""
        start = time.perf_counter()
        epoch = Epoch(self.plans, self.pool, self.epoch)
        running = torch.tensor([member.running for member in self.members])
        active = running & (epoch.weight_sums > 0)
        with torch.inference_mode():
            before = self.population.weights()
            losses, outputs, targets = self._steps(epoch, active)
            values = self._values(epoch, active, losses, outputs, targets)
            finite = self.population.finite()
        seconds = (time.perf_counter() - start) / int(running.sum())
        for k, member in enumerate(self.members):
            if member.running:
                rate = member.plan.learning_rate
                values[k] |= {"learning_rate": rate, "seconds": seconds}
                self._end_epoch(k, member, values[k], finite[k], before)
        self.epoch += 1

    def _steps(self, epoch: Epoch, active: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Make the steps of an epoch; return J ``(n_steps, n_members)``, outputs and targets."""
        self.updates.begin_epoch(active)
        inputs = self.population.inputs()
        losses, penalties, outputs, targets = [], [], [], []
        for i, batch in enumerate(epoch.batches()):
            penalties.append(self.updates.penalty())
            rows, output, gradient, *statistics = self._run_step(inputs, batch, i)
            losses.append(rows)
            outputs.append(output)
            targets.append(batch.y)
            self.updates.apply(i, gradient.view_as(self.population.parameters))
            if statistics:
                self._move_statistics(statistics, active[i])
        mean = (epoch.share * torch.stack(losses).view_as(epoch.share)).sum(-1)
        return mean + torch.stack(penalties), torch.stack(outputs), torch.stack(targets)

    def _run_step(self, inputs: list[Tensor], batch: Batch, i: int) -> tuple[Tensor, ...]:
        alone = len(self.plans) == 1
        rows = [column[0] for column in batch] if alone else list(batch)
        tensors = [*inputs, *rows, self._zeros, *self.draws.blocks(self.epoch, i)]
        if self._step is None:
            self._step = self._recorded(tensors, n_shared_draws=len(self.draws.sites))
        return self._step(*tensors)

    def _recorded(self, tensors: list[Tensor], n_shared_draws: int) -> Step:
        objective, layout = self.population.objectives[0], self.population.layout
        batched = None
        if len(self.plans) > 1:
            n_batched = len(tensors) - 1 - n_shared_draws
            batched = [True] * n_batched + [False] + [not self.draws.shared] * n_shared_draws
        key = (self.plans[0].structure(), tuple(self.draws.sites))
        with torch.inference_mode(False):
            return recorded(
                key, lambda: member_step(objective, layout, self.draws.sites), tensors, batched
            )

    def _move_statistics(self, statistics: Sequence[Tensor], active: Tensor) -> None:
        for name, value in zip(self.population.statistics, statistics, strict=True):
            running = self.population.buffers[name]
            moved = running.lerp(value.view_as(running), 0.1)
            mask = active.to(running.device).unsqueeze(-1)
            running.copy_(torch.where(mask, moved, running))

    def _values(
        self, epoch: Epoch, active: Tensor, losses: Tensor, outputs: Tensor, targets: Tensor
    ) -> list[dict[str, float]]:
        """Return each member's loss and metrics of the epoch."""
        n_members = len(self.plans)
        losses = losses.double().cpu()
        outputs = outputs.view(epoch.n_steps, n_members, epoch.n_rows, -1)
        weight = self.pool.data.sample_weight[epoch.order] * epoch.valid
        metric = self.plans[0].metric
        values = []
        for k, n in enumerate(self.pool.lengths):
            n_steps = -(-n // epoch.batch_size)
            took, sums = active[:, k], epoch.weight_sums[:, k]
            rows = (t[:n_steps, k].flatten(0, 1) for t in (outputs, targets, weight))
            values.append(
                {
                    "loss": ((losses[:, k] * sums)[took].sum() / sums[took].sum()).item(),
                    metric: METRICS[metric](*rows).item(),
                }
            )
        if self.evaluation is not None:
            found = self.evaluation(self.population.state())
            values = [mine | theirs for mine, theirs in zip(values, found, strict=True)]
        return values

    def _end_epoch(
        self, k: int, member: Member, values: dict[str, float], finite: bool, before: Weights
    ) -> None:
        if member.end_epoch(values, finite):
            self.best[k] = self.population.weights(k)
        if member.diverged:
            statistics = {name: value[k] for name, value in before.statistics.items()}
            self.population.put_back(k, Weights(before.parameters[k], statistics))

    def results(self) -> list[Result]:
        """Return the finished fits, in the order of the plans."""
        for k, weights in self.best.items():
            self.population.put_back(k, weights)
        return [
            Result(
                self.population.network(k), member.history(), member.best_epoch(), member.diverged
            )
            for k, member in enumerate(self.members)
        ]
