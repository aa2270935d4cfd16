"""What a training leaves, so that a later one can resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from torch import Tensor

from sklearn_deep.optimizers import Optimizer
from sklearn_deep.schedules import Pace


class TrainingState(NamedTuple):
    """What a training leaves beside the weights.

    Parameters
    ----------
    seed : int
        Of the plan.
    optimizer : Optimizer
        Of the plan.
    epoch : int
        Epochs gone by.
    n_steps : int
        Updates made; 0 after a divergence.
    optimizer_state : dict
        One row of numbers a slot, or the ``state_dict`` of an optimizer of torch.
        Empty after a divergence.
    pace : Pace
        Of the schedule.
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
    """What a training resumes.

    Parameters
    ----------
    weights : mapping of str to Tensor
        ``state_dict`` of the network.
    state : TrainingState or None
        None where only weights are known: moments, step count and schedule then begin anew.
    """

    weights: Mapping[str, Tensor]
    state: TrainingState | None
