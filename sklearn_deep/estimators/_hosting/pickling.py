"""Pickling of objects trained on a GPU, so that they can be loaded without a GPU."""

from __future__ import annotations

import copy
import io
from typing import Any, Self

import torch

State = dict[str, Any]


class Copied:
    """Mixin: copies of an object remain on its device; only pickles are moved to the CPU."""

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
    """Return a copy of a state in which all tensors, also nested ones, are on the CPU."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    buffer.seek(0)
    mapped: State = torch.load(buffer, map_location="cpu", weights_only=False)
    return mapped
