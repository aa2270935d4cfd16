"""Where in autograd's graph a tensor comes from, and through which activation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from sklearn_deep._compat.torch import result_kept_by

# Activations that autograd names, by the name of their node; it keeps what they returned.
_ACTIVATIONS = {"ReluBackward": "relu", "TanhBackward": "tanh", "SigmoidBackward": "logistic"}

Activated = tuple[str, Tensor | None]


def paths_to(node: Any, marks: Mapping[Any, int]) -> dict[int, Activated]:
    """Return the marked nodes that a tensor comes from directly, and the activation after each.

    Parameters
    ----------
    node : autograd node or None
        Of the tensor.
    marks : mapping of autograd node to int
        The search goes no further than these.
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
