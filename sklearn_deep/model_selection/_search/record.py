"""Scores and outcomes of all fits of a search, and its table of results."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep._compat.sklearn_search import warn_of_failed_fits
from sklearn_deep._fits import Outcome
from sklearn_deep._shared import Doubt, by_kind
from sklearn_deep.estimators import DIVERGED, OUT_OF_TIME
from sklearn_deep.model_selection._search.ranking import standing_of
from sklearn_deep.model_selection._search.scoring import CandidateScoring, Params, Scored


class SearchRecord:
    """Collects the fits of a search, ordered by candidate and split.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    scoring : CandidateScoring
    keeps_estimators : bool
        Whether the fitted estimators are kept. The caller then handles fits that fail.

    Attributes
    ----------
    best_score : float
        The best mean test score so far; -inf if there are several metrics.
    outcomes : list of Outcome
        Outcomes of all fits, without their estimators.
    estimators : list
        Fitted estimators, if they are kept; None if the fit failed.
    """

    def __init__(self, search: Any, scoring: CandidateScoring, keeps_estimators: bool) -> None:
        self.search, self.scoring, self.keeps_estimators = search, scoring, keeps_estimators
        self.best_score = -np.inf
        self.estimators: list[Any] = []
        self._candidates: list[Params] = []
        self._stage_of: list[int] = []
        self._scored: list[Scored] = []
        self.outcomes: list[Outcome] = []

    def add(self, outcome: Outcome, scored: Scored) -> None:
        """Add the next fit."""
        if self.keeps_estimators:
            is_there = scored["fit_error"] is None and outcome.is_fitted
            self.estimators.append(outcome.estimator if is_there else None)
        self.outcomes.append(outcome._replace(estimator=None, overwritten=(None, None)))
        self._scored.append(scored)
        if len(self._scored) % self.scoring.n_splits == 0:
            scores = [one["test_scores"] for one in self._scored[-self.scoring.n_splits :]]
            # With several metrics it is not known yet which one decides.
            if all(isinstance(score, Real) for score in scores):
                self.best_score = np.fmax(self.best_score, np.mean(scores))

    def end_stage(self, candidates: Sequence[Params]) -> dict[str, Any]:
        """Warn about failed fits of a stage, and return the results so far.

        Raises
        ------
        ValueError
            If all fits of the stage failed.
        """
        of_stage = self._scored[len(self._candidates) * self.scoring.n_splits :]
        if not of_stage:
            raise ValueError(
                "No fits were performed, because there are no candidates or 'cv' has no splits."
            )
        if not self.keeps_estimators:
            warn_of_failed_fits(of_stage, self.search.error_score)
        stage = self._stage_of[-1] + 1 if self._stage_of else 0
        self._stage_of += [stage] * len(candidates)
        self._candidates += candidates
        return self._results()

    def _results(self) -> dict[str, Any]:
        results = self.scoring.results(self._candidates, self._scored)
        results["diverged"] = self._of_folds("diverged").sum(1)
        results["stage"] = np.array(self._stage_of)
        if self.search.min_epochs is not None:
            results["dropped"] = self._of_folds("dropped").any(1)
        if self.search.max_seconds is not None:
            ended = self._of_folds("is_cut") | self._of_folds("dropped")
            results["complete"] = ~ended.any(1)
        if self.search.min_epochs is not None or self.search.max_seconds is not None:
            results["n_epochs"] = self._of_folds("n_epochs").max(1)
        return results

    def _of_folds(self, name: str) -> np.ndarray:
        """Return a field of all outcomes, of shape (n_candidates, n_splits)."""
        found = np.array([getattr(outcome, name) for outcome in self.outcomes])
        return found.reshape(-1, self.scoring.n_splits)

    def summary(self, results: dict[str, Any]) -> str:
        """Return a one-line summary of the last stage."""
        stage = self._stage_of[-1]
        best = int(np.argmin(standing_of(results, self.search.refit)))
        scores = [f"{n[10:]}={v[best]:.4g}" for n, v in results.items() if n[:10] == "mean_test_"]
        params = [
            f"{name}={_short_value(value)}" for name, value in results["params"][best].items()
        ]
        return (
            f"Stage {stage + 1} of {self.search.n_stages}: {self._stage_of.count(stage)} candidates; best so "
            f"far {', '.join(scores)} with {', '.join(params)}"
        )

    @property
    def first_scores(self) -> Any:
        """The test scores of the first fit: a number, or a dict of several metrics."""
        return self._scored[0]["test_scores"]


def doubts_of_search(
    search: Any, results: dict[str, Any], outcomes: Sequence[Outcome], refitted: Sequence[Doubt]
) -> list[Doubt]:
    """Return one warning of each kind, with its number of fits; those of the refit only if no fit has them."""
    own = [*_of_divergence(results, len(outcomes)), *_of_time(search, results, outcomes)]
    found = by_kind([outcome.doubts for outcome in outcomes])
    known = {doubt.kind for doubt in found}
    return [*own, *found, *(doubt for doubt in refitted if doubt.kind not in known)]


def _of_divergence(results: dict[str, Any], n_fits: int) -> list[Doubt]:
    n_diverged = int(results["diverged"].sum())
    if not n_diverged:
        return []
    text = (
        f"{n_diverged} of {n_fits} fits diverged. They are scored with the weights of their last "
        "finite epoch; cv_results_['diverged'] counts them for each candidate. Search smaller "
        "learning rates, or scale X."
    )
    return [Doubt(DIVERGED, ConvergenceWarning(text))]


def _of_time(search: Any, results: dict[str, Any], outcomes: Sequence[Outcome]) -> list[Doubt]:
    n_cut = sum(outcome.is_cut for outcome in outcomes)
    n_stages = int(results["stage"].max()) + 1
    if search.max_seconds is None or (not n_cut and n_stages == search.n_stages):
        return []
    n_complete, n_all = int(results["complete"].sum()), len(results["complete"])
    n_late = sum(not outcome.is_fitted for outcome in outcomes)
    stages = f"; {n_stages} of {search.n_stages} stages began" if search.n_stages > 1 else ""
    best = "" if n_complete else " The best candidate is chosen among those that were cut short."
    text = (
        f"{type(search).__name__} reached max_seconds={search.max_seconds:g}: {n_complete} of {n_all} candidates "
        f"were trained to the end (cv_results_['complete']). Of {len(outcomes)} fits, {n_cut - n_late} were cut "
        f"short and {n_late} did not begin{stages}.{best} Increase max_seconds, or try fewer candidates."
    )
    return [Doubt(OUT_OF_TIME, ConvergenceWarning(text))]


def _short_value(value: Any) -> str:
    is_number = isinstance(value, Real) and not isinstance(value, Integral)
    return f"{value:.4g}" if is_number else repr(value)
