"""What a search warns of once its fits are done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sklearn.exceptions import ConvergenceWarning

from sklearn_deep._fits import Outcome
from sklearn_deep._shared import Doubt, by_kind
from sklearn_deep.estimators import DIVERGED, OUT_OF_TIME

Results = dict[str, Any]


def doubts_of_search(
    search: Any, results: Results, outcomes: Sequence[Outcome], refitted: Sequence[Doubt]
) -> list[Doubt]:
    """Return one warning of each kind, with its number of fits; those of the refit only if no fit has them."""
    own = [*_of_divergence(results, len(outcomes)), *_of_time(search, results, outcomes)]
    found = by_kind([outcome.doubts for outcome in outcomes])
    known = {doubt.kind for doubt in found}
    return [*own, *found, *(doubt for doubt in refitted if doubt.kind not in known)]


def _of_divergence(results: Results, n_fits: int) -> list[Doubt]:
    n_diverged = int(results["diverged"].sum())
    if not n_diverged:
        return []
    text = (
        f"{n_diverged} of {n_fits} fits diverged. They are scored with the weights of their last "
        "finite epoch; cv_results_['diverged'] counts them for each candidate. Search smaller "
        "learning rates, or scale X."
    )
    return [Doubt(DIVERGED, ConvergenceWarning(text))]


def _of_time(search: Any, results: Results, outcomes: Sequence[Outcome]) -> list[Doubt]:
    n_cut = sum(outcome.is_cut for outcome in outcomes)
    n_stages = int(results["stage"].max()) + 1
    if search.max_seconds is None or (not n_cut and n_stages == search.n_stages):
        return []
    n_complete, n_all = int(results["complete"].sum()), len(results["complete"])
    n_late = sum(not outcome.is_fitted for outcome in outcomes)
    stages = f"; {n_stages} of {search.n_stages} stages began" if search.n_stages > 1 else ""
    best = "" if n_complete else " The best candidate is chosen among those that were cut short."
    text = (
        f"{type(search).__name__} reached max_seconds={search.max_seconds:g}: {n_complete} of {n_all} candidates "
        f"were trained to the end (cv_results_['complete']). Of {len(outcomes)} fits, {n_cut - n_late} were cut "
        f"short and {n_late} did not begin{stages}.{best} Increase max_seconds, or try fewer candidates."
    )
    return [Doubt(OUT_OF_TIME, ConvergenceWarning(text))]
