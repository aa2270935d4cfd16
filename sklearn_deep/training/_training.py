"""The training of one network or of a population of them, epoch by epoch."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from sklearn_deep.training._batches import Batch, Epoch, Pool
from sklearn_deep.training._computation import Computation, Computed
from sklearn_deep.training._evaluation import Evaluation
from sklearn_deep.training._listener import Listener
from sklearn_deep.training._member import Member, Result
from sklearn_deep.training._metrics import METRICS
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._population import Population, Weights
from sklearn_deep.training._start import Progress
from sklearn_deep.training._updates_of import updates_of


class _Steps(NamedTuple):
    """What an epoch's steps leave: J ``(n_steps, n_members)``, outputs and targets."""

    losses: Tensor
    outputs: Tensor
    targets: Tensor


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
        assert len(plans) == 1 or not plans[0].trains_alone()
        self.plans = list(plans)
        self.members = [Member(plan) for plan in plans]
        self.population = Population(plans)
        self.computation = Computation(plans, self.population)
        self.updates = updates_of(plans, self.population)
        self.pool = Pool.of([plan.data for plan in plans])
        self.evaluation = self._evaluation()
        self.metric = METRICS[plans[0].metric]
        self.best: dict[int, Weights] = {}
        self.epoch = plans[0].first_epoch
        self.listener: Listener | None = None

    def follow(self, listener: Listener) -> None:
        """Let a listener follow a population of one step by step, and see its weights move."""
        assert len(self.plans) == 1
        self.listener = listener
        self.population.bind(0)

    def _evaluation(self) -> Evaluation | None:
        parts = [plan.validation for plan in self.plans if plan.validation is not None]
        template = self.population.objectives[0]
        return Evaluation(template, parts, self.plans[0].metric) if parts else None

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
        rates = self._learning_rates(epoch)
        with torch.inference_mode():
            before = self.population.weights()
            steps = self._run_steps(epoch, active, rates)
            values = self._values(epoch, active, steps)
            finite = self.population.finite()
        seconds = (time.perf_counter() - start) / int(running.sum())
        for k, member in enumerate(self.members):
            if member.running:
                values[k] |= {"learning_rate": rates[0, k].item(), "seconds": seconds}
                self._end_epoch(k, member, values[k], finite[k], before)
        self.epoch += 1

    def _learning_rates(self, epoch: Epoch) -> Tensor:
        """Return the learning rate of each step, ``(n_steps, n_members)``."""
        tables = [
            member.learning_rates(self.epoch, n_own, epoch.n_steps)
            for member, n_own in zip(self.members, epoch.member_steps, strict=True)
        ]
        return torch.from_numpy(np.stack(tables, 1))

    def _run_steps(self, epoch: Epoch, active: Tensor, rates: Tensor) -> _Steps:
        losses, penalties, outputs, targets = [], [], [], []
        if self.listener is None:
            self.updates.begin(active, rates)
        for i, batch in enumerate(epoch.batches()):
            if self.listener is not None:
                rates[i] *= self.listener.begin_step(batch)
                self.updates.begin(active[i : i + 1], rates[i : i + 1])
            decay = self.updates.penalty()
            computed = self.computation(batch, self.epoch, i)
            losses.append(computed.losses)
            penalties.append(decay if computed.penalty is None else decay + computed.penalty)
            outputs.append(computed.output)
            targets.append(batch.y)
            self._move(i, batch, computed, active[i])
            if self.listener is not None:
                self.listener.end_step(batch, computed, decay)
        mean = (epoch.share * torch.stack(losses).view_as(epoch.share)).sum(-1)
        return _Steps(mean + torch.stack(penalties), torch.stack(outputs), torch.stack(targets))

    def _move(self, i: int, batch: Batch, computed: Computed, active: Tensor) -> None:
        """Move parameters and running statistics of active members ``(n_members,)`` after step ``i``."""
        known = [computed]

        def evaluate() -> tuple[Tensor, Tensor]:
            now = known.pop() if known else self.computation(batch, self.epoch, i)
            loss = (batch.share * now.losses.view_as(batch.share)).sum(-1)
            gradient = now.gradient.view_as(self.population.parameters)
            return loss if now.penalty is None else loss + now.penalty, gradient

        gradient = computed.gradient.view_as(self.population.parameters)
        if self.listener is not None:
            self.listener.see_gradient(batch, self.population.layout.views(gradient[0]))
        self.updates.apply(i if self.listener is None else 0, gradient, evaluate)
        if computed.statistics:
            self.population.move_statistics(computed.statistics, active)
        self.population.project(active)

    def _values(self, epoch: Epoch, active: Tensor, steps: _Steps) -> list[dict[str, float]]:
        """Return each member's loss and score of the epoch."""
        n_members = len(self.plans)
        losses = steps.losses.double().cpu()
        outputs = steps.outputs.view(epoch.n_steps, n_members, epoch.n_rows, -1)
        predictions = self.population.objectives[0].loss.predictions(outputs)
        weight = self.pool.data.sample_weight[epoch.order] * epoch.valid
        values = []
        for k, n_steps in enumerate(epoch.member_steps):
            took, sums = active[:, k], epoch.weight_sums[:, k]
            rows = (t[:n_steps, k].flatten(0, 1) for t in (predictions, steps.targets, weight))
            loss = (losses[:, k] * sums)[took].sum() / sums[took].sum()
            values.append({"loss": loss.item(), self.metric.name: self.metric.score(*rows).item()})
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

    def restore_best(self) -> None:
        """Put the best weights back where the stopping rule asks for it."""
        for k, weights in self.best.items():
            self.population.put_back(k, weights)
        self.best.clear()

    def results(self) -> list[Result]:
        """Return the finished fits, in the order of the plans."""
        self.restore_best()
        return [
            Result(
                self.population.network(k),
                member.history(),
                member.best_epoch(),
                member.diverged,
                self._progress(k, member),
            )
            for k, member in enumerate(self.members)
        ]

    def _progress(self, k: int, member: Member) -> Progress:
        plan, epoch = member.plan, member.plan.first_epoch + len(member.epochs)
        n_steps, state = int(self.updates.n_steps[k]), self.updates.state_of(k)
        if member.diverged:
            # Moments of gradients that overflowed would carry over to whatever comes next.
            n_steps, state = 0, {}
        return Progress(plan.seed, plan.optimizer, epoch, n_steps, state, member.pace)

    def snapshot(self) -> nn.Module:
        """Return a copy of the network of a population of one, with its weights of now."""
        twin = copy.deepcopy(self.population)
        return twin.network(0)
