"""Scores of scikit-learn at the end of each epoch, for the rules of a fit."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from torch import nn

from sklearn_deep._compat.sklearn import function_of_scorer, safe_indexing
from sklearn_deep.estimators._data import FitCall, Rows
from sklearn_deep.estimators._hosting import HostedFit
from sklearn_deep.training import Plan

if TYPE_CHECKING:
    from sklearn_deep.estimators._base.estimator import DeepEstimator


class ScoredSamples(NamedTuple):
    """Samples as passed by the user; y and sample_weight may be None."""

    X: Any
    y: Any
    sample_weight: Any

    def labeled(self, rows: Rows | None) -> ScoredSamples:
        """Return the samples that belong to ``rows`` and have a label."""
        assert rows is not None
        places, unlabeled = rows.places, rows.unlabeled
        if unlabeled is not None and unlabeled.any():
            places = (np.arange(len(unlabeled)) if places is None else places)[~unlabeled]
        if places is None:
            return self
        return ScoredSamples(*(None if v is None else safe_indexing(v, places) for v in self))


class EpochScores:
    """Scores a network during training, as if the fit ended now.

    Parameters
    ----------
    estimator : DeepEstimator
        Already has the attributes that depend only on the data.
    plan : Plan
    scorers : mapping of str to callable
        Scorers by name in ``history_``; those with prefix ``val_`` use validation samples, others training samples.
    samples : mapping of bool to ScoredSamples
        Training samples (False) and validation samples (True), as far as they are scored.
    """

    def __init__(
        self,
        estimator: DeepEstimator,
        plan: Plan,
        scorers: Mapping[str, Callable[..., Any]],
        samples: Mapping[bool, ScoredSamples],
    ) -> None:
        self.estimator, self.plan = estimator, plan
        self.scorers, self.samples = scorers, samples

    @classmethod
    def of(
        cls,
        estimator: DeepEstimator,
        call: FitCall,
        plan: Plan,
        scorers: Mapping[str, Callable[..., Any]],
        parts: Sequence[Rows | None],
    ) -> EpochScores:
        """Return the scores of a fit; ``parts`` are its training and validation samples."""
        given = ScoredSamples(call.X, call.y, call.sample_weight)
        is_split_off = call.validation.X is None
        others = given if is_split_off else ScoredSamples(*call.validation)
        samples = {
            is_validation: (others if is_validation else given).labeled(parts[is_validation])
            for is_validation in {name.startswith("val_") for name in scorers}
        }
        return cls(estimator, plan, scorers, samples)

    def __call__(self, network: nn.Module) -> dict[str, float]:
        """Return the scores of a network, by name in ``history_``."""
        twin = copy.copy(self.estimator)
        twin._hosted = HostedFit.of(self.plan, network, {})
        return {name: self._score(name, twin) for name in self.scorers}

    def _score(self, name: str, fitted: DeepEstimator) -> float:
        scorer, samples = self.scorers[name], self.samples[name.startswith("val_")]
        arguments = (samples.X,) if samples.y is None else (samples.X, samples.y)
        weighted = samples.sample_weight is not None and _takes_weights(scorer)
        weight = {"sample_weight": samples.sample_weight} if weighted else {}
        try:
            score = scorer(fitted, *arguments, **weight)
        except Exception as error:
            raise ValueError(f"{self._monitor_in_words(name)} failed: {error}") from error
        if not isinstance(score, Real):
            words = self._monitor_in_words(name)
            raise TypeError(f"{words} must return a number, got {score!r}.")
        return float(score)

    def _monitor_in_words(self, name: str) -> str:
        rule, owner = self.plan.stopping, type(self.estimator).__name__
        argument = "schedule" if rule is None or rule.monitored != name else "early_stopping"
        return f"The {argument!r} parameter of {owner} monitors {name!r}, whose scorer"


def _takes_weights(scorer: Callable[..., Any]) -> bool:
    made_of = function_of_scorer(scorer)
    function = scorer if made_of is None else made_of[0]
    return "sample_weight" in inspect.signature(function).parameters
