"""Properties of initial weights and activations, for advice."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from sklearn_deep.activations import ActivationFacts
from sklearn_deep.initializers import CallableInitializer, Initializer
from sklearn_deep.networks import WeightMatrix, suitable_init
from sklearn_deep.plugins import resolve

# Width of the hidden layers for which initializers are compared.
_WIDTH = 128
# Variances that differ by less than this factor count as equal.
_ALIKE = 1.5


def suits(init: Any, activation: Any) -> bool | None:
    """Return whether an initializer suits the matrices between hidden layers with an activation.

    It does if its weights have about the same variance as with ``init="auto"``. None if this is unknown, as
    for a function, or for a sequence with one initializer per matrix.
    """
    if isinstance(init, str) and init == "auto":
        return True
    if not isinstance(init, str | Initializer):
        return None
    given = resolve("initializers", init, argument="init", owner="inspection")
    function = resolve("activations", activation, argument="activation", owner="inspection")
    suitable = suitable_init(WeightMatrix("hidden", (_WIDTH, _WIDTH), function, False))
    if isinstance(given, CallableInitializer):
        return None
    return 1 / _ALIKE < _mean_square_weight(given) / _mean_square_weight(suitable) < _ALIKE


def saturates(activation: Any) -> bool:
    """Return whether an activation saturates on both sides, like the logistic function."""
    if isinstance(activation, nn.Module):
        return False  # unknown: training may change its parameters
    return ActivationFacts(
        resolve("activations", activation, argument="activation", owner="inspection")
    ).saturates


def _mean_square_weight(initializer: Initializer) -> float:
    weight = initializer.draw(_WIDTH, _WIDTH, torch.Generator().manual_seed(0))
    return float(weight.square().mean())
