"""Who follows a training, and what they are notified of."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from torch import Tensor

from sklearn_deep.training._step import Batch

if TYPE_CHECKING:
    from sklearn_deep.training._loop.training import Training


class Observer:
    """Follows a training by epochs; all methods do nothing here.

    ``begin_epoch`` and ``end_epoch`` return whether the training is to end there.
    """

    def begin(self, training: Training) -> None:
        """Be notified that nothing has been trained yet."""

    def begin_epoch(self, training: Training) -> bool:
        """Be notified of an epoch that begins, unless an observer before this one has ended the training."""
        return False

    def end_epoch(self, training: Training) -> bool:
        """Be notified of an epoch that has been trained and recorded."""
        return False

    def end(self, training: Training) -> None:
        """Be notified that the networks are final."""


class StepObserver(Observer):
    """Follows the training of one network by steps, too, and may change what they do.

    Batches, outputs and losses come without the axis of members and without padding.
    """

    @abstractmethod
    def begin_step(self, batch: Batch) -> float:
        """Return the factor of the step's learning rate."""

    @abstractmethod
    def see_gradient(self, batch: Batch, gradients: Sequence[Tensor]) -> list[int]:
        """See the gradient of each parameter, and change it in place if need be.

        Returns
        -------
        list of int
            Positions of the parameters that this step must not change.
        """

    @abstractmethod
    def end_step(self, batch: Batch, output: Tensor, loss: Tensor) -> bool:
        """See the outputs and the value of J, 0-d, of a step; return whether the epoch ends with it."""
