"""Greedy selection of the candidates of an ensemble."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

# The score of outputs of all folds, one array each.
Score = Callable[[Sequence[np.ndarray]], float]


def selected(candidates: Sequence[Sequence[np.ndarray]], size: int, score: Score) -> np.ndarray:
    """Return how often each candidate is selected, ``(n_candidates,)``.

    Selection starts with the best single candidate. Each further candidate is the one whose outputs,
    averaged with those of the candidates selected before, have the best score. A candidate may be
    selected more than once. Ties go to the first candidate.

    Parameters
    ----------
    candidates : sequence of sequence of ndarray
        Outputs of each candidate for each fold.
    size : int >= 1
        Number of selections, the sum of the counts.
    score : callable
        Larger is better.

    References
    ----------
    Caruana, Niculescu-Mizil, Crew and Ksikes, "Ensemble selection from libraries of models", 2004.
    """
    counts = np.zeros(len(candidates), dtype=int)
    totals: list[np.ndarray] = [np.zeros_like(outputs) for outputs in candidates[0]]
    for n_chosen in range(1, size + 1):
        scores = [
            score([(t + o) / n_chosen for t, o in zip(totals, own, strict=True)])
            for own in candidates
        ]
        best = int(np.argmax(np.where(np.isfinite(scores), scores, -np.inf)))
        counts[best] += 1
        totals = [t + o for t, o in zip(totals, candidates[best], strict=True)]
    return counts
