"""Observers of a training, and the events that they receive."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from torch import Tensor

from sklearn_deep.training._step import Batch

if TYPE_CHECKING:
    from sklearn_deep.training._loop.training import Training


class Observer:
    """Follows the epochs of a training; the methods of the base class do nothing.

    ``begin_epoch`` and ``end_epoch`` return whether to stop the training. An observer with
    ``runs_user_code`` may read or change any state of the process, so other trainings with user-defined
    code wait until this one ends.
    """

    runs_user_code: ClassVar[bool] = False

    def begin(self, training: Training) -> None:
        """Receive the training before its first epoch."""

    def begin_epoch(self, training: Training) -> bool:
        """Receive the training at the start of an epoch, unless an earlier observer stopped it."""
        return False

    def end_epoch(self, training: Training) -> bool:
        """Receive the training after an epoch has been trained and recorded."""
        return False

    def end(self, training: Training) -> None:
        """Receive the training when the networks are final."""


class StepObserver(Observer):
    """Follows, in addition, the steps of the training of one network, and may change them.

    Batches, outputs and losses have neither member axis nor padding.
    """

    runs_user_code = True

    @abstractmethod
    def begin_step(self, batch: Batch) -> float:
        """Return the factor by which the learning rate of the step is multiplied."""

    @abstractmethod
    def see_gradient(self, batch: Batch, gradients: Sequence[Tensor]) -> list[int]:
        """Receive the gradient of each parameter, which may be changed in place.

        Returns
        -------
        list of int
            Positions of the parameters that this step must leave unchanged.
        """

    @abstractmethod
    def end_step(self, batch: Batch, output: Tensor, loss: Tensor) -> bool:
        """Receive outputs and J (0-d) of a step; return whether to end the epoch after this step."""
