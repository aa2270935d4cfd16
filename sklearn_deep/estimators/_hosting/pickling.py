"""Pickles of what was trained on a GPU load where there is none."""

from __future__ import annotations

import copy
import io
from typing import Any, Self

import torch

State = dict[str, Any]


class Copied:
    """Copies of an object stay where it is; only its pickles move to the CPU."""

    def __copy__(self) -> Self:
        twin = object.__new__(type(self))
        twin.__dict__.update(vars(self))
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = object.__new__(type(self))
        memo[id(self)] = twin
        twin.__dict__.update(copy.deepcopy(vars(self), memo))
        return twin


def on_cpu(state: State) -> State:
    """Return a copy of a state in which every tensor, wherever it hides, lies on the CPU."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    buffer.seek(0)
    mapped: State = torch.load(buffer, map_location="cpu", weights_only=False)
    return mapped
