"""Scores of candidates, computed by scikit-learn's own function, one fit after the other."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sklearn_deep._compat.sklearn_search import (
    NO_TASK,
    SearchTask,
    fit_and_score,
    insert_error_scores,
    results_of_scores,
)
from sklearn_deep._fits import DeferredFit
from sklearn_deep._process import one_thread
from sklearn_deep.model_selection._search.prefitted_candidate import (
    PrefittedCandidate,
    PreparedCandidate,
)

Params = dict[str, Any]
Scored = dict[str, Any]  # scores, times and the error of one fit

_SCORES = ("test_scores", "train_scores")


class SearchData(NamedTuple):
    """Checked arguments of a search.

    Parameters
    ----------
    X, y : all samples and targets
    params : dict
        Further arguments of ``fit`` of the search.
    routed : Bunch
        The same arguments, routed to estimator, splitter and scorer.
    splits : list of (train, test)
        Computed once, for training and scoring.
    scorer : callable
    metric : str
        Name of the metric that determines the best candidate.
    """

    X: Any
    y: Any
    params: Params
    routed: Any
    splits: list[Any]
    scorer: Any
    metric: Any

    @property
    def told(self) -> dict[str, Any]:
        """The data as scikit-learn passes it to callbacks."""
        weights = self.params.get("sample_weight")
        metadata = None if weights is None else {"sample_weight": weights}
        return {"X": self.X, "y": self.y, "metadata": metadata}


class CandidateScoring:
    """Scores candidates on the splits as scikit-learn's searches do.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    data : SearchData
    is_final : bool, default=True
        Whether the scores are the final results. They are printed if the search is verbose, and include
        training scores if ``return_train_score`` is true.
    """

    def __init__(self, search: Any, data: SearchData, is_final: bool = True) -> None:
        self.search, self.data = search, data
        self.n_splits = len(data.splits)
        self.verbose = search.verbose if is_final else 0
        self.scores_training = search.return_train_score if is_final else False

    def score(
        self,
        candidate: PreparedCandidate,
        candidates: Sequence[Params],
        place: int,
        task: SearchTask = NO_TASK,
    ) -> Scored:
        """Return the scores, times and the error of a candidate on a split.

        Parameters
        ----------
        candidate : PreparedCandidate
        candidates : list of dict
            The parameters of all candidates of the stage.
        place : int
            Index of the fit, ordered by candidate and split.
        task : SearchTask
            The task of this fit, for callbacks.
        """
        k, split = divmod(place, self.n_splits)
        train, test = self.data.splits[split]
        # One thread as in training threads, so that scores do not depend on n_jobs.
        with one_thread():
            scored: Scored = fit_and_score(
                candidate,
                self.data.X,
                self.data.y,
                task,
                scorer=self.data.scorer,
                train=train,
                test=test,
                verbose=self.verbose,
                parameters=candidates[k],
                fit_params=self.data.routed.estimator.fit,
                score_params=self.data.routed.scorer.score,
                return_train_score=self.scores_training,
                split_progress=(split, self.n_splits),
                candidate_progress=(k, len(candidates)),
                error_score=self.search.error_score,
            )
        return scored

    def score_fitted(
        self,
        fitted: Any,
        overwritten: tuple[Any, Any],
        candidates: Sequence[Params],
        place: int,
        task: SearchTask = NO_TASK,
    ) -> Scored:
        """Return the same of a candidate that was fitted before; see ``PrefittedCandidate``."""
        if isinstance(fitted, DeferredFit):
            scored: Scored = fitted.known["scored"]
            return dict(scored)
        candidate = PrefittedCandidate(fitted, overwritten, self.search.estimator)
        return self.score(candidate, candidates, place, task)

    def unscored(self, place: int) -> Scored:
        """Return the record of a fit that did not begin in time; its scores become NaN."""
        n_test_samples = len(self.data.splits[place % self.n_splits][1])
        scored = {"fit_error": None, "test_scores": None, "n_test_samples": n_test_samples}
        if self.scores_training:
            scored["train_scores"] = None
        return scored | {"score_time": 0.0}

    def results(self, candidates: Sequence[Params], scored: list[Scored]) -> dict[str, Any]:
        """Return ``cv_results_`` of candidates that were scored on all splits."""
        if callable(self.search.scoring):
            # Only a call shows which metrics the callable returns, so failed fits get theirs now.
            done = [one for one in scored if one["test_scores"] is not None]
            insert_error_scores(done, self.search.error_score)
        filled = _with_missing_scores(scored)
        with warnings.catch_warnings():
            if filled is not scored:
                # The search itself tells how many fits did not begin.
                warnings.filterwarnings("ignore", "One or more of the .* scores are non-finite")
            return results_of_scores(candidates, self.n_splits, filled, self.scores_training)


def _with_missing_scores(scored: list[Scored]) -> list[Scored]:
    """Return scores with NaN in place of those that are None."""
    done = [one["test_scores"] for one in scored if one["test_scores"] is not None]
    if len(done) == len(scored):
        return scored
    missing = dict.fromkeys(done[0], np.nan) if done and isinstance(done[0], dict) else np.nan
    return [
        one | {name: missing for name, value in one.items() if name in _SCORES and value is None}
        for one in scored
    ]
