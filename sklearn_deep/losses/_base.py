"""What every loss shares."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import ClassVar, Literal

import numpy as np
from torch import Tensor

from sklearn_deep._shared import explained, slack
from sklearn_deep.plugins import Plugin

UnitChange = Literal["shift and scale", "scale", "none"]


class Loss(Plugin):
    """The error of the output for each sample. Training minimizes its mean over samples.

    ``task`` is what the loss is for, ``target_range`` the range of its targets, which estimators
    clip to after ``check_target``.

    ``unit_change`` says in which other units of the target the loss asks for the same predictions,
    so that ``normalize_y`` may train in them: any ("shift and scale"), those without a shift
    ("scale"), or "none".
    """

    task: ClassVar[Literal["classification", "regression"]] = "regression"
    target_range: ClassVar[tuple[float, float]] = (-inf, inf)
    unit_change: ClassVar[UnitChange] = "none"

    @abstractmethod
    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample.

        Parameters
        ----------
        output, target : Tensor of shape (n_samples, n_outputs)
            Outputs of the network, and targets.

        Returns
        -------
        Tensor of shape (n_samples,)
        """

    def predictions(self, output: Tensor) -> Tensor:
        """Return what the outputs predict, in the units of the target: the inverse link.

        Parameters
        ----------
        output : Tensor of shape (n_samples, n_outputs)
            Outputs of the network. Most losses, and all of classification, return them unchanged.

        Returns
        -------
        Tensor of shape (n_samples, n_outputs)
        """
        return output

    def check_target(self, y: np.ndarray, *, argument: str, owner: str) -> None:
        """Raise an error if the loss is not defined for a target.

        Parameters
        ----------
        y : ndarray of shape (n_samples, n_outputs)
            Targets.
        argument, owner : str
            The argument they came as and the estimator it was given to, for the message.

        Raises
        ------
        ValueError
            If a target is out of the range of the loss.
        """
        return

    def is_in_range(self, y: np.ndarray) -> bool:
        """Return whether targets lie in ``target_range``, up to a few roundings of float32.

        Parameters
        ----------
        y : ndarray of any shape
            Targets.
        """
        if not y.size:
            return True
        least, most = float(y.min()), float(y.max())
        few = slack(least, most)
        low, high = self.target_range
        return low - few <= least and most <= high + few


def mean_of_outputs(values: Tensor) -> Tensor:
    """Return ``values.mean(-1)`` of ``(n_samples, n_outputs)``, whose gradient costs a pass less."""
    return values.sum(-1) / values.shape[-1]


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CallableLoss(Loss):
    """A function as a loss for numbers.

    Parameters
    ----------
    function : callable
        ``f(output, target)``, tensors of shape ``(n_samples, n_outputs)``, returns one loss per
        sample, ``(n_samples,)``. Use tensor operations and never branch on values.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.losses import CallableLoss
    >>> log_cosh = CallableLoss(lambda output, target: (output - target).cosh().log().mean(-1))
    >>> log_cosh.rows(torch.zeros(2, 1), torch.tensor([[0.0], [1.0]]))
    tensor([0.0000, 0.4338])
    """

    function: Callable[[Tensor, Tensor], Tensor] = field(kw_only=False)

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Call the function and check the shape of what it returns."""
        losses = self.function(output, target)
        shape = tuple(output.shape[:-1])
        if not isinstance(losses, Tensor) or losses.shape != shape:
            is_tensor = isinstance(losses, Tensor)
            got = f"shape {tuple(losses.shape)}" if is_tensor else type(losses).__name__
            raise ValueError(
                f"The loss {self.function!r} must return one loss per sample, here a tensor of shape "
                f"{shape}, got {got}. Average over outputs, .mean(-1), and not over samples (in "
                "torch.nn.functional: reduction='none')."
            )
        return losses
