"""Scores of fits that are not networks, stored in a checkpoint."""

from __future__ import annotations

import random
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone

from sklearn_deep._checkpoint import Checkpoint
from sklearn_deep._equality import Digest, UnknownValueError
from sklearn_deep._fits import DeferredFit, Job, Outcome, is_fitted_alone
from sklearn_deep.estimators import doubts_of, doubts_to_store, trains_by_itself

_GENERATORS = (np.random.RandomState, np.random.Generator, random.Random)


class KeptScores:
    """Stores the results of fits whose last step is not a network.

    Results are the scores, and the predictions for the test part if the search builds an ensemble. The
    fitted estimator is not stored; the fit is repeated if it is needed. Results are not stored if a random
    state is not an integer, or if the fit uses a global generator, fails, or modifies its samples.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    checkpoint : Checkpoint
    digest : Digest
    """

    def __init__(self, search: Any, checkpoint: Checkpoint, digest: Digest) -> None:
        self.search, self.checkpoint, self.digest = search, checkpoint, digest

    def deferred(self, job: Job) -> Job:
        """Return the job, with a ``DeferredFit`` as its estimator if the result is stored."""
        key = None if self.checkpoint.is_new else self._key(job.estimator, job.subset)
        known = None if key is None else self.checkpoint.get(key)
        if known is None or not self._suffices(known):
            return job
        known["doubts"] = doubts_of(known["doubts"])
        return job._replace(estimator=DeferredFit(job, known))

    def keep(
        self, estimator: Any, fold: int, outcome: Outcome, scored: dict[str, Any], outputs: Any
    ) -> None:
        """Store the result of a fit.

        Parameters
        ----------
        estimator : estimator
            The estimator before the fit.
        fold : int
        outcome : Outcome
        scored : dict
            Scores and times, as returned by scikit-learn.
        outputs : ndarray or None
            Predictions for the test part.
        """
        is_written = any(values is not None for values in outcome.overwritten)
        if is_written or not outcome.repeats or not _is_scored(scored):
            return
        key = self._key(estimator, fold)
        if key is not None:
            names = ("seconds", "diverged")
            known = {name: getattr(outcome, name) for name in names} | {
                "scored": scored,
                "outputs": outputs,
                "doubts": doubts_to_store(outcome.doubts),
            }
            self.checkpoint.put({key: known})

    def _suffices(self, known: dict[str, Any]) -> bool:
        """Return whether a stored result contains everything that this search needs."""
        scores_training = not self.search.return_train_score or "train_scores" in known["scored"]
        return scores_training and (
            self.search.ensemble_size is None or known["outputs"] is not None
        )

    def _key(self, estimator: Any, fold: int) -> bytes | None:
        """Return a digest of a fit on a fold; None if it is not stored. The file is specific to the data."""
        if not is_fitted_alone(estimator) or not draws_the_same(estimator):
            return None
        # With halving, the epochs of networks inside the estimator must be counted.
        if self.search.min_epochs is not None and _holds_networks(estimator):
            return None
        try:
            return self.digest(("scores", clone(estimator), fold))
        except UnknownValueError:
            return None


def draws_the_same(value: Any) -> bool:
    """Return whether all random states in an estimator, including nested ones, are integers."""
    if isinstance(value, _GENERATORS):
        return False
    if isinstance(value, list | tuple | dict):
        return all(map(draws_the_same, value.values() if isinstance(value, dict) else value))
    if isinstance(value, type):
        return True
    if hasattr(value, "get_params"):
        params = value.get_params(deep=False)
    elif getattr(value, "shuffle", True):  # a splitter that does not shuffle draws nothing
        params = {n: getattr(value, n) for n in ("random_state",) if hasattr(value, n)}
    else:
        params = {}
    return all(
        isinstance(own, Integral) if name == "random_state" else draws_the_same(own)
        for name, own in params.items()
    )


def _holds_networks(estimator: Any) -> bool:
    params = estimator.get_params(deep=True) if hasattr(estimator, "get_params") else {}
    return any(trains_by_itself(value) is None for value in params.values())


def _is_scored(scored: dict[str, Any]) -> bool:
    """Return whether a fit has only finite scores: others may come with a warning."""
    if scored["fit_error"] is not None:
        return False
    several = scored["test_scores"]
    scores = list(several.values()) if isinstance(several, dict) else [several]
    return all(np.isreal(score) and np.isfinite(score) for score in scores)
