"""Paths in autograd's graph from a tensor back to layers, and the activations on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from sklearn_deep._compat.torch import result_kept_by

# Activations by the name of their node in autograd, which keeps their output.
_ACTIVATIONS = {"ReluBackward": "relu", "TanhBackward": "tanh", "SigmoidBackward": "logistic"}

Activated = tuple[str, Tensor | None]


def paths_to(node: Any, marks: Mapping[Any, int]) -> dict[int, Activated]:
    """Return the marked nodes from which a tensor is computed directly, and the activation after each.

    Parameters
    ----------
    node : autograd node or None
        Node of the tensor.
    marks : mapping of autograd node to int
        Nodes at which the search stops, with their numbers.
    """
    found: dict[int, Activated] = {}
    toward: dict[Any, Any] = {node: None}
    waiting = [] if node is None else [node]
    while waiting:
        here = waiting.pop()
        if here in marks:
            found[marks[here]] = _first_activation(here, toward)
            continue
        for before, _ in here.next_functions:
            if before is not None and before not in toward:
                toward[before] = here
                waiting.append(before)
    return found


def _first_activation(node: Any, toward: Mapping[Any, Any]) -> Activated:
    while node is not None:
        name = _ACTIVATIONS.get(node.name().rstrip("0123456789"))
        if name is not None:
            return name, result_kept_by(node)
        node = toward[node]
    return "", None
