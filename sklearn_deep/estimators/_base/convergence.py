"""Warnings about training that diverged, overflowed, did not converge or reached its time limit."""

from __future__ import annotations

from collections.abc import Container, Mapping

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import EpochScoring

from sklearn_deep._shared import METRIC_NAMES, Doubt, larger_is_better
from sklearn_deep.estimators._hosting import as_monitored
from sklearn_deep.training import Plan, Result

DIVERGED = "divergence"
UNCONVERGED = "max_epochs"
OUT_OF_TIME = "max_seconds"

# Relative gain that shows that training has not converged, and maximum number of epochs to look at.
_SHARE = 1e-3
_MOST_EPOCHS = 10


def diverged(plan: Plan, result: Result, n_epochs: int, *, owner: str) -> Doubt:
    """Return the warning about a fit that diverged in the last of ``n_epochs`` epochs."""
    first = "the initial weights" if plan.start is None else "the weights before this fit"
    kept = f"the weights of epoch {n_epochs - 2}" if len(result.history["loss"]) > 1 else first
    warning = ConvergenceWarning(
        f"{owner} diverged in epoch {n_epochs - 1} with learning_rate={plan.learning_rate:g}, so {kept} are "
        "kept (diverged_=True). Lower learning_rate, or scale X."
    )
    return Doubt(DIVERGED, warning)


def overflown(plan: Plan, result: Result, theirs: Container[str], *, owner: str) -> list[Doubt]:
    """Return a warning if a fit recorded values that are not finite, except for those in ``theirs``.

    ``theirs`` are the names of scores that a callback records.
    """
    own = {
        name: values
        for name, values in result.history.items()
        if name not in theirs and not _is_of_scorer(name)
    }
    lost = [name for name, values in own.items() if not np.isfinite(values).all()]
    if not lost:
        return []
    dtype = str(plan.dtype).removeprefix("torch.")
    text = (
        f"history_ of {owner} has values of {', '.join(lost)} that are not finite, because X or y has values "
        f"that are too large for dtype={dtype!r}. Scale them (StandardScaler), or use dtype='float64'."
    )
    return [Doubt("overflow", RuntimeWarning(text))]


def out_of_time(plan: Plan, result: Result, *, owner: str) -> list[Doubt]:
    """Return a warning if a fit was stopped by its own ``max_seconds``.

    Searches and ensembles with a time limit warn themselves about fits that they have stopped.
    """
    if result.stop_reason != OUT_OF_TIME or result.is_cut:
        return []
    n_epochs = len(result.history["loss"])
    warning = ConvergenceWarning(
        f"{owner} reached max_seconds={plan.max_seconds:g} and stopped after {n_epochs} of at most "
        f"{plan.max_epochs} epochs (stop_reason_='max_seconds'). Increase max_seconds or batch_size, or use a "
        "smaller network."
    )
    return [Doubt(OUT_OF_TIME, warning)]


def unconverged(
    plan: Plan, result: Result, theirs: Mapping[str, EpochScoring], *, owner: str
) -> list[Doubt]:
    """Return a warning if a fit was still improving when it reached ``max_epochs``.

    No warning is returned without a stopping rule (as in ``partial_fit``), or with a schedule that ends.
    ``theirs`` are the scores that a callback records.
    """
    rule = plan.stopping
    if rule is None or plan.schedule.ends:
        return []
    values = np.asarray(result.history[rule.monitored])
    if rule.monitored in theirs:
        values = as_monitored(rule.monitored, theirs[rule.monitored], values)
    if len(values) < plan.max_epochs or rule.replay(values.tolist()).stopped_epoch is not None:
        return []
    n_last = max(1, min(int(rule.patience), _MOST_EPOCHS, len(values) - 1))
    gain = recent_gain(values, n_last, larger_is_better(rule.monitored))
    if not gain > _SHARE:
        return []
    by = f"by {100 * gain:.2g} %" if np.isfinite(gain) else f"to {values[-1]:.3g}"
    warning = ConvergenceWarning(
        f"{owner} has not converged after max_epochs={plan.max_epochs}: {rule.monitored} improved {by} over "
        f"the last {n_last} epoch{'s' * (n_last > 1)}. Increase max_epochs or learning_rate; or set "
        "early_stopping=None to always train max_epochs epochs without this warning."
    )
    return [Doubt(UNCONVERGED, warning)]


def _is_of_scorer(name: str) -> bool:
    return larger_is_better(name) and name.removeprefix("val_") not in METRIC_NAMES


def recent_gain(values: np.ndarray, n_last: int, larger_is_better: bool) -> float:
    """Return the relative improvement of the best value over the last epochs.

    Parameters
    ----------
    values : ndarray of shape (n_epochs,)
        Monitored values; values that are not finite count as the worst.
    n_last : int >= 1
        Number of epochs at the end.
    larger_is_better : bool

    Returns
    -------
    float
        At least 0; infinite if the previous best value was 0; 0 if no previous value was finite.
    """
    costs = np.where(np.isfinite(values), -values if larger_is_better else values, np.inf)
    before, after = costs[:-n_last].min(initial=np.inf), costs.min()
    if not np.isfinite(before) or after == before:
        return 0.0
    return float((before - after) / abs(before)) if before else np.inf
