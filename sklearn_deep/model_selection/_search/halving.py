"""Successive halving: the worst candidates are dropped in the middle of their training."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

import numpy as np

from sklearn_deep._fits import Finished, FitScheduler, Prefitted
from sklearn_deep.model_selection._search.ranking import ranks_of
from sklearn_deep.model_selection._search.routed_search import RoutedSearch


class Halving:
    """Drops candidates at checkpoints of the number of epochs.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    X, y : all rows and targets
    splits : list of (train, test)
    routed : Bunch
        Parameters by whom they are for.
    """

    def __init__(self, search: Any, X: Any, y: Any, splits: Sequence[Any], routed: Any) -> None:
        self.min_epochs, self.factor = search.min_epochs, search.factor
        self.refit, self.is_told = search.refit, search.verbose > 1
        self.scoring = ScoringSoFar(search, splits, routed)
        self.X, self.y = X, y

    def __call__(self, running: FitScheduler, candidates: Sequence[dict[str, Any]]) -> None:
        """Train jobs, each candidate's folds in a row, until no candidate is left to be dropped."""
        n_folds = len(running.fits) // len(candidates)
        remaining = list(range(len(candidates)))
        for n_epochs in self._checkpoints():
            running.train_until(n_epochs)
            n_kept = ceil(len(remaining) / self.factor)
            if not running.is_paused or n_kept == len(remaining):
                return
            fits = [k * n_folds + fold for k in remaining for fold in range(n_folds)]
            so_far = (running.fits[i].so_far for i in fits)
            ranks = self._ranks([candidates[k] for k in remaining], so_far)
            order = np.argsort(ranks, kind="stable")
            dropped = [remaining[i] for i in order[n_kept:]]
            n_saved = running.drop(k * n_folds + fold for k in dropped for fold in range(n_folds))
            remaining = sorted(remaining[i] for i in order[:n_kept])
            if self.is_told:
                print(
                    f"After {n_epochs} epochs: {n_kept} of {len(order)} candidates go on; {n_saved} epochs "
                    "of networks saved"
                )

    def _checkpoints(self) -> Iterator[int]:
        """Yield numbers of epochs, each ``factor`` times the one before, and one more at least."""
        n_epochs, exact = self.min_epochs, float(self.min_epochs)
        while True:
            yield n_epochs
            exact *= self.factor
            n_epochs = max(n_epochs + 1, int(exact))

    def _ranks(self, candidates: Sequence[dict[str, Any]], estimators: Iterable[Any]) -> np.ndarray:
        self.scoring.begin(candidates, estimators)
        with warnings.catch_warnings():
            # What is to be warned of is, when the search scores for good.
            warnings.simplefilter("ignore")
            self.scoring.fit(self.X, self.y)
        return ranks_of(self.scoring.cv_results_, self.refit)


class ScoringSoFar(RoutedSearch):
    """Scores estimators in the middle of their fits: scikit-learn's own search, which fits nothing.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    splits : list of (train, test)
    routed : Bunch
    """

    def __init__(self, search: Any, splits: Sequence[Any], routed: Any) -> None:
        super().__init__(
            Finished(search.estimator, self._next_candidate, self._next_candidate),
            {},
            scoring=search.scoring,
            refit=False,
            cv=list(splits),
            error_score=search.error_score,
        )
        self._routed = routed

    def begin(self, candidates: Sequence[dict[str, Any]], estimators: Iterable[Any]) -> None:
        """Take candidates and, for each and each fold, what it is by now."""
        self._candidates, self._pending = candidates, iter(estimators)

    def _next_candidate(self, params: dict[str, Any]) -> Any:
        return Prefitted(next(self._pending))

    def _run_search(self, evaluate_candidates: Any) -> None:
        evaluate_candidates(self._candidates)
