"""What a later training resumes from, as a file holds it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._recording import mapped
from sklearn_deep.schedules import Pace
from sklearn_deep.training import TrainingState


def training_state_to_store(state: TrainingState) -> dict[str, Any]:
    """Return a training state with arrays for tensors."""
    return state._asdict() | {
        "optimizer_state": mapped(
            state.optimizer_state, lambda tensor: tensor.cpu().numpy(), kind=Tensor
        ),
        "pace": _pace_to_store(state.pace),
    }


def training_state_of(stored: dict[str, Any]) -> TrainingState:
    """Return a training state from what is stored of it."""
    return TrainingState(
        **stored
        | {
            "optimizer_state": mapped(stored["optimizer_state"], torch.tensor, kind=np.ndarray),
            "pace": _pace_of(stored["pace"]),
        }
    )


def _pace_to_store(pace: Pace) -> dict[str, Any]:
    """Return a schedule and the numbers that its rule has come to."""
    numbers = {name: value for name, value in vars(pace).items() if name != "schedule"}
    inner = {n: _pace_to_store(v) if isinstance(v, Pace) else v for n, v in numbers.items()}
    return {"schedule": pace.schedule, "numbers": inner}


def _pace_of(stored: dict[str, Any]) -> Pace:
    pace: Pace = stored["schedule"].begin()
    for name, value in stored["numbers"].items():
        is_pace = isinstance(getattr(pace, name), Pace)
        setattr(pace, name, _pace_of(value) if is_pace else value)
    return pace
