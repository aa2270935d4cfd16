"""Evaluation of the candidates of a tuner, together and on the same folds."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import Bunch

from sklearn_deep._compat.sklearn_callbacks import own_callbacks, with_callbacks
from sklearn_deep._compat.sklearn_search import begin_search_task
from sklearn_deep._process import TimeLimit
from sklearn_deep._shared import by_kind, tell
from sklearn_deep.inspection import BiasVarianceReport
from sklearn_deep.model_selection._batched_search import BatchedRandomizedSearchCV
from sklearn_deep.model_selection._search import SearchData, SearchRecord, SearchRun, Stages
from sklearn_deep.model_selection._tuner.base import Base
from sklearn_deep.model_selection._tuner.moves import Settings, with_settings

# Seconds that a round has at least: a search takes a positive number.
_LEAST = 1e-9


class Trial(NamedTuple):
    """A setting and its results."""

    settings: Settings
    report: BiasVarianceReport
    score: float
    base: Base


class Trials:
    """Evaluates settings of an estimator, with a report for each.

    Parameters
    ----------
    tuner : BiasVarianceTuner
    data : SearchData

    Attributes
    ----------
    n_begun : int
        Fits that the last round made.
    has_cut : bool
        Whether the time limit has ended the training of a network, or a fit did not begin.
    """

    def __init__(self, tuner: Any, data: SearchData) -> None:
        self.tuner, self.data = tuner, data
        self.limit = None if tuner.max_seconds is None else TimeLimit(tuner.max_seconds)
        self.has_cut = False
        self.n_begun = 0
        self.base = Base(tuner.estimator)
        self._bayes_error = tuner.bayes_error

    @property
    def n_folds(self) -> int:
        """Number of fits per candidate."""
        return len(self.data.splits)

    @property
    def is_late(self) -> bool:
        """Whether the time of the tuner is over."""
        return self.limit is not None and self.limit.is_over

    def first(self) -> Trial:
        """Fit the unchanged estimator; errors are raised."""
        results, fitted = self._searched([{}], "raise")
        return self._trial({}, self._scores(results, 0), fitted)

    def __call__(self, candidates: Sequence[Settings]) -> list[Trial]:
        """Fit each candidate on each fold; return the trials of candidates without errors, in order."""
        results, fitted = self._searched(candidates, np.nan)
        complete = results.get("complete", np.ones(len(candidates), dtype=bool))
        trials = []
        for i, settings in enumerate(candidates):
            scores = self._scores(results, i)
            # Failed fits and failed scores are NaN.
            if complete[i] and all(np.isfinite(part).all() for part in scores.values()):
                own = fitted[i * self.n_folds : (i + 1) * self.n_folds]
                trials.append(self._trial(settings, scores, own))
        return trials

    def _scores(self, results: Mapping[str, Any], index: int) -> dict[str, np.ndarray]:
        return {
            f"{part}_score": np.array(
                [results[f"split{k}_{part}_score"][index] for k in range(self.n_folds)]
            )
            for part in ("train", "test")
        }

    def _searched(
        self, candidates: Sequence[Settings], error_score: Any
    ) -> tuple[Mapping[str, Any], list[Any]]:
        """Return ``cv_results_`` of candidates, and the estimators fitted on the folds."""
        tuner = self.tuner
        search = BatchedRandomizedSearchCV(
            self.base.estimator,
            [{name: [value] for name, value in settings.items()} for settings in candidates],
            n_iter="all",
            scoring=self.data.scorer,
            refit=False,
            max_seconds=None if self.limit is None else max(self.limit.seconds_left, _LEAST),
            n_jobs=tuner.n_jobs,
            verbose=max(0, tuner.verbose - 1),
            error_score=error_score,
            return_train_score=True,
        )
        if callbacks := own_callbacks(tuner):
            search.set_callbacks(*callbacks)
        routed = self.data.routed
        params = Bunch(fit=self.base.fit_params(routed.estimator.fit))
        data = self.data._replace(routed=Bunch(estimator=params, scorer=routed.scorer))
        with warnings.catch_warnings(), np.errstate(invalid="ignore"):
            # scikit-learn warns about scores that fail or are not finite; such candidates are not chosen.
            warnings.filterwarnings("ignore", module=r"sklearn\.model_selection\.")
            results, record = _results_and_record(search, data)
        self.n_begun = sum(outcome.is_fitted for outcome in record.outcomes)
        self.has_cut |= any(outcome.is_cut for outcome in record.outcomes)
        return results, record.estimators

    def _trial(
        self, settings: Settings, scores: Mapping[str, np.ndarray], fitted: list[Any]
    ) -> Trial:
        train, validation = zip(*self.data.splits, strict=True)
        found = {"estimator": fitted, "indices": {"train": train, "test": validation}}
        report = BiasVarianceReport.from_cross_validate(
            with_settings(self.base.estimator, settings),
            {**scores, **found},
            self.data.X,
            self.data.y,
            scoring=self.tuner.scoring,
            bayes_error=self._bayes_error,
            tolerance=self.tuner.tolerance,
        )
        # Nearest neighbors do not depend on the candidate, so they are computed only once.
        self._bayes_error = report.bayes_error
        return Trial(settings, report, float(np.mean(scores["test_score"])), self.base)


@with_callbacks
def _results_and_record(
    search: BatchedRandomizedSearchCV, data: SearchData
) -> tuple[Mapping[str, Any], SearchRecord]:
    """Evaluate all candidates of a search, without choosing one."""
    task = begin_search_task(search, 1, **data.told)
    run = SearchRun(search, data, Stages(search), keeps_estimators=True)
    results = run.run(task)
    task.end()
    tell(by_kind([outcome.doubts for outcome in run.record.outcomes]))
    return results, run.record
