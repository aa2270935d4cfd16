"""What advice asks of initial weights and activations."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from sklearn_deep.activations import ActivationFacts
from sklearn_deep.initializers import CallableInitializer, Initializer
from sklearn_deep.networks import WeightMatrix, suitable_init
from sklearn_deep.plugins import resolve

# Units of the hidden layers for which two initializers are compared.
_WIDTH = 128
# Variances that differ by less than this factor suit the same activations.
_ALIKE = 1.5


def suits(init: Any, activation: Any) -> bool | None:
    """Return whether an initializer suits the matrices between hidden layers of an activation.

    It does if its weights have about the variance that ``init="auto"`` gives such a matrix. None: that
    cannot be said, as of a function, or of a sequence with one initializer per matrix.
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
    """Return whether an activation is flat on both sides, as the logistic function is."""
    if isinstance(activation, nn.Module):
        return False  # its own parameters may allow one width only, and training may change them
    return ActivationFacts(
        resolve("activations", activation, argument="activation", owner="inspection")
    ).saturates


def _mean_square_weight(initializer: Initializer) -> float:
    weight = initializer.draw(_WIDTH, _WIDTH, torch.Generator().manual_seed(0))
    return float(weight.square().mean())
