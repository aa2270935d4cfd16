"""The values of an epoch of one member, added up by compiled code."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from sklearn_deep._compiled import Interpreter, codes
from sklearn_deep._process import without_python
from sklearn_deep.training._members import Population
from sklearn_deep.training._step import EpochValues

_KINDS = {
    None: codes.NO_SCORE,
    "accuracy": codes.CLASSES,
    "subset_accuracy": codes.LABELS,
    "r2": codes.R2,
}


class StepRecords(NamedTuple):
    """Arrays that compiled steps write.

    Parameters
    ----------
    losses : ndarray of shape (n_steps, n_rows * n_terms)
    output : ndarray of shape (n_steps, n_rows * n_outputs)
        Has no columns if no metric needs it.
    penalty : ndarray of shape (n_steps, 1)
    """

    losses: np.ndarray
    output: np.ndarray
    penalty: np.ndarray


class StepColumns(NamedTuple):
    """Weights of the samples of some steps.

    Parameters
    ----------
    slope : ndarray of shape (n_steps, n_rows * n_terms)
    share, scored : ndarray of shape (n_steps, n_rows)
    sizes : float64 ndarray of shape (n_steps,)
    """

    slope: np.ndarray
    share: np.ndarray
    scored: np.ndarray
    sizes: np.ndarray

    def part(self, steps: slice) -> StepColumns:
        """Return the columns of some of the steps."""
        return StepColumns(*(column[steps] for column in self))


class Summary:
    """Adds up the values of an epoch; see ``Values``, which computes the same with torch.

    Parameters
    ----------
    interpreter : Interpreter
    population : Population
        Population of one member.
    n_targets : int
        Number of values in the target of a sample.
    """

    def __init__(self, interpreter: Interpreter, population: Population, n_targets: int) -> None:
        plan = population.plan
        self._summarize = interpreter.summarize
        self.kind = _KINDS[plan.metric]
        if self.kind == codes.CLASSES and n_targets == 1:
            self.kind = codes.LABELS
        self._predictions = population.template.criterion.predictions
        probe = torch.zeros(1, n_targets, dtype=plan.dtype)
        self._has_link = bool(self.kind) and self._predictions(probe) is not probe
        self._totals = np.zeros(3 + len(plan.factors))
        self._moments = np.zeros((1 + n_targets, 3))
        self._known: tuple[np.ndarray, np.ndarray] | None = None

    def begin(self) -> None:
        """Reset the sums at the beginning of an epoch."""
        self._totals[:] = 0
        self._moments[:] = 0

    def add(
        self,
        records: StepRecords,
        columns: StepColumns,
        active: np.ndarray,
        targets: np.ndarray,
        order: np.ndarray,
    ) -> None:
        """Add some steps; ``order`` has the indices of the targets in each step."""
        with without_python():
            self._summarize(
                (records.losses, columns.slope, records.penalty),
                active,
                columns.sizes,
                columns.scored,
                self._predicted(records.output) if self._has_link else records.output,
                self._true(targets),
                order,
                self.kind,
                self._totals,
                self._moments,
            )

    def _true(self, targets: np.ndarray) -> np.ndarray:
        """Return the targets in the form that outputs are compared with, cached for equal targets."""
        if self.kind != codes.CLASSES:
            return targets
        if self._known is None or self._known[0] is not targets:
            classes = targets.argmax(1, keepdims=True).astype(targets.dtype)
            self._known = targets, classes
        return self._known[1]

    def _predicted(self, output: np.ndarray) -> np.ndarray:
        found: np.ndarray = self._predictions(torch.from_numpy(output)).numpy()
        return found

    def values(self) -> EpochValues:
        """Return the values of the steps added so far."""
        size, size_moving, paid, *losses = self._totals.tolist()
        penalty = paid / max(size_moving, 1.0)
        scores = [self.score()] if self.kind else None
        return EpochValues([[loss / size for loss in losses]], [penalty], scores)

    def losses(self) -> list[float]:
        """Return the sum of each term over batches, weighted by their sizes."""
        losses: list[float] = self._totals[3:].tolist()
        return losses

    def score(self) -> float:
        """Return the score of the steps added so far."""
        weight, hits = self._moments[0, :2].tolist()
        if not weight:
            return np.nan
        if self.kind != codes.R2:
            return hits / weight
        pairs = self._moments[1:, 1:].tolist()
        scores = [1 - rest / spread if spread else float(rest == 0) for spread, rest in pairs]
        return sum(scores) / len(scores)
