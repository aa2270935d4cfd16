"""Conversion of the training state, from which a later fit continues, for a file."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._recording import mapped
from sklearn_deep.training import TrainingState


def training_state_to_store(state: TrainingState) -> dict[str, Any]:
    """Return the training state as a dict, with arrays instead of tensors."""
    return state._asdict() | {
        "optimizer_state": mapped(
            state.optimizer_state, lambda tensor: tensor.cpu().numpy(), kind=Tensor
        ),
        "pace": {"schedule": state.pace.schedule, "numbers": state.pace.numbers()},
    }


def training_state_of(stored: dict[str, Any]) -> TrainingState:
    """Return the training state from its stored form."""
    pace = stored["pace"]
    return TrainingState(
        **stored
        | {
            "optimizer_state": mapped(stored["optimizer_state"], torch.tensor, kind=np.ndarray),
            "pace": pace["schedule"].begin().resumed(pace["numbers"]),
        }
    )
