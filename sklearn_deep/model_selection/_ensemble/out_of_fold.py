"""Predictions of the candidates of a search for samples they were not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sklearn_deep._compat.sklearn import check_method_params, safe_split
from sklearn_deep._fits import DeferredFit
from sklearn_deep._process import one_thread
from sklearn_deep._shared import AveragingTask, weighted_mean
from sklearn_deep.model_selection._ensemble.averaged import averaged, fixed
from sklearn_deep.model_selection._ensemble.selection import selected

# Allowed difference between the score of predictions and that of the estimator. Rounded probabilities have
# more ties than decision functions, which changes ROC AUC slightly.
_TOLERANCE = 0.01


class _FoldFit(NamedTuple):
    """An estimator fitted on a fold, with its outputs for the test part and their scores."""

    estimator: Any
    outputs: np.ndarray
    scores: Any


class FoundEnsemble(NamedTuple):
    """Result of a selection; see ``BatchedRandomizedSearchCV``."""

    predictor: Any
    weights: np.ndarray
    score: float


class OutOfFold:
    """Collects the outputs of candidates for the test parts, and builds an ensemble from them.

    It holds all fitted estimators until the end of the search; then those that were not selected are
    released.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    data : SearchData
    """

    def __init__(self, search: Any, data: Any) -> None:
        self.search, self.data = search, data
        self.owner = type(search).__name__
        self.task = AveragingTask.of(
            search.estimator, data.y, f"'ensemble_size' of {self.owner} must be None"
        )
        self._fits: list[_FoldFit | None] = []

    def add(self, estimator: Any, scores: Any, is_complete: bool) -> np.ndarray | None:
        """Add the next fit and return its outputs; a fit that failed or was dropped is not complete."""
        if not is_complete:
            self._fits.append(None)
            return None
        outputs = self._outputs(estimator)
        self._fits.append(_FoldFit(estimator, outputs, scores))
        return outputs

    def _outputs(self, estimator: Any) -> np.ndarray:
        if isinstance(estimator, DeferredFit):
            known: np.ndarray = estimator.known["outputs"]
            return known
        X, _ = self._test_part(estimator)
        with one_thread():
            return self.task.outputs(estimator, X)

    def _test_part(self, estimator: Any) -> Any:
        train, test = self.data.splits[len(self._fits) % len(self.data.splits)]
        return safe_split(estimator, self.data.X, self.data.y, test, train)

    def ensemble(self, metric: str | None) -> FoundEnsemble:
        """Select candidates by a metric; None: there is only one.

        Raises
        ------
        ValueError
            If no candidate was trained completely on all folds, or the scorer uses more than
            predictions.
        """
        n_splits = len(self.data.splits)
        rows = [self._fits[i : i + n_splits] for i in range(0, len(self._fits), n_splits)]
        complete = ([fit for fit in row if fit is not None] for row in rows)
        whole = {k: row for k, row in enumerate(complete) if len(row) == n_splits}
        if not whole:
            raise ValueError(
                f"{self.owner} has no candidate for its ensemble, because none was trained completely on all folds."
            )
        score = _FoldScores(self, metric)
        score.check(next(iter(whole.values())))
        outputs = [[fit.outputs for fit in row] for row in whole.values()]
        counts = np.zeros(len(rows), dtype=int)
        counts[list(whole)] = selected(outputs, self.search.ensemble_size, score)
        return self._of_counts(counts, whole, score)

    def _of_counts(
        self, counts: np.ndarray, whole: dict[int, Any], score: _FoldScores
    ) -> FoundEnsemble:
        weights = counts / counts.sum()
        chosen = [k for k in whole if counts[k]]
        means = [
            weighted_mean((whole[k][fold].outputs for k in chosen), weights[chosen].tolist())
            for fold in range(len(self.data.splits))
        ]
        members = [
            (_made_if_deferred(fit.estimator), weights[k]) for k in chosen for fit in whole[k]
        ]
        estimators, shares = zip(*members, strict=True)
        predictor = averaged(self.task, list(estimators), np.array(shares) / len(self.data.splits))
        return FoundEnsemble(predictor, weights, score(means))


def _made_if_deferred(estimator: Any) -> Any:
    return estimator.fitted() if isinstance(estimator, DeferredFit) else estimator


class _FoldScores:
    """Score of outputs, averaged over folds."""

    def __init__(self, found: OutOfFold, metric: str | None) -> None:
        self.found, self.metric = found, metric
        data = found.data
        own = found.search.estimator
        self._tests = [safe_split(own, data.X, data.y, *split[::-1]) for split in data.splits]
        given = data.routed.scorer.score
        self._params = [check_method_params(data.X, given, test) for _, test in data.splits]

    def __call__(self, outputs: Sequence[np.ndarray]) -> float:
        """Return the mean score."""
        scores = [self._of_fold(fold, own) for fold, own in enumerate(outputs)]
        return float(np.mean(scores))

    def _of_fold(self, fold: int, outputs: np.ndarray) -> float:
        X, y = self._tests[fold]
        scored = self.found.data.scorer(fixed(self.found.task, outputs), X, y, **self._params[fold])
        return float(self._of_metric(scored))

    def _of_metric(self, scored: Any) -> Any:
        return scored if self.metric is None else scored[self.metric]

    def check(self, row: Sequence[_FoldFit]) -> None:
        """Raise an error if a scorer uses more than the predictions of an estimator."""
        expected = self._of_metric(row[0].scores)
        try:
            found, error = self._of_fold(0, row[0].outputs), None
        except Exception as caught:  # noqa: BLE001 - whatever a scorer raises
            found, error = np.nan, caught
        if error is None and np.isclose(found, expected, _TOLERANCE, _TOLERANCE, equal_nan=True):
            return
        given = repr(error) if error is not None else f"{found:.4g} instead of {expected:.4g}"
        raise ValueError(
            f"The 'scoring' parameter of {self.found.owner} must use only predictions of the estimator if "
            f"'ensemble_size' is set; for the predictions of the first fit it returned {given}."
        ) from error
