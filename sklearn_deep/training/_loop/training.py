"""The training of one network or of a population of them, epoch by epoch."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from sklearn_deep.training._data import Pool
from sklearn_deep.training._members import Member, Paused, Population, Result, Weights
from sklearn_deep.training._objective import METRICS, Evaluation, Metric
from sklearn_deep.training._plan import Plan, Start, TrainingState
from sklearn_deep.training._step import Batch, Epoch, GradientStep, StepOutput
from sklearn_deep.training._updates import updates_of


class StepRecord(NamedTuple):
    """What an epoch keeps of a step: of ``StepOutput`` and the batch, and all penalties ``(n_members,)``."""

    losses: Tensor
    output: Tensor
    penalty: Tensor
    targets: Tensor


class Training:
    """Members of equal structure in training, widths aside where they can be padded.

    A member's result depends on its plan alone. A single fit is a population of one, whose step is
    recorded without the member axis; on the CPU the bits are the same.

    Parameters
    ----------
    plans : sequence of Plan
        All of equal ``structure()``, or different in widths only where each ``pads``.
    """

    _mode: ClassVar[type[torch.inference_mode | torch.no_grad]] = torch.inference_mode
    _records_user_code: ClassVar[bool] = True

    def __init__(self, plans: Sequence[Plan]) -> None:
        pads = all(plan.pads for plan in plans)
        assert len({plan.structure(widths=not pads) for plan in plans}) == 1
        assert len(plans) == 1 or not plans[0].trains_alone()
        self.plans = list(plans)
        self.members = [Member(plan) for plan in plans]
        self.population = Population(plans)
        self.computation = GradientStep(
            plans, self.population, records_user_code=self._records_user_code
        )
        self.updates = updates_of(plans, self.population)
        self.pool = Pool.of([plan.data for plan in plans])
        self.metric = None if plans[0].metric is None else METRICS[plans[0].metric]
        self.evaluation = self._evaluation()
        self.best: dict[int, Weights] = {}
        self.epoch = plans[0].first_epoch
        # Of each term in J, (n_members, n_terms).
        self._factors = torch.tensor([plan.factors for plan in plans], dtype=torch.float64)

    def _evaluation(self) -> Evaluation | None:
        parts = [plan.validation for plan in self.plans if plan.validation is not None]
        template = self.population.template
        return Evaluation(template, parts, self.metric, self._of_terms) if parts else None

    def _of_terms(self, terms: Sequence[float], k: int) -> dict[str, float]:
        """Return the losses of a member by name: J without penalties, and its terms."""
        names = self.population.template.criterion.terms
        if not names:
            return {"loss": terms[0]}
        factors = self.plans[k].factors
        # A term that does not count may be infinite.
        parts = [f * t for f, t in zip(factors, terms, strict=True) if f]
        named = zip((f"loss_{name}" for name in names), terms, strict=True)
        return {"loss": sum(parts), **dict(named)}

    @property
    def running(self) -> bool:
        """Whether any member still trains."""
        return any(member.running for member in self.members)

    @property
    def n_running(self) -> int:
        """How many members still train."""
        return sum(member.running for member in self.members)

    def of_members(self, which: Sequence[int]) -> Training:
        """Return the same training of some of its members, from where it stands."""
        return self.resumed([self.members[k].plan for k in which], self.paused(which))

    def paused(self, which: Sequence[int]) -> list[Paused]:
        """Return where some members stand."""
        found = zip(which, self.population.networks(which), self._states(which), strict=True)
        return [self._paused(k, network, state) for k, network, state in found]

    def _paused(self, k: int, network: nn.Module, state: TrainingState) -> Paused:
        member, best = self.members[k], self.best.get(k)
        # Members that have stopped before may come along: the epoch is that of all.
        start = Start(network.state_dict(), state._replace(epoch=self.epoch))
        watch, epochs = copy.copy(member.watch), list(member.epochs)
        generator = torch.default_generator.get_state()
        best = None if best is None else self.population.narrowed(k, best)
        return Paused(start, watch, epochs, member.running, member.diverged, best, generator)

    @classmethod
    def resumed(cls, plans: Sequence[Plan], paused: Sequence[Paused]) -> Training:
        """Return the training of members that were paused after equally many epochs.

        Parameters
        ----------
        plans : sequence of Plan
            Those that their training began with.
        paused : sequence of Paused
        """
        pairs = list(zip(plans, paused, strict=True))
        training = cls([replace(plan, start=own.start) for plan, own in pairs])
        training.members = [Member.resumed(plan, own) for plan, own in pairs]
        for k, own in enumerate(paused):
            if own.best is not None:
                training.best[k] = training.population.widened(k, own.best)
        torch.default_generator.set_state(paused[0].generator)
        return training

    def run_epoch(self) -> None:
        """Train every running member for one epoch and record it."""
        start = time.perf_counter()
        epoch = Epoch(self.plans, self.pool, self.epoch)
        running = torch.tensor([member.running for member in self.members])
        active = running & epoch.enough & (self._factors * epoch.weight_sums > 0).any(-1)
        rates = self._learning_rates(epoch)
        # Once an epoch: what a GPU is sent, it is waited for.
        self._active = active.to(self.population.parameters.device)
        with self._mode():
            before = self.population.weights()
            made = self._run_steps(epoch, active, rates)
            values = self._values(epoch, active, made)
            finite = self.population.finite()
        seconds = (time.perf_counter() - start) / int(running.sum())
        first_rates = rates[0].tolist()
        for k, member in enumerate(self.members):
            if member.running:
                values[k] |= {"learning_rate": first_rates[k], "seconds": seconds}
                self._end_epoch(k, member, values[k], finite[k], before)
        self.epoch += 1

    def _learning_rates(self, epoch: Epoch) -> Tensor:
        """Return the learning rate of each step, ``(n_steps, n_members)``."""
        tables = [
            member.learning_rates(self.epoch, n_own, epoch.n_steps)
            for member, n_own in zip(self.members, epoch.member_steps, strict=True)
        ]
        return torch.from_numpy(np.stack(tables, 1))

    def _run_steps(self, epoch: Epoch, active: Tensor, rates: Tensor) -> list[StepRecord]:
        self.computation.prepare()
        self.updates.begin(active, rates)
        return [self._step(i, i, batch, active) for i, batch in enumerate(epoch.batches())]

    def _step(self, i: int, place: int, batch: Batch, active: Tensor) -> StepRecord:
        """Make step ``i`` of the epoch, which the updates know as number ``place``.

        ``active`` ``(n_steps, n_members)`` says who makes it.
        """
        decay = self.updates.penalty()
        computed = self.computation(batch, self.epoch, i)
        self._move(i, place, batch, computed, active)
        penalty = decay if computed.penalty is None else decay + computed.penalty
        return StepRecord(computed.losses, computed.output, penalty, batch.y)

    def _move(self, i: int, place: int, batch: Batch, computed: StepOutput, active: Tensor) -> None:
        """Move parameters and running statistics of members that are active in step ``i``."""
        gradient = self._gradient(computed)
        known = [(computed, gradient)]

        def evaluate() -> tuple[Tensor, Tensor]:
            if known:
                now, slope = known.pop()
            else:
                now = self.computation(batch, self.epoch, i)
                slope = self._gradient(now)
            loss = self._mean_loss(batch.slope, now.losses.view_as(batch.slope))
            return loss if now.penalty is None else loss + now.penalty, slope

        self.updates.apply(place, gradient, evaluate)
        if computed.statistics:
            self.population.move_statistics(computed.statistics, self._active[i])
        if self.population.projects:
            self.population.project(self._active[i])

    def _mean_loss(self, slope: Tensor, losses: Tensor) -> Tensor:
        """Return J without penalties, ``(n_members,)``, of rows ``(n_members, n_rows)`` or with terms last."""
        terms = (slope * losses).sum(1).view(len(self.plans), -1)
        return (terms * self._factors.to(terms)).sum(-1)

    def _gradient(self, computed: StepOutput) -> Tensor:
        """Return the gradient of J, ``(n_members, n_parameters)``: the place to look at it, or change it."""
        return computed.gradient

    def _values(
        self, epoch: Epoch, active: Tensor, made: list[StepRecord]
    ) -> list[dict[str, float]]:
        """Return each member's losses and score of the epoch."""
        values = self._losses(epoch, active[: epoch.n_steps], made)
        if self.metric is not None:
            for own, score in zip(values, self._scores(self.metric, epoch, made), strict=True):
                own[self.metric.name] = score
        if self.evaluation is not None:
            validated = self.evaluation(self.population.tensors())
            values = [mine | theirs for mine, theirs in zip(values, validated, strict=True)]
        return values

    def _losses(
        self, epoch: Epoch, active: Tensor, made: list[StepRecord]
    ) -> list[dict[str, float]]:
        """Return each member's J, penalties included, and its terms: means over batches by their rows."""
        rows = torch.stack([step.losses for step in made]).view_as(epoch.slope)
        # Rows without weight may have any loss, NaN too.
        rows = torch.where(epoch.slope > 0, epoch.slope * rows, 0.0)
        terms = rows.sum(2).view_as(epoch.weight_sums).double().cpu()
        penalties = torch.stack([step.penalty for step in made]).double().cpu()
        # Step by step, so that steps at the end, of members with more rows, change no bit.
        n_own = epoch.n_own.unsqueeze(-1)  # (n_steps, n_members, 1)
        means = (terms * n_own).cumsum(0)[-1] / n_own.cumsum(0)[-1]  # (n_members, n_terms)
        n_taken = torch.where(active, epoch.n_own, 0.0)
        paid = torch.where(active, penalties * n_taken, 0.0)
        penalty = paid.cumsum(0)[-1] / n_taken.cumsum(0)[-1].clamp(min=1)
        values = [self._of_terms(own, k) for k, own in enumerate(means.tolist())]
        for own, price in zip(values, penalty.tolist(), strict=True):
            own["loss"] += price
        return values

    def _scores(self, metric: Metric, epoch: Epoch, made: list[StepRecord]) -> list[float]:
        """Return each member's score on the rows of the epoch."""
        shape = (epoch.n_steps, len(self.plans), epoch.n_rows, -1)
        outputs = torch.stack([step.output for step in made]).view(shape)
        predictions = self.population.template.criterion.predictions(outputs)
        targets = torch.stack([step.targets for step in made])
        weight = epoch.of_valid(self.pool.sample_weight)
        weight = weight if weight.ndim == 3 else weight[..., 0]
        scores: list[float] = metric.score(predictions, targets, weight).tolist()
        return scores

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
        while self.best:
            self.population.put_back(*self.best.popitem())

    def results(self, which: Sequence[int] | None = None) -> list[Result]:
        """Return the finished fits of some members, or of all, in the order of the plans."""
        which = range(len(self.members)) if which is None else which
        for k in which:
            if k in self.best:
                self.population.put_back(k, self.best.pop(k))
        return self._results(which, self.population)

    def result_so_far(self) -> Result:
        """Return what ``results`` would if a population of one stopped here; it can train on."""
        twin = copy.deepcopy(self.population)
        for k, weights in self.best.items():
            twin.put_back(k, weights)
        return self._results([0], twin)[0]

    def _results(self, which: Sequence[int], population: Population) -> list[Result]:
        found = zip(which, population.networks(which), self._states(which), strict=True)
        return [self._result(self.members[k], network, state) for k, network, state in found]

    def _result(self, member: Member, network: nn.Module, state: TrainingState) -> Result:
        return Result(network, member.history(), member.best_epoch(), member.diverged, state)

    def _states(self, which: Sequence[int]) -> list[TrainingState]:
        """Return where members stand, beside their weights."""
        return [
            self._state_of(k, self.population.narrowed_optimizer_state(k, state))
            for k, state in zip(which, self.updates.optimizer_states(which), strict=True)
        ]

    def _state_of(self, k: int, optimizer_state: dict[Any, Any]) -> TrainingState:
        member, plan = self.members[k], self.members[k].plan
        epoch, n_steps = plan.first_epoch + len(member.epochs), int(self.updates.n_steps[k])
        if member.diverged:
            # Moments of gradients that overflowed would carry over to whatever comes next.
            n_steps, optimizer_state = 0, {}
        pace = copy.deepcopy(member.pace)
        place = plan.schedule_epoch
        return TrainingState(
            plan.seed, plan.optimizer, epoch, n_steps, optimizer_state, pace, place
        )
