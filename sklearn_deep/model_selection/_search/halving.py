"""Successive halving: the worst candidates are dropped during training."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

import numpy as np

from sklearn_deep._fits import FitScheduler
from sklearn_deep.model_selection._search.ranking import ranks_of
from sklearn_deep.model_selection._search.scoring import CandidateScoring, SearchData


class Halving:
    """Drops the worst candidates after certain numbers of epochs.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    data : SearchData
    """

    def __init__(self, search: Any, data: SearchData) -> None:
        self.search = search
        self.scoring = CandidateScoring(search, data, is_final=False)

    def __call__(self, fits: FitScheduler, candidates: Sequence[dict[str, Any]]) -> None:
        """Train jobs, sorted by candidate and fold, until no more candidates are to be dropped."""
        n_folds = self.scoring.n_splits
        remaining = list(range(len(candidates)))
        for n_epochs in self._checkpoints():
            fits.train_until(n_epochs)
            n_kept = ceil(len(remaining) / self.search.factor)
            if not fits.is_paused or n_kept == len(remaining) or fits.is_late:
                return
            places = [k * n_folds + fold for k in remaining for fold in range(n_folds)]
            so_far = (fits.so_far(place) for place in places)
            ranks = self._ranks([candidates[k] for k in remaining], so_far)
            order = np.argsort(ranks, kind="stable")
            dropped = [remaining[i] for i in order[n_kept:]]
            n_saved = fits.drop(k * n_folds + fold for k in dropped for fold in range(n_folds))
            remaining = sorted(remaining[i] for i in order[:n_kept])
            if self.search.verbose > 1:
                print(
                    f"After {n_epochs} epochs: {n_kept} of {len(order)} candidates continue; {n_saved} "
                    "epochs of networks saved"
                )

    def _checkpoints(self) -> Iterator[int]:
        """Yield increasing numbers of epochs, each about ``factor`` times the previous one."""
        n_epochs, exact = self.search.min_epochs, float(self.search.min_epochs)
        while True:
            yield n_epochs
            exact *= self.search.factor
            n_epochs = max(n_epochs + 1, int(exact))

    def _ranks(self, candidates: Sequence[dict[str, Any]], estimators: Iterable[Any]) -> np.ndarray:
        scored = []
        with warnings.catch_warnings():
            # The search warns when it computes the final scores.
            warnings.simplefilter("ignore")
            for place, so_far in enumerate(estimators):
                scored.append(self.scoring.score_fitted(so_far, (None, None), candidates, place))
            results = self.scoring.results(candidates, scored)
        return ranks_of(results, self.search.refit)
