"""Who follows a training step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from sklearn_deep.training._step import Batch


class Listener(Protocol):
    """Told of each step of one network, and asked by what to multiply its learning rate.

    Batches, outputs and losses come without the axis of members and without padding.
    """

    @property
    def stops(self) -> bool:
        """Whether the training is to end with the step that was just made."""

    def begin_step(self, batch: Batch) -> float:
        """Return the factor of the step's learning rate."""

    def see_gradient(self, batch: Batch, gradients: Sequence[Tensor]) -> list[int]:
        """See the gradient of each parameter, and change it in place if need be.

        Returns
        -------
        list of int
            Positions of the parameters that this step must leave as they are.
        """

    def end_step(self, batch: Batch, output: Tensor, loss: Tensor) -> None:
        """See what the network said in a step that was made, and its value of J, 0-d."""
