"""Who follows a training step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from sklearn_deep.training._batches import Batch
from sklearn_deep.training._computation import Computed


class Listener(Protocol):
    """Told of each step of a population of one, and asked by what to multiply its learning rate."""

    def begin_step(self, batch: Batch) -> float:
        """Return the factor of the step's learning rate."""

    def see_gradient(self, batch: Batch, gradients: Sequence[Tensor]) -> None:
        """See the gradient of each of the network's parameters, and change it in place if need be."""

    def end_step(self, batch: Batch, computed: Computed, penalty: Tensor) -> None:
        """See what a finished step found, and the value of weight decay ``(1,)``."""
