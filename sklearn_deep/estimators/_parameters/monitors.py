"""Scorers of scikit-learn as monitors of a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.metrics import get_scorer, get_scorer_names

from sklearn_deep._shared import METRIC_NAMES

Scorer = Callable[..., Any]


def scorer_of(monitor: str | Scorer, *, predicts: bool) -> Scorer | None:
    """Return the scorer that a rule monitors; None if the monitor is not a scorer.

    Parameters
    ----------
    monitor : str or callable
    predicts : bool
        Whether the estimator predicts y, which scikit-learn's named scorers require.
    """
    if not isinstance(monitor, str):
        return monitor
    name = monitor.removeprefix("val_")
    return get_scorer(name) if predicts and name in _names_of_scorers() else None


def scorers_to_monitor() -> list[str]:
    """Return the names of all scorers, for training and for validation samples."""
    return [prefix + name for name in _names_of_scorers() for prefix in ("", "val_")]


def _names_of_scorers() -> list[str]:
    # Training computes metrics with these names itself, if they apply to the task.
    return [name for name in get_scorer_names() if name not in METRIC_NAMES]
