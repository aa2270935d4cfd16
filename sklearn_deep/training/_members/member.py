"""The record of each member: history, stopping, schedule and result."""

from __future__ import annotations

import copy
from math import isfinite
from typing import NamedTuple

import numpy as np
from torch import Tensor, nn

from sklearn_deep._process import TimeLimit
from sklearn_deep.schedules import Constant
from sklearn_deep.stopping import Watch
from sklearn_deep.training._members.widening import Weights
from sklearn_deep.training._plan import Plan, Start, TrainingState

History = dict[str, np.ndarray]


class Paused(NamedTuple):
    """The state of a member in the middle of its fit: everything needed to resume it, except its plan.

    Resuming does not change it, so it can be resumed more than once.

    Parameters
    ----------
    start : Start
    watch : Watch or None
        State of the stopping rule.
    epochs : list of dict
        Values recorded so far, one dict per epoch.
    running, diverged : bool
    best : Weights or None
        Best weights so far, if the stopping rule restores them.
    generator : Tensor or None
        State of torch's global generator, from which user-defined modules may draw; None if the fit
        runs no user-defined code.
    seconds_left : float or None, default=None
        Time that is left of the plan's ``max_seconds``; None if there is no limit.
    time_over : str, default=""
        As in ``Member``.
    """

    start: Start
    watch: Watch | None
    epochs: list[dict[str, float]]
    running: bool
    diverged: bool
    best: Weights | None
    generator: Tensor | None
    seconds_left: float | None = None
    time_over: str = ""


class Result(NamedTuple):
    """The result of a finished fit, or of a paused one as if it ended there.

    Parameters
    ----------
    network : nn.Module
        The trained network: on the training device after a single fit, on the CPU if it was trained
        in a population.
    history : dict of str to ndarray of shape (n_epochs,)
    best_epoch : int
        Epoch of the best monitored value; without early stopping, of the lowest loss.
    diverged : bool
    state : TrainingState or None
        What a later training needs to resume, in addition to the weights.
    paused : Paused or None, default=None
        What this fit needs to resume; None if it is finished.
    stop_reason : str, default=""
        Why the training ended: "divergence", "max_seconds", "callback", "early_stopping" or "max_epochs";
        empty if it could continue.
    is_cut : bool, default=False
        Whether the time was over that this fit shares with others.
    """

    network: nn.Module
    history: History
    best_epoch: int
    diverged: bool
    state: TrainingState | None
    paused: Paused | None = None
    stop_reason: str = ""
    is_cut: bool = False


class Member:
    """One fit in a population: its history, its stopping rule, and whether it is still training.

    Attributes
    ----------
    time_over : str
        The time limit that ended the fit: "own" (``max_seconds`` of its plan), "shared" (that of all
        fits of a search or an ensemble), or "" for neither.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.time_limit = None if plan.max_seconds is None else TimeLimit(plan.max_seconds)
        self.time_over = ""
        self.watch = plan.stopping.begin() if plan.stopping else None
        self.pace = copy.deepcopy(plan.state.pace) if plan.state else plan.schedule.begin()
        self.epochs: list[dict[str, float]] = []
        self.running = True
        self.diverged = False
        self._constant_rates: np.ndarray | None = None

    @classmethod
    def resumed(cls, plan: Plan, paused: Paused) -> Member:
        """Return a member with the state of a paused one."""
        member = cls(plan)
        assert paused.start.state is not None
        member.pace = copy.deepcopy(paused.start.state.pace)
        member.watch, member.epochs = copy.copy(paused.watch), list(paused.epochs)
        member.running, member.diverged = paused.running, paused.diverged
        member.time_over = paused.time_over
        if paused.seconds_left is not None:
            member.time_limit = TimeLimit(paused.seconds_left)
        return member

    def end_epoch(self, values: dict[str, float], finite: bool) -> bool:
        """Record the values of an epoch; return whether to keep its weights as the best."""
        epoch = len(self.epochs)
        self.epochs.append(values)
        self.diverged = not (finite and isfinite(values["loss"]))
        if self.diverged:
            self.running = False
            return False
        self.pace.see(values)
        self.running = epoch + 1 < self.plan.max_epochs
        rule = self.plan.stopping
        return rule is not None and rule.monitored in values and self.judge(values[rule.monitored])

    def judge(self, value: float) -> bool:
        """Pass the monitored value of the last epoch to the stopping rule.

        Returns
        -------
        bool
            Whether to keep the weights as the best.
        """
        assert self.watch is not None
        improved, stop = self.watch.see(len(self.epochs) - 1, value)
        self.running = self.running and not stop
        return improved and self.watch.rule.restore_best_weights

    def end_in_time(self, shared: TimeLimit | None) -> None:
        """End the fit if its own time or the ``shared`` one is over, and at least one epoch is trained."""
        if not self.running or not self.epochs:
            return
        if shared is not None and shared.is_over:
            self.running, self.time_over = False, "shared"
        elif self.time_limit is not None and self.time_limit.is_over:
            self.running, self.time_over = False, "own"

    def stop_reason(self, stopped: bool) -> str:
        """Return why the fit ended, as in ``Result``; ``stopped`` tells whether an observer asked for it."""
        if self.diverged:
            return "divergence"
        if self.time_over:
            return "max_seconds"
        if stopped:
            return "callback"
        if self.running:
            return ""
        return "max_epochs" if len(self.epochs) == self.plan.max_epochs else "early_stopping"

    def learning_rates(self, epoch: int, n_own: int, n_steps: int) -> np.ndarray:
        """Return the learning rates of ``n_steps`` steps, of which the member makes the first ``n_own``."""
        if self._constant_rates is None or len(self._constant_rates) != n_steps:
            # In epochs, so that the schedule does not depend on the number of batches.
            times = epoch - self.plan.schedule_epoch + np.arange(n_own) / n_own
            rates = self.plan.learning_rate * self.pace.factors(times, self.plan.max_epochs)
            # The member makes no step after its own ones, so any finite rate will do there.
            rates = np.pad(rates, (0, n_steps - n_own), mode="edge")
            if not isinstance(self.plan.schedule, Constant):
                return rates
            self._constant_rates = rates
        return self._constant_rates

    def best_epoch(self) -> int:
        """Return the epoch of the best monitored value, or of the lowest loss."""
        if self.watch is not None and self.watch.best_epoch is not None:
            return self.watch.best_epoch
        losses = np.array([values["loss"] for values in self.epochs])
        return int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))

    def history(self) -> History:
        """Return one array per recorded value."""
        names = dict.fromkeys(name for values in self.epochs for name in values)
        return {n: np.array([values.get(n, np.nan) for values in self.epochs]) for n in names}
