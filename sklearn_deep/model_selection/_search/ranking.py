"""Which candidates of a search are the best."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sklearn_deep._compat.sklearn_search import best_index

Results = dict[str, Any]


class Best(NamedTuple):
    """The best candidate; ``score`` is None where a callable chose it."""

    place: int
    score: float | None
    params: dict[str, Any]


def ranks_of(results: Results, refit: Any) -> np.ndarray:
    """Return the rank of each candidate, 1 for the best: by the metric that ``refit`` names.

    If it names none, as a callable does not, by the first metric.
    """
    name = f"rank_test_{refit if isinstance(refit, str) else 'score'}"
    if name not in results:
        name = next(name for name in results if name.startswith("rank_test_"))
    ranks: np.ndarray = results[name]
    return ranks


def standing_of(results: Results, refit: Any) -> np.ndarray:
    """Return such ranks with candidates that were dropped after the others, those dropped later first.

    Scores after other numbers of epochs say little about each other.
    """
    ranks = ranks_of(results, refit)
    if "dropped" not in results:
        return ranks
    came = np.where(results["dropped"], results["n_epochs"], np.inf)
    places: np.ndarray
    _, places = np.unique(np.column_stack([-came, ranks]), axis=0, return_inverse=True)
    return places.ravel() + 1


def best_of(results: Results, refit: Any, metric: str) -> Best:
    """Return the best candidate by a metric, among those that were not dropped; a callable may differ."""
    if callable(refit) or "dropped" not in results:
        index = best_index(refit, metric, results)
    else:
        index = int(standing_of(results, metric).argmin())
    score = None if callable(refit) else results[f"mean_test_{metric}"][index]
    return Best(index, score, results["params"][index])
