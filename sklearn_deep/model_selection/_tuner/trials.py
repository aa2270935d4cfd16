"""Candidates of a tuner, evaluated together on folds that stay the same."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from inspect import signature
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import FitFailedWarning
from sklearn.utils.metadata_routing import get_routing_for_object

from sklearn_deep._compat.sklearn_callbacks import own_callbacks
from sklearn_deep.inspection import BiasVarianceReport
from sklearn_deep.model_selection._batched_search import BatchedRandomizedSearchCV
from sklearn_deep.model_selection._tuner.base import Base
from sklearn_deep.model_selection._tuner.moves import Settings, with_settings


class Trial(NamedTuple):
    """A setting, and what it came to."""

    settings: Settings
    report: BiasVarianceReport
    score: float
    base: Base


class Trials:
    """Evaluates settings of an estimator and reports on each.

    Parameters
    ----------
    tuner : BiasVarianceTuner
    scorer : callable
    X, y : array-like
    params : dict
        For ``fit`` of the search.
    splits : list of (train, validation)
    """

    def __init__(
        self, tuner: Any, scorer: Any, X: Any, y: Any, params: Mapping[str, Any], splits: Any
    ) -> None:
        self.tuner, self.scorer, self.X, self.y = tuner, scorer, X, y
        self.params, self.splits = params, splits
        self.base = Base(tuner.estimator)
        self._bayes_error = tuner.bayes_error

    def first(self) -> Trial:
        """Fit the estimator as it is given; an error is passed on."""
        watched = _Watched(self.scorer)
        scores = self._scores(self._searched([{}], watched, "raise"), 0)
        return self._trial({}, scores, watched.fitted)

    def __call__(self, candidates: Sequence[Settings]) -> list[Trial]:
        """Fit each candidate on each fold and return, in the same order, the trials of those that can."""
        watched = _Watched(self.scorer, strict=False)
        try:
            results = self._searched(candidates, watched, np.nan)
        except ValueError as error:
            if "fits failed" not in str(error):
                raise
            return []
        fitted, trials = iter(watched.fitted), []
        for i, settings in enumerate(candidates):
            scores = self._scores(results, i)
            # Fits that failed are never scored, and so not seen.
            seen = [next(fitted) for score in scores["test_score"] if not np.isnan(score)]
            if all(np.isfinite(part).all() for part in scores.values()):
                trials.append(self._trial(settings, scores, seen))
        return trials

    def _scores(self, results: Mapping[str, Any], index: int) -> dict[str, np.ndarray]:
        folds = range(len(self.splits))
        return {
            f"{part}_score": np.array(
                [results[f"split{fold}_{part}_score"][index] for fold in folds]
            )
            for part in ("train", "test")
        }

    def _searched(
        self, candidates: Sequence[Settings], watched: _Watched, error_score: Any
    ) -> Mapping[str, Any]:
        tuner = self.tuner
        search = _Search(
            self.base.estimator,
            [{name: [value] for name, value in settings.items()} for settings in candidates],
            n_iter="all",
            cv=_Made(self.splits, tuner.cv),
            scoring=watched,
            refit=False,
            n_jobs=tuner.n_jobs,
            verbose=max(0, tuner.verbose - 1),
            error_score=error_score,
            return_train_score=True,
        )
        search.base = self.base
        callbacks = own_callbacks(tuner)
        if callbacks:
            search.set_callbacks(*callbacks)
        with warnings.catch_warnings(), np.errstate(invalid="ignore"):
            # A candidate that fails is not chosen.
            warnings.filterwarnings("ignore", ".*scores are non-finite", UserWarning)
            warnings.simplefilter("ignore", FitFailedWarning)
            results: Mapping[str, Any] = search.fit(self.X, self.y, **self.params).cv_results_
        return results

    def _trial(
        self, settings: Settings, scores: Mapping[str, np.ndarray], fitted: list[Any]
    ) -> Trial:
        train, validation = zip(*self.splits, strict=True)
        found = {"estimator": fitted, "indices": {"train": train, "test": validation}}
        report = BiasVarianceReport.from_cross_validate(
            with_settings(self.base.estimator, settings),
            {**scores, **found},
            self.X,
            self.y,
            scoring=self.tuner.scoring,
            bayes_error=self._bayes_error,
            tolerance=self.tuner.tolerance,
        )
        # Neighbours are those of the data, not of the candidate: looked for once.
        self._bayes_error = report.bayes_error
        return Trial(settings, report, float(np.mean(scores["test_score"])), self.base)


class _Search(BatchedRandomizedSearchCV):
    """The search of a round, in which arguments of ``fit`` have the names that its base needs."""

    base: Base

    def _get_routed_params_for_fit(self, params: dict[str, Any]) -> Any:
        routed = super()._get_routed_params_for_fit(params)
        routed.estimator.fit = self.base.fit_params(routed.estimator.fit)
        return routed


# Callbacks show the name of what runs.
_Search.__name__ = "BatchedRandomizedSearchCV"


class _Made:
    """A splitter whose splits were made before; it requests what the one that made them requests."""

    def __init__(self, splits: Any, cv: Any) -> None:
        self.splits, self.cv = splits, cv

    def split(self, *args: Any, **params: Any) -> Iterator[Any]:
        """Yield the splits, whatever the data."""
        yield from self.splits

    def get_n_splits(self, *args: Any, **params: Any) -> int:
        """Return their number."""
        return len(self.splits)

    def get_metadata_routing(self) -> Any:
        """Return what is requested."""
        return get_routing_for_object(self.cv)


class _Watched:
    """A scorer that keeps the fitted estimators it is shown, in order."""

    def __init__(self, scorer: Any, *, strict: bool = True) -> None:
        self.scorer, self.strict = scorer, strict
        self.fitted: list[Any] = []

    def __call__(self, estimator: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the score; it is asked for twice in a row, for validation and training rows."""
        if not self.fitted or self.fitted[-1] is not estimator:
            self.fitted.append(estimator)
        if self.strict:
            return self.scorer(estimator, *args, **kwargs)
        try:
            score = self.scorer(estimator, *args, **kwargs)
        except Exception:  # noqa: BLE001 - as in scikit-learn's searches
            return -np.inf
        return -np.inf if np.isnan(score) else score  # NaN is for fits that fail

    def _accept_sample_weight(self) -> bool:
        """Return what scikit-learn 1.9 asks of scorers."""
        if hasattr(self.scorer, "_accept_sample_weight"):
            return bool(self.scorer._accept_sample_weight())
        return "sample_weight" in signature(self.scorer).parameters

    def get_metadata_routing(self) -> Any:
        """Return what the scorer requests."""
        return get_routing_for_object(self.scorer)
