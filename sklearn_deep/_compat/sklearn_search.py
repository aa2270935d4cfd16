"""The parts of scikit-learn's searches that score, rank and choose candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import Any

from sklearn.metrics._scorer import _MultimetricScorer
from sklearn.model_selection._search import BaseSearchCV
from sklearn.model_selection._validation import (
    _fit_and_score,
    _insert_error_scores,
    _warn_or_raise_about_fit_failures,
)

__all__ = [
    "NO_TASK",
    "SearchOfOneMetric",
    "SearchTask",
    "begin_search_task",
    "best_index",
    "check_refit_of_metrics",
    "fit_and_score",
    "insert_error_scores",
    "results_of_scores",
    "routed_params_of_search",
    "scorer_of_search",
    "scorers_by_name",
    "warn_of_failed_fits",
]

insert_error_scores = _insert_error_scores
warn_of_failed_fits = _warn_or_raise_about_fit_failures


class SearchOfOneMetric(BaseSearchCV):
    """A search whose subclass chooses the scorer."""

    def _scorer(self) -> Any:
        raise NotImplementedError

    def _get_scorers(self) -> tuple[Any, str]:
        return self._scorer(), "score"


def scorer_of_search(search: BaseSearchCV) -> tuple[Any, Any]:
    """Return the scorer of a search, and the name of the metric that chooses the best candidate."""
    scorer: tuple[Any, Any] = search._get_scorers()
    return scorer


def scorers_by_name(scorer: Any) -> Any:
    """Return the scorers of a multi-metric scorer by name; any other scorer unchanged."""
    return scorer._scorers if isinstance(scorer, _MultimetricScorer) else scorer


def routed_params_of_search(search: BaseSearchCV, params: Mapping[str, Any]) -> Any:
    """Return the arguments of ``fit`` for each receiver: estimator, splitter and scorer."""
    return search._get_routed_params_for_fit(params)


def check_refit_of_metrics(search: BaseSearchCV, scores: Mapping[str, float]) -> None:
    """Raise an error unless ``refit`` is the name of a metric, a callable or False."""
    search._check_refit_for_multimetric(scores)


def results_of_scores(
    candidates: Sequence[Any], n_splits: int, scored: Sequence[Any], with_training_scores: bool
) -> dict[str, Any]:
    """Return ``cv_results_``, with means and ranks, of candidates that were scored on each split."""
    # ``return_train_score`` is the only attribute of a search that ``_format_results`` reads.
    search: Any = SimpleNamespace(return_train_score=with_training_scores)
    results: dict[str, Any] = BaseSearchCV._format_results(search, candidates, n_splits, scored)
    return results


def best_index(refit: Any, metric: str, results: Mapping[str, Any]) -> int:
    """Return the index of the candidate that scikit-learn selects as the best."""
    index: int = BaseSearchCV._select_best_index(refit, metric, results)
    return index


class SearchTask:
    """A task of a search, as scikit-learn's callbacks see it.

    It has no effect in scikit-learn 1.8 and earlier, which have no callbacks.

    Parameters
    ----------
    search : BaseSearchCV
        The search, which callbacks receive as their estimator.
    context : sklearn.callback.CallbackContext or None
    """

    def __init__(self, search: Any, context: Any) -> None:
        self.search, self.context = search, context
        self._given: dict[str, Any] = {}  # passed to callbacks when the task begins and ends

    def part(self, name: str, **settings: Any) -> SearchTask:
        """Return a part of this task that has not begun."""
        context = self.context and self.context.subcontext(task_name=name, **settings)
        return SearchTask(self.search, context)

    def begin(self, **given: Any) -> SearchTask:
        """Notify the callbacks that the task begins."""
        self._given = given
        if self.context is not None:
            self.context.call_on_fit_task_begin(estimator=self.search, **given)
        return self

    def end(self) -> None:
        """Notify the callbacks that the task ends. Not called if the task fails, as in scikit-learn."""
        if self.context is not None:
            self.context.call_on_fit_task_end(estimator=self.search, **self._given)

    def propagated_to(self, estimator: Any) -> AbstractContextManager[None]:
        """Give propagated callbacks to an estimator that is fitted inside the ``with`` block."""
        if self.context is None:
            return nullcontext()
        manager: AbstractContextManager[None] = self.context.propagate_callback_context(estimator)
        return manager


NO_TASK = SearchTask(None, None)


def begin_search_task(search: Any, n_parts: int, **given: Any) -> SearchTask:
    """Begin the task of a whole search that has ``n_parts`` parts."""
    begin = getattr(search, "_init_callback_context", None)
    context = None if begin is None else begin(max_subtasks=n_parts)
    return SearchTask(search, context).begin(**given)


def fit_and_score(estimator: Any, X: Any, y: Any, task: SearchTask, **settings: Any) -> Any:
    """Fit a candidate on one split and score it; return scores, times and any error of the fit."""
    given = {} if task.context is None else {"caller": task.search, "callback_ctx": task.context}
    return _fit_and_score(
        estimator, X, y, return_n_test_samples=True, return_times=True, **given, **settings
    )
