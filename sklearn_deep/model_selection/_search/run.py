"""One run of a batched search: in each stage train the candidates, then score them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone

from sklearn_deep._compat.sklearn_callbacks import has_callbacks, propagates_callbacks
from sklearn_deep._compat.sklearn_search import SearchTask
from sklearn_deep._compiled import announced
from sklearn_deep._fits import (
    DeferredFit,
    FitScheduler,
    Job,
    JobsTime,
    Outcome,
    Progress,
    TrainingSubsets,
    Workers,
    is_fitted_alone,
    outcome_of,
)
from sklearn_deep._process import TimeLimit, within_time
from sklearn_deep._shared import gathered, with_parameters
from sklearn_deep.estimators import move_networks
from sklearn_deep.model_selection._ensemble import OutOfFold
from sklearn_deep.model_selection._search.checks import warn_of_rising_rates
from sklearn_deep.model_selection._search.halving import Halving
from sklearn_deep.model_selection._search.memory import SearchMemory
from sklearn_deep.model_selection._search.prefitted_candidate import PreparedCandidate
from sklearn_deep.model_selection._search.ranking import standing_of
from sklearn_deep.model_selection._search.record import SearchRecord
from sklearn_deep.model_selection._search.scoring import (
    CandidateScoring,
    Params,
    Scored,
    SearchData,
)
from sklearn_deep.model_selection._search.stages import Stages

# At higher levels, scikit-learn prints one line per fit, which would break a progress bar.
_VERBOSE_WITH_BAR = 1


class SearchRun:
    """Trains the candidates of each stage together, then scores them one by one with scikit-learn.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    data : SearchData
    stages : Stages
    memory : SearchMemory or None, default=None
        Stores networks and scores for a later run of the same search.
    keeps_estimators : bool, default=False
        As in ``SearchRecord``.

    Attributes
    ----------
    record : SearchRecord
    out_of_fold : OutOfFold or None
        Predictions for the test parts, if the search builds an ensemble.
    n_trained, n_saved : int
        Number of epochs, over all networks, that were trained and that were saved by dropping networks.
    """

    def __init__(
        self,
        search: Any,
        data: SearchData,
        stages: Stages,
        memory: SearchMemory | None = None,
        keeps_estimators: bool = False,
    ) -> None:
        self.search, self.data, self.stages, self.memory = search, data, stages, memory
        self.scoring = CandidateScoring(search, data)
        self.record = SearchRecord(search, self.scoring, keeps_estimators)
        self.out_of_fold = None if search.ensemble_size is None else OutOfFold(search, data)
        self.halving = None if search.min_epochs is None else Halving(search, data)
        self.progress = Progress(0 < search.verbose <= _VERBOSE_WITH_BAR)
        self.workers = Workers(search.n_jobs, search.pre_dispatch, self.progress)
        self.n_trained = self.n_saved = 0
        self.limit: TimeLimit | None = None

    def run(self, task: SearchTask) -> dict[str, Any]:
        """Run the search and return ``cv_results_``; callbacks receive the events of ``task``."""
        n_stages = self.stages.n_stages
        whole = task if n_stages == 1 else task.part("search", max_subtasks=n_stages).begin()
        # Callbacks observe a fit only if scikit-learn runs it.
        one_by_one = propagates_callbacks(self.search) or has_callbacks(self.search.estimator)
        if self.search.max_seconds is not None:
            self.limit = TimeLimit(self.search.max_seconds)
        with closing(self.progress), announced(self._say if self.search.verbose > 0 else None):
            for stage, candidates in enumerate(self.stages):
                part = self._begin_stage(whole, candidates)
                if one_by_one:
                    self._fit_and_score(stage, candidates, part)
                else:
                    self._train_and_score(stage, candidates, part)
                results = self.record.end_stage(candidates)
                part.end()
                if self.search.verbose > 1:
                    print(self.record.summary(results))
                if stage + 1 == n_stages or self._is_late:
                    break
                self.stages.narrow(results["params"], standing_of(results, self.search.refit))
        if n_stages > 1:
            whole.end()
        return results

    @property
    def _is_late(self) -> bool:
        return self.limit is not None and self.limit.is_over

    def _n_certain(self, stage: int) -> int:
        """Return how many fits are made however late it is: those of the first candidate."""
        return 0 if stage else self.scoring.n_splits

    def candidate(self, params: Params) -> Any:
        """Return an unfitted estimator with the parameters of a candidate."""
        # A parameter may itself be an estimator, which fits must not share.
        estimator = with_parameters(clone(self.search.estimator), clone(params, safe=False))
        if self.search.device is not None:
            move_networks(estimator, self.search.device)
        return estimator

    def _begin_stage(self, whole: SearchTask, candidates: Sequence[Params]) -> SearchTask:
        n_splits, n_fits = self.scoring.n_splits, self.scoring.n_splits * len(candidates)
        if self.search.verbose > 0:
            self._say(
                f"Fitting {n_splits} folds for each of {len(candidates)} candidates, totalling {n_fits} fits"
            )
        name = "search" if self.stages.n_stages == 1 else "stage"
        return whole.part(name, max_subtasks=n_fits, sequential_subtasks=False).begin()

    def _say(self, line: str) -> None:
        self.progress.make_way()
        print(line, flush=True)

    def _train_and_score(self, stage: int, candidates: Sequence[Params], part: SearchTask) -> None:
        fits = self._scheduler(stage, candidates)
        if self.halving is not None:
            if stage == 0:
                warn_of_rising_rates(self.search, map(self.candidate, candidates))
            self.halving(fits, candidates)
        places = enumerate(self._tasks_of_fits(part, candidates))
        # One population after the other, so that few fitted estimators are in memory at a time.
        with closing(fits.run()) as run:
            for trained in run:
                for outcome in trained:
                    place, task = next(places)
                    self._score(outcome, candidates, place, task)
        self.n_trained += fits.n_trained
        self.n_saved += fits.n_saved

    def _score(
        self, outcome: Outcome, candidates: Sequence[Params], place: int, task: SearchTask
    ) -> None:
        if not outcome.is_fitted:
            self._add(outcome, self.scoring.unscored(place) | {"fit_time": outcome.seconds})
            return
        fitted = outcome.estimator
        scored = self.scoring.score_fitted(fitted, outcome.overwritten, candidates, place, task)
        if isinstance(fitted, DeferredFit):
            names = ("seconds", "diverged", "doubts")
            outcome = outcome._replace(**{name: fitted.known[name] for name in names})
        outputs = self._add(outcome, scored | {"fit_time": outcome.seconds})
        if self.memory is not None and is_fitted_alone(fitted) and not outcome.is_cut:
            k, fold = divmod(place, self.scoring.n_splits)
            self.memory.scores.keep(self.candidate(candidates[k]), fold, outcome, scored, outputs)
        if np.isfinite(self.record.best_score):
            self.progress.note(f"best score {self.record.best_score:.4g}")

    def _fit_and_score(self, stage: int, candidates: Sequence[Params], part: SearchTask) -> None:
        """Fit and score candidates with scikit-learn, one fit after the other."""
        for place, task in enumerate(self._tasks_of_fits(part, candidates)):
            estimator = self.candidate(candidates[place // self.scoring.n_splits])
            if self._is_late and place >= self._n_certain(stage):
                late = outcome_of(estimator, [])._replace(is_cut=True, is_fitted=False)
                self._add(late, self.scoring.unscored(place) | {"fit_time": 0.0})
                continue
            limit = None if self.limit is None else self.limit.part(1.0)
            with within_time(limit), gathered() as doubts:
                scored = self.scoring.score(PreparedCandidate(estimator), candidates, place, task)
            is_cut = limit is not None and limit.has_cut
            self._add(outcome_of(estimator, doubts)._replace(is_cut=is_cut), scored)

    def _add(self, outcome: Outcome, scored: Scored) -> np.ndarray | None:
        """Add a fit to what was found; return its predictions for the test part, if they are needed."""
        self.record.add(outcome, scored)
        if self.out_of_fold is None:
            return None
        counts = outcome.is_fitted and scored["fit_error"] is None and not outcome.dropped
        return self.out_of_fold.add(outcome.estimator, scored["test_scores"], counts)

    def _scheduler(self, stage: int, candidates: Sequence[Params]) -> FitScheduler:
        size = self.search.population_size
        fits = FitScheduler(
            self._jobs(candidates),
            self.workers,
            int(size) if isinstance(size, Integral) else None,
            None if self.memory is None else self.memory.networks,
            self.progress,
            None if self.limit is None else JobsTime(self.limit, self._n_certain(stage)),
        )
        fits.say = print if self.search.verbose > 1 else None
        return fits

    def _jobs(self, candidates: Sequence[Params]) -> Iterator[Job]:
        data = self.data
        trains = [train for train, _ in data.splits]
        scores_training = self.search.return_train_score
        subsets = TrainingSubsets(
            data.X, data.y, data.routed.estimator.fit, trains, scores_training
        )
        for params in candidates:
            for fold in range(len(trains)):
                job = subsets.job(self.candidate(params), fold)
                yield job if self.memory is None else self.memory.scores.deferred(job)

    def _tasks_of_fits(self, part: SearchTask, candidates: Sequence[Params]) -> list[SearchTask]:
        n_fits = len(candidates) * self.scoring.n_splits
        return [part.part("candidate-split-evaluation", task_id=i) for i in range(n_fits)]
