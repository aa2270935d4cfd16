"""Base class of losses, and the adapter for functions used as losses."""

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
    """Base class of losses: one number per sample, whose mean over the samples is minimized.

    ``task`` says whether the loss is for classes or for numbers. ``target_range`` is the range of
    its targets; estimators clip targets to it after ``check_target``.

    ``unit_change`` says which changes of the target's unit leave the optimal predictions the same, so
    that ``normalize_y`` may train on standardized targets: any shift and scale ("shift and scale"),
    a scale only ("scale"), or "none".
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
            Outputs of the network, and targets. (Outputs are predictions before the inverse link.)

        Returns
        -------
        Tensor of shape (n_samples,)
        """

    def predictions(self, output: Tensor) -> Tensor:
        """Return the predictions, in the unit of the target, that belong to outputs: the inverse link.

        Parameters
        ----------
        output : Tensor of shape (n_samples, n_outputs)
            Outputs of the network. Most losses, and all for classification, return them unchanged.

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
            Name of the argument and of the estimator that received it, for the error message.

        Raises
        ------
        ValueError
            If a target is out of the range of the loss.
        """
        return

    def is_in_range(self, y: np.ndarray) -> bool:
        """Return whether targets are inside ``target_range``, up to a few rounding errors of float32.

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
    """Return ``values.mean(-1)`` of ``(n_samples, n_outputs)``; its backward pass is cheaper."""
    return values.sum(-1) / values.shape[-1]


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CallableLoss(Loss):
    """Adapter that makes a regression loss of a function.

    Parameters
    ----------
    function : callable
        ``f(output, target)`` receives two tensors of shape ``(n_samples, n_outputs)`` and returns one
        loss per sample, ``(n_samples,)``. It must use tensor operations and never branch on values.

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
        """Call the function and check the shape of the returned losses."""
        losses = self.function(output, target)
        shape = tuple(output.shape[:-1])
        if not isinstance(losses, Tensor) or losses.shape != shape:
            is_tensor = isinstance(losses, Tensor)
            got = f"shape {tuple(losses.shape)}" if is_tensor else type(losses).__name__
            raise ValueError(
                f"The loss {self.function!r} must return one loss per sample, here a tensor of shape "
                f"{shape}, got {got}. Average over the outputs with .mean(-1), but not over the "
                "samples (losses of torch.nn.functional need reduction='none')."
            )
        return losses
