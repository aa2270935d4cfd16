"""Continuation of an earlier fit: ``warm_start`` and ``partial_fit``."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from torch import Tensor

from sklearn_deep._shared import Doubt
from sklearn_deep.schedules import Schedule
from sklearn_deep.training import Plan, Start, TrainingState

History = dict[str, np.ndarray]


# With less than this multiple of ``learning_rate``, training has almost no effect.
_NEXT_TO_NOTHING = 1e-3


def start_of(
    plan: Plan,
    weights: Mapping[str, Tensor],
    state: TrainingState | None,
    *,
    partial: bool,
    owner: str,
) -> Start:
    """Return the weights and the state from which a plan continues.

    The state of the optimizer is kept if the optimizer is unchanged. The state of the schedule is
    kept if the schedule is unchanged, unless it spans one fit and this is a new call of ``fit``.

    Parameters
    ----------
    plan : Plan
        Plan of the new fit.
    weights : mapping of str to Tensor
        Weights of the fitted network.
    state : TrainingState or None
        State of the earlier fit.
    partial : bool
        Whether the new fit is a call of ``partial_fit``.

    Raises
    ------
    ValueError
        If the shapes of the weights differ from those of the plan's network.
    """
    wanted = plan.architecture.build().state_dict()
    if {n: w.shape for n, w in wanted.items()} != {n: w.shape for n, w in weights.items()}:
        raise ValueError(
            f"{owner} cannot continue from its fitted network: with the current layer sizes, activation and "
            "normalization, the weights have different shapes. Set warm_start=False, or restore the old values."
        )
    if state is not None and state.optimizer.structure() != plan.optimizer.structure():
        state = state._replace(n_steps=0, optimizer_state={})
    if state is not None:
        state = _with_schedule(state, plan.schedule, partial)
    return Start(weights, state)


def _with_schedule(state: TrainingState, schedule: Schedule, partial: bool) -> TrainingState:
    same = repr(state.pace.schedule) == repr(schedule)
    if same and (partial or not schedule.spans_fit):
        return state
    first = state.epoch if schedule.spans_fit else 0
    return state._replace(pace=schedule.begin(), schedule_epoch=first)


def of_ended_schedule(plan: Plan, *, owner: str) -> list[Doubt]:
    """Return a warning if an epoch of ``partial_fit`` begins after the end of its schedule."""
    state = plan.state
    if state is None or not plan.schedule.ends:
        return []
    time = state.epoch - state.schedule_epoch
    factor = float(state.pace.factors(np.array([time, time + 0.5]), plan.max_epochs).max())
    if time < plan.max_epochs or factor >= _NEXT_TO_NOTHING:
        return []
    text = (
        f"The schedule of {owner} ended after max_epochs={plan.max_epochs} epochs: partial_fit continues "
        f"with {factor:.0g} times learning_rate, which has almost no effect. Increase max_epochs, set a "
        "schedule without an end (None, 'exponential'), or call fit with warm_start=True, which restarts "
        "the schedule."
    )
    return [Doubt("schedule", UserWarning(text))]


def joined(before: History, after: History) -> History:
    """Concatenate two histories; a value that only one of them records is NaN in the other."""
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
