"""What is kept of each member on the host."""

from __future__ import annotations

import copy
from math import isfinite
from typing import NamedTuple

import numpy as np
from torch import nn

from sklearn_deep.training._plan import Plan
from sklearn_deep.training._start import Progress

History = dict[str, np.ndarray]


class Result(NamedTuple):
    """A finished fit.

    Parameters
    ----------
    network : nn.Module
        The trained network: of a single fit on the device it was trained on, of a population on
        the CPU.
    history : dict of str to ndarray of shape (n_epochs,)
    best_epoch : int
        Epoch of the best monitored value; without early stopping, of the lowest loss.
    diverged : bool
    progress : Progress or None
        What a later training needs, beside the weights, to go on from here.
    """

    network: nn.Module
    history: History
    best_epoch: int
    diverged: bool
    progress: Progress | None


class Member:
    """One fit inside a population: its history, its stopping rule, whether it still runs."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.watch = plan.stopping.begin() if plan.stopping else None
        self.pace = copy.deepcopy(plan.progress.pace) if plan.progress else plan.schedule.begin()
        self.epochs: list[dict[str, float]] = []
        self.running = True
        self.diverged = False

    def end_epoch(self, values: dict[str, float], finite: bool) -> bool:
        """Take the values of an epoch; return whether its weights are to be kept as the best."""
        epoch = len(self.epochs)
        self.epochs.append(values)
        self.diverged = not (finite and isfinite(values["loss"]))
        if self.diverged:
            self.running = False
            return False
        self.pace.see(values)
        improved, stop = (
            self.watch.see(epoch, self._monitored(values)) if self.watch else (False, False)
        )
        self.running = not stop and epoch + 1 < self.plan.max_epochs
        return (
            improved and self.plan.stopping is not None and self.plan.stopping.restore_best_weights
        )

    def _monitored(self, values: dict[str, float]) -> float:
        assert self.plan.stopping is not None
        return values[self.plan.stopping.monitor]

    def learning_rates(self, epoch: int, n_own: int, n_steps: int) -> np.ndarray:
        """Return the learning rate of each of ``n_steps`` steps of an epoch, ``n_own`` of them its own."""
        # A table of the member's own length, so that no company changes its bits.
        factors = self.pace.factors(epoch + np.arange(n_own) / n_own, self.plan.max_epochs)
        return self.plan.learning_rate * np.pad(factors, (0, n_steps - n_own), mode="edge")

    def best_epoch(self) -> int:
        """Return the epoch of the best monitored value, or of the lowest loss."""
        if self.watch is not None and self.watch.best_epoch is not None:
            return self.watch.best_epoch
        losses = np.array([values["loss"] for values in self.epochs])
        return int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))

    def history(self) -> History:
        """Return one array per recorded value."""
        return {name: np.array([values[name] for values in self.epochs]) for name in self.epochs[0]}
