"""What the monitor of a rule stands for if it is a score of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.metrics import get_scorer, get_scorer_names

from sklearn_deep._shared import METRIC_NAMES

Scorer = Callable[..., Any]


def scorer_of(monitor: str | Scorer, *, predicts: bool) -> Scorer | None:
    """Return the scorer that a rule monitors; None: it stands for none.

    Parameters
    ----------
    monitor : str or callable
    predicts : bool
        Whether the estimator predicts y, as scorers with a name need it.
    """
    if not isinstance(monitor, str):
        return monitor
    name = monitor.removeprefix("val_")
    return get_scorer(name) if predicts and name in _names_of_scorers() else None


def scorers_to_monitor() -> list[str]:
    """Return the names of all scorers, of training and of validation samples."""
    return [prefix + name for name in _names_of_scorers() for prefix in ("", "val_")]


def _names_of_scorers() -> list[str]:
    # Training has metrics of these names for the tasks in which they mean something.
    return [name for name in get_scorer_names() if name not in METRIC_NAMES]
