"""The training of one network or of a population of them, epoch by epoch."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np
import torch
from torch import nn

from sklearn_deep._process import TimeLimit, is_isolated
from sklearn_deep.training._data import Pool
from sklearn_deep.training._loop.observer import StepObserver
from sklearn_deep.training._loop.steps import FollowedSteps, Steps
from sklearn_deep.training._loop.validation import ValidationValues
from sklearn_deep.training._members import Member, Paused, Population, Result, Weights
from sklearn_deep.training._objective import METRICS
from sklearn_deep.training._plan import Plan, Start, TrainingState
from sklearn_deep.training._step import Epoch, Epochs, EpochValues


class Training:
    """Members of equal structure in training; their widths may differ if they can be padded.

    A single fit, and every fit on a CPU, is a population of one member, whose step is recorded without a
    member axis.

    Parameters
    ----------
    plans : sequence of Plan
        Plans of equal ``structure()``. If all have ``pads``, their widths may differ.
    follower : StepObserver, optional
        Receives each step; requires a single plan.

    Attributes
    ----------
    stopped : bool
        Whether an observer has stopped the training.
    """

    def __init__(self, plans: Sequence[Plan], follower: StepObserver | None = None) -> None:
        if follower is not None:
            plans = [replace(plan, shows_outputs=True) for plan in plans]
        pads = all(plan.pads for plan in plans)
        assert len({plan.structure(widths=not pads) for plan in plans}) == 1
        assert len(plans) == 1 or not plans[0].trains_alone()
        self.plans = list(plans)
        self.members = [Member(plan) for plan in plans]
        self.population = Population(plans)
        self.pool = Pool.of([plan.data for plan in plans])
        self.epochs = Epochs(self.plans, self.pool)
        self.metric = None if plans[0].metric is None else METRICS[plans[0].metric]
        self.best: dict[int, Weights] = {}
        self.epoch = plans[0].first_epoch
        self.stopped = False
        # Last, because an observer of steps gets a network that shares the weights in training.
        self.steps = (
            Steps(plans, self.population)
            if follower is None
            else FollowedSteps(plans, self.population, follower)
        )
        self.validation = self._validation()

    def _validation(self) -> ValidationValues | None:
        parts = [plan.validation for plan in self.plans if plan.validation is not None]
        return ValidationValues(self.population, parts, self.steps) if parts else None

    def _of_terms(self, terms: Sequence[float], k: int) -> dict[str, float]:
        """Return the losses of a member by name: J without penalties, and each of its terms."""
        names = self.population.template.criterion.terms
        if not names:
            return {"loss": terms[0]}
        factors = self.plans[k].factors
        # The loss of a term with factor 0 may be infinite, and 0 times infinity is NaN.
        parts = [f * t for f, t in zip(factors, terms, strict=True) if f]
        named = zip((f"loss_{name}" for name in names), terms, strict=True)
        return {"loss": sum(parts), **dict(named)}

    @property
    def running(self) -> bool:
        """Whether any member is still training."""
        return not self.stopped and any(member.running for member in self.members)

    @property
    def n_running(self) -> int:
        """Number of members that are still training."""
        return sum(member.running for member in self.members)

    def continues(self, end: float, limit: TimeLimit | None) -> bool:
        """Return whether another epoch is trained, after ending the members whose time is over.

        Parameters
        ----------
        end : float
            Number of epochs after which training ends or is paused.
        limit : TimeLimit or None
            Of all members.
        """
        for member in self.members if self.epoch < end else ():
            member.end_in_time(limit)
            if limit is not None and member.time_over == "shared":
                limit.has_cut = True
        return self.running and self.epoch < end

    def of_members(self, which: Sequence[int]) -> Training:
        """Return a training that continues with some of the members."""
        return self.resumed([self.members[k].plan for k in which], self.paused(which))

    def pauses(self) -> dict[int, Paused]:
        """Return the states of the members that are still training."""
        running = [k for k, member in enumerate(self.members) if member.running]
        return dict(zip(running, self.paused(running), strict=True))

    def paused(self, which: Sequence[int]) -> list[Paused]:
        """Return the states of some members, which may be in the middle of their fits."""
        found = zip(which, self.population.networks(which), self._states(which), strict=True)
        return [self._paused(k, network, state) for k, network, state in found]

    def _paused(self, k: int, network: nn.Module, state: TrainingState) -> Paused:
        member, best = self.members[k], self.best.get(k)
        # A member may have stopped earlier. The epoch is that of the population.
        start = Start(network.state_dict(), state._replace(epoch=self.epoch))
        watch, epochs = copy.copy(member.watch), list(member.epochs)
        generator = torch.default_generator.get_state() if is_isolated() else None
        best = None if best is None else self.population.narrowed(k, best)
        return Paused(
            start,
            watch,
            epochs,
            member.running,
            member.diverged,
            best,
            generator,
            None if member.time_limit is None else member.time_limit.seconds_left,
            member.time_over,
        )

    @classmethod
    def resumed(cls, plans: Sequence[Plan], paused: Sequence[Paused]) -> Training:
        """Continue the training of members that were paused after equally many epochs.

        Parameters
        ----------
        plans : sequence of Plan
            The plans with which the training began.
        paused : sequence of Paused
        """
        pairs = list(zip(plans, paused, strict=True))
        training = cls([replace(plan, start=own.start) for plan, own in pairs])
        training.members = [Member.resumed(plan, own) for plan, own in pairs]
        for k, own in enumerate(paused):
            if own.best is not None:
                training.best[k] = training.population.widened(k, own.best)
        if paused[0].generator is not None:
            torch.default_generator.set_state(paused[0].generator)
        return training

    def run_epoch(self) -> None:
        """Train every running member for one epoch and record it."""
        start = time.perf_counter()
        epoch = self.epochs.epoch(self.epoch)
        running = np.array([member.running for member in self.members])
        active, rates = running & epoch.moves, self._learning_rates(epoch)
        with self.steps.mode():
            before = self.population.weights()
            values = self._values(self.steps.run(epoch, active, rates))
            finite = self.population.finite()
        seconds = (time.perf_counter() - start) / int(running.sum())
        first_rates = rates[0].tolist()
        for k, member in enumerate(self.members):
            if member.running:
                if finite[k] and isfinite(values[k]["loss"]):
                    values[k] |= self._scores(k)
                values[k] |= {"learning_rate": first_rates[k], "seconds": seconds}
                self._end_epoch(k, member, values[k], finite[k], before)
        self.epoch += 1

    def _learning_rates(self, epoch: Epoch) -> np.ndarray:
        """Return the learning rate of each step, ``(n_steps, n_members)``."""
        tables = [
            member.learning_rates(self.epoch, n_own, epoch.n_steps)
            for member, n_own in zip(self.members, epoch.member_steps, strict=True)
        ]
        return np.stack(tables, 1)

    def _values(self, found: EpochValues) -> list[dict[str, float]]:
        """Return each member's losses and scores of the epoch by name."""
        values = self._named(found)
        if self.validation is not None:
            for own, others in zip(values, self._named(self.validation()), strict=True):
                own |= {f"val_{name}": value for name, value in others.items()}
        return values

    def _named(self, found: EpochValues) -> list[dict[str, float]]:
        values = [self._of_terms(own, k) for k, own in enumerate(found.losses)]
        for own, price in zip(values, found.penalties, strict=True):
            own["loss"] += price
        if self.metric is not None and found.scores is not None:
            for own, score in zip(values, found.scores, strict=True):
                own[self.metric.name] = score
        return values

    def _scores(self, k: int) -> dict[str, float]:
        """Return the values that a member's scoring computes for its network."""
        scoring = self.plans[k].scoring
        return {} if scoring is None else scoring(self.population.followed(k))

    def _end_epoch(
        self, k: int, member: Member, values: dict[str, float], finite: bool, before: Weights
    ) -> None:
        if member.end_epoch(values, finite):
            self.best[k] = self.population.weights(k)
        if member.diverged:
            statistics = {name: value[k] for name, value in before.statistics.items()}
            self.population.put_back(k, Weights(before.parameters[k], statistics))

    def take_scores(self, scores: Mapping[str, float], monitored: float | None) -> None:
        """Record values that an observer of one network computed at the end of an epoch.

        Parameters
        ----------
        scores : mapping of str to float
            Values by name; names that the training itself has recorded are ignored.
        monitored : float or None
            The value that the stopping rule monitors, if the observer computes it.
        """
        (member,) = self.members
        member.epochs[-1] |= {n: v for n, v in scores.items() if n not in member.epochs[-1]}
        if monitored is not None and not member.diverged and member.judge(monitored):
            self.best[0] = self.population.weights(0)

    def restore_best(self, which: Sequence[int]) -> None:
        """Restore the best weights of some members if their stopping rules require it."""
        for k in which:
            if k in self.best:
                self.population.put_back(k, self.best.pop(k))

    def results(self, which: Sequence[int]) -> list[Result]:
        """Return the finished fits of some members."""
        self.restore_best(which)
        return self._results(which, self.population)

    def result_so_far(self) -> Result:
        """Return the result of a population of one member as if it stopped now; it can be continued."""
        twin = copy.deepcopy(self.population)
        for k, weights in self.best.items():
            twin.put_back(k, weights)
        return self._results([0], twin)[0]

    def _results(self, which: Sequence[int], population: Population) -> list[Result]:
        members = [self.members[k] for k in which]
        found = zip(members, population.networks(which), self._states(which), strict=True)
        return [
            Result(
                network,
                member.history(),
                member.best_epoch(),
                member.diverged,
                state,
                stop_reason=member.stop_reason(self.stopped),
                is_cut=member.time_over == "shared",
            )
            for member, network, state in found
        ]

    def _states(self, which: Sequence[int]) -> list[TrainingState]:
        """Return the training states of some members, without their weights."""
        return [
            self._state_of(k, self.population.narrowed_optimizer_state(k, state))
            for k, state in zip(which, self.steps.updates.optimizer_states(which), strict=True)
        ]

    def _state_of(self, k: int, optimizer_state: dict[Any, Any]) -> TrainingState:
        member, plan = self.members[k], self.members[k].plan
        epoch, n_steps = plan.first_epoch + len(member.epochs), int(self.steps.updates.n_steps[k])
        if member.diverged:
            # Moments of gradients that overflowed would spoil a later training.
            n_steps, optimizer_state = 0, {}
        pace = copy.deepcopy(member.pace)
        place = plan.schedule_epoch
        return TrainingState(
            plan.seed, plan.optimizer, epoch, n_steps, optimizer_state, pace, place
        )
