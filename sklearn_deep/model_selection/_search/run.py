"""One run of a batched search: scikit-learn's own search, given estimators that are fitted before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import RandomizedSearchCV

from sklearn_deep._compat.sklearn_callbacks import has_callbacks, propagates_callbacks
from sklearn_deep._fits import Finished, FitScheduler, Folds, Job, Outcome, Prefitted, Progress
from sklearn_deep._shared import Doubt, with_parameters
from sklearn_deep.estimators import move_networks
from sklearn_deep.model_selection._search.callback_tasks import CallbackTask
from sklearn_deep.model_selection._search.halving import Halving
from sklearn_deep.model_selection._search.one_by_one import OneByOne
from sklearn_deep.model_selection._search.ranking import standing_of
from sklearn_deep.model_selection._search.routed_search import RoutedSearch
from sklearn_deep.model_selection._search.stages import Stages

# Takes jobs and the number of their stage.
Runner = Callable[[Sequence[Job], int], FitScheduler]


class SearchRun(RoutedSearch):
    """Scores, ranks and refits as scikit-learn does; fits of candidates are made by a runner.

    Where scikit-learn clones the estimator and fits it, it gets the next one that is fitted already,
    in its own order: so scoring, errors, routing, callbacks and results are scikit-learn's.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV
    stages : Stages
    folds : Folds
    splits : list of (train, test)
        Made once, for training and scoring alike.
    routed : Bunch
        Parameters of ``fit`` by whom they are for.
    runner : callable
    progress : Progress
    halving : Halving or None
    """

    def __init__(
        self,
        search: Any,
        stages: Stages,
        folds: Folds,
        splits: Sequence[Any],
        routed: Any,
        runner: Runner,
        progress: Progress,
        halving: Halving | None,
    ) -> None:
        # Without what an earlier fit has found.
        self.__dict__.update({n: v for n, v in vars(search).items() if not n.endswith("_")})
        self.estimator = Finished(search.estimator, self._next_candidate, self._new_candidate)
        self.n_iter = 1 if search.n_iter == "all" else search.n_iter
        self.n_jobs, self.cv = 1, list(splits)
        self._search, self._stages, self._folds = search, stages, folds
        self._routed, self._runner = routed, runner
        self._pending: Iterator[Outcome] = iter(())
        self._outcomes: list[Outcome] = []
        self._progress, self._n_told = progress, 0
        self._halving, self._n_trained, self._n_saved = halving, 0, 0
        self._stage_of: list[int] = []
        self._one_by_one: OneByOne | None = None
        if propagates_callbacks(search) or has_callbacks(search.estimator):
            self._one_by_one = OneByOne(self._candidate, self._outcomes)

    def _init_callback_context(self, *args: Any, **kwargs: Any) -> CallbackTask:
        context = self._search._init_callback_context(*args, **kwargs)
        return CallbackTask(context, self._search)

    def _get_scorers(self) -> tuple[Any, Any]:
        scorers, refit_metric = super()._get_scorers()
        if isinstance(scorers, Mapping) or hasattr(scorers, "_scorers"):
            return scorers, refit_metric  # which one counts is not known yet
        return _Told(scorers, self._tell), refit_metric

    def _tell(self, score: Any) -> None:
        """Show the score of a test part; training parts come after it."""
        if len(self._outcomes) > self._n_told and isinstance(score, Real):
            self._n_told = len(self._outcomes)
            self._progress.score(float(score))

    def _run_search(self, evaluate_candidates: Any, *, callback_ctx: Any = None) -> None:
        evaluation = _Evaluation(self, evaluate_candidates, callback_ctx)
        for stage, candidates in enumerate(self._stages):
            self._stage_of += [stage] * len(candidates)
            if self._one_by_one is not None:
                results = evaluation(candidates)
            else:
                results = self._trained_together(stage, candidates, evaluation)
            if self.verbose > 1:
                print(self._summary(stage, results))
            if stage + 1 < self._stages.n_stages:
                self._stages.narrow(results["params"], standing_of(results, self.refit))
        evaluation.end()
        self._progress.close()  # what is fitted now may print
        self._one_by_one = None
        self.stages_ = self._stages.ranges
        if self._halving is not None:
            self.n_epochs_saved_ = self._n_saved
            self.share_saved_ = self._n_saved / max(1, self._n_saved + self._n_trained)

    def _trained_together(
        self, stage: int, candidates: list[dict[str, Any]], evaluation: _Evaluation
    ) -> dict[str, Any]:
        running = self._runner(list(self._jobs(candidates)), stage)
        if self._halving is not None:
            self._halving(running, candidates)
        self._pending = iter(running)
        self._progress.make_way()  # scikit-learn prints a line
        results = evaluation(candidates)
        self._n_trained += running.n_trained
        self._n_saved += running.n_saved
        return results

    @staticmethod
    def _select_best_index(refit: Any, refit_metric: str, results: dict[str, Any]) -> int:
        if callable(refit) or "dropped" not in results:
            index: int = RandomizedSearchCV._select_best_index(refit, refit_metric, results)
            return index
        return int(standing_of(results, refit_metric).argmin())

    def _summary(self, stage: int, results: dict[str, Any]) -> str:
        best = int(np.argmin(standing_of(results, self.refit)))
        scores = [f"{n[10:]}={v[best]:.4g}" for n, v in results.items() if n[:10] == "mean_test_"]
        params = [f"{name}={_written(value)}" for name, value in results["params"][best].items()]
        return (
            f"Stage {stage + 1} of {self._stages.n_stages}: {self._stage_of.count(stage)} candidates; best so "
            f"far {', '.join(scores)} with {', '.join(params)}"
        )

    def _jobs(self, candidates: Sequence[dict[str, Any]]) -> Iterator[Job]:
        for params in candidates:
            for fold in range(len(self._folds)):
                # Parameters may be estimators themselves.
                yield self._folds.job(self._candidate(clone(params, safe=False)), fold)

    def _candidate(self, params: dict[str, Any]) -> Any:
        """Return the estimator with some parameters, unfitted."""
        estimator = with_parameters(clone(self._search.estimator), params)
        if self._search.device is not None:
            move_networks(estimator, self._search.device)
        return estimator

    def _new_candidate(self, params: dict[str, Any]) -> Any:
        """Return the estimator that is asked for next, where scikit-learn is to fit it."""
        return (self._one_by_one or self._candidate)(params)

    def _next_candidate(self, params: dict[str, Any]) -> Any:
        """Return the estimator that is asked for next, fitted; None: there are no more."""
        outcome = next(self._pending, None)
        if outcome is None:
            return None
        self._outcomes.append(outcome._replace(estimator=None, overwritten=(None, None)))
        return Prefitted(outcome.estimator, *outcome.overwritten)

    def doubts_of_fits(self) -> list[list[Doubt]]:
        """Return what each fit on a fold warned of."""
        return [outcome.doubts for outcome in self._outcomes]

    def _format_results(
        self, candidate_params: Any, n_splits: int, out: Any, more_results: Any = None
    ) -> dict[str, Any]:
        for scored, outcome in zip(out, self._outcomes, strict=True):
            # Those that scikit-learn fits, it times.
            scored["fit_time"] = scored["fit_time"] if self._one_by_one else outcome.seconds
        results: dict[str, Any] = super()._format_results(
            candidate_params, n_splits, out, more_results
        )
        diverged = np.array([outcome.diverged for outcome in self._outcomes])
        results["diverged"] = diverged.reshape(-1, n_splits).sum(1)
        results["stage"] = np.array(self._stage_of)
        if self._halving is not None:
            dropped = np.array([outcome.dropped for outcome in self._outcomes])
            results["dropped"] = dropped.reshape(-1, n_splits).any(1)
            n_epochs = np.array([outcome.n_epochs for outcome in self._outcomes])
            results["n_epochs"] = n_epochs.reshape(-1, n_splits).max(1)
        return results


def _written(value: Any) -> str:
    is_number = isinstance(value, Real) and not isinstance(value, Integral)
    return f"{value:.4g}" if is_number else repr(value)


class _Told:
    """A scorer whose scores somebody is told of."""

    def __init__(self, scorer: Any, tell: Callable[[Any], None]) -> None:
        self.scorer, self.tell = scorer, tell

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the score."""
        score = self.scorer(*args, **kwargs)
        self.tell(score)
        return score


class _Evaluation:
    """Scores candidates; for scikit-learn's callbacks, where there are some, each stage is a task."""

    def __init__(self, search: SearchRun, evaluate_candidates: Any, context: Any) -> None:
        self.search, self.evaluate_candidates, self.context = search, evaluate_candidates, context
        self.n_stages = search._search.n_stages
        if context is not None and self.n_stages > 1:
            self.context = context.subcontext(
                task_name="search", max_subtasks=self.n_stages
            ).call_on_fit_task_begin(estimator=search)

    def __call__(self, candidates: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the results so far."""
        results: dict[str, Any]
        if self.context is None:
            results = self.evaluate_candidates(candidates)
            return results
        task = self.context.subcontext(
            task_name="stage" if self.n_stages > 1 else "search",
            max_subtasks=len(candidates) * self.search.n_splits_,
            sequential_subtasks=False,
        ).call_on_fit_task_begin(estimator=self.search)
        results = self.evaluate_candidates(candidates, callback_ctx=task)
        task.call_on_fit_task_end(estimator=self.search)
        return results

    def end(self) -> None:
        """Say that there are no more stages."""
        if self.context is not None and self.n_stages > 1:
            self.context.call_on_fit_task_end(estimator=self.search)
