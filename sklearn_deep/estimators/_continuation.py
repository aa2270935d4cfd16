"""Going on from an earlier fit: ``warm_start`` and ``partial_fit``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from torch import Tensor

from sklearn_deep.training import Plan, Progress, Start

History = dict[str, np.ndarray]


def start_of(
    plan: Plan, weights: Mapping[str, Tensor], progress: Progress | None, *, owner: str
) -> Start:
    """Return what a plan goes on from.

    Moments and step count stay where the optimizer is still the same, a schedule's state where the
    schedule is.

    Parameters
    ----------
    plan : Plan
        Of the fit that goes on.
    weights : mapping of str to Tensor
        Of the fitted network.
    progress : Progress or None
        Of the earlier fit.

    Raises
    ------
    ValueError
        If the weights are not those of the plan's network.
    """
    wanted = plan.architecture.build().state_dict()
    if {n: w.shape for n, w in wanted.items()} != {n: w.shape for n, w in weights.items()}:
        raise ValueError(
            f"{owner} cannot go on from its fitted network: layer sizes, activation or normalization "
            "now ask for other weights. Set warm_start=False, or give them their old values."
        )
    if progress is not None and progress.optimizer.structure() != plan.optimizer.structure():
        progress = progress._replace(n_steps=0, state={})
    if progress is not None and repr(progress.pace.schedule) != repr(plan.schedule):
        progress = progress._replace(pace=plan.schedule.begin())
    return Start(weights, progress)


def joined(before: History, after: History) -> History:
    """Return two histories as one; a value recorded in one of them only is NaN in the other."""
    if not before:
        return after
    n_before, n_after = len(before["loss"]), len(after["loss"])
    return {
        name: np.concatenate(
            [
                before.get(name, np.full(n_before, np.nan)),
                after.get(name, np.full(n_after, np.nan)),
            ]
        )
        for name in before | after
    }
