"""The state of a training, from which a later training can resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from torch import Tensor

from sklearn_deep.optimizers import Optimizer
from sklearn_deep.schedules import Pace


class TrainingState(NamedTuple):
    """The state of a training, without the weights.

    Parameters
    ----------
    seed : int
        Seed of the plan.
    optimizer : Optimizer
        Optimizer of the plan.
    epoch : int
        Number of epochs trained.
    n_steps : int
        Number of updates; 0 after a divergence.
    optimizer_state : dict
        One row of numbers per slot, or the ``state_dict`` of a torch optimizer.
        Empty after a divergence.
    pace : Pace
        State of the schedule.
    schedule_epoch : int, default=0
        Epoch in which the schedule began.
    """

    seed: int
    optimizer: Optimizer
    epoch: int
    n_steps: int
    optimizer_state: dict[Any, Any]
    pace: Pace
    schedule_epoch: int = 0


class Start(NamedTuple):
    """The weights and the state that a training resumes.

    Parameters
    ----------
    weights : mapping of str to Tensor
        ``state_dict`` of the network.
    state : TrainingState or None
        None if only the weights are known. The optimizer and the schedule then start from the beginning.
    """

    weights: Mapping[str, Tensor]
    state: TrainingState | None
