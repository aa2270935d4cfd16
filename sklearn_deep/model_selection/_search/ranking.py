"""Ranking of the candidates of a search."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sklearn_deep._compat.sklearn_search import best_index

Results = dict[str, Any]


class Best(NamedTuple):
    """The best candidate; ``score`` is None if a callable chose it."""

    place: int
    score: float | None
    params: dict[str, Any]


def ranks_of(results: Results, refit: Any) -> np.ndarray:
    """Return the rank of each candidate, 1 for the best, by the metric that ``refit`` names.

    If ``refit`` is no name of a metric, the first metric is used.
    """
    ranks: np.ndarray = results[f"rank_test_{_ranking_metric(results, refit)}"]
    return ranks


def _ranking_metric(results: Results, refit: Any) -> str:
    name = refit if isinstance(refit, str) else "score"
    if f"rank_test_{name}" in results:
        return name
    first = next(name for name in results if name.startswith("rank_test_"))
    return first.removeprefix("rank_test_")


def standing_of(results: Results, refit: Any) -> np.ndarray:
    """Return the ranks of ``ranks_of``, with candidates that were not trained to the end last.

    Among these, candidates that were cut short by a time limit come first, then dropped candidates (those
    dropped first at the end), then candidates without a score. Scores after different numbers of epochs
    are not comparable.
    """
    keys = [ranks_of(results, refit)]
    if "dropped" in results:
        keys.append(-np.where(results["dropped"], results["n_epochs"], np.inf))
    if "complete" in results:
        has_score = ~np.isnan(results[f"mean_test_{_ranking_metric(results, refit)}"])
        keys.append(np.where(has_score, ~results["complete"], 2))
    places: np.ndarray
    _, places = np.unique(np.column_stack(keys[::-1]), axis=0, return_inverse=True)
    return places.ravel() + 1


def best_of(results: Results, refit: Any, metric: str) -> Best:
    """Return the best candidate by a metric, if possible among those that were trained to the end.

    A callable decides freely.
    """
    all_complete = "dropped" not in results and np.all(results.get("complete", True))
    if callable(refit) or all_complete:
        index = best_index(refit, metric, results)
    else:
        index = int(standing_of(results, metric).argmin())
    score = None if callable(refit) else results[f"mean_test_{metric}"][index]
    return Best(index, score, results["params"][index])
