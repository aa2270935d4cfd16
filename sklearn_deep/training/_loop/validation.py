"""Validation losses and scores at the end of an epoch."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from sklearn_deep._compiled import Unsupported
from sklearn_deep.training._compiled import CompiledEvaluation
from sklearn_deep.training._data import Data
from sklearn_deep.training._loop.steps import Steps
from sklearn_deep.training._members import Population
from sklearn_deep.training._objective import METRICS, Evaluation, ValidationSamples
from sklearn_deep.training._step import EpochValues


class ValidationValues:
    """Evaluates members, in compiled code if it also runs their steps and only built-in parts are used.

    Parameters
    ----------
    population : Population
    parts : sequence of Data of length n_members
    steps : Steps
    """

    def __init__(self, population: Population, parts: Sequence[Data], steps: Steps) -> None:
        self.population, self.steps = population, steps
        self.samples = ValidationSamples(parts)
        self._evaluation: CompiledEvaluation | Evaluation | None = None

    def __call__(self) -> EpochValues:
        """Return losses and scores; the penalties are zero."""
        if self._evaluation is None:
            # A module made in the mode of the steps could not be called outside of that mode.
            with torch.inference_mode(False), torch.no_grad():
                self._evaluation = self._compiled() or self._by_torch()
        losses, scores = self._evaluation()
        return EpochValues(losses, [0.0] * len(losses), scores)

    def _compiled(self) -> CompiledEvaluation | None:
        if self.steps.compiled is None or self.steps.gradient_step.may_differ:
            return None
        try:
            return CompiledEvaluation(self.population, self.samples)
        except Unsupported:
            return None

    def _by_torch(self) -> Evaluation:
        name = self.population.plan.metric
        metric = None if name is None else METRICS[name]
        return Evaluation(self.population.template, self.population.tensors(), self.samples, metric)
