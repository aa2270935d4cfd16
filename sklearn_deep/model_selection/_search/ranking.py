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
    name = f"rank_test_{refit if isinstance(refit, str) else 'score'}"
    if name not in results:
        name = next(name for name in results if name.startswith("rank_test_"))
    ranks: np.ndarray = results[name]
    return ranks


def standing_of(results: Results, refit: Any) -> np.ndarray:
    """Return the ranks of ``ranks_of``, with dropped candidates last and those dropped first at the end.

    Scores after different numbers of epochs are not comparable.
    """
    ranks = ranks_of(results, refit)
    if "dropped" not in results:
        return ranks
    came = np.where(results["dropped"], results["n_epochs"], np.inf)
    places: np.ndarray
    _, places = np.unique(np.column_stack([-came, ranks]), axis=0, return_inverse=True)
    return places.ravel() + 1


def best_of(results: Results, refit: Any, metric: str) -> Best:
    """Return the best candidate by a metric among those that were not dropped; a callable decides freely."""
    if callable(refit) or "dropped" not in results:
        index = best_index(refit, metric, results)
    else:
        index = int(standing_of(results, metric).argmin())
    score = None if callable(refit) else results[f"mean_test_{metric}"][index]
    return Best(index, score, results["params"][index])
