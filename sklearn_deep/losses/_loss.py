"""Losses: one formula each, row by row."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from torch import Tensor
from torch.nn import functional as F

from sklearn_deep.plugins import Plugin


class Loss(Plugin):
    """How wrong the output of a row is. The mean over rows is what training minimises."""

    task: ClassVar[Literal["classification", "regression"]] = "regression"

    @abstractmethod
    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss a row.

        Parameters
        ----------
        output, target : Tensor of shape (n_samples, n_outputs)
            What the network says, and what is true.

        Returns
        -------
        Tensor of shape (n_samples,)
        """


@dataclass(eq=False, repr=False)
class SquaredError(Loss):
    """Half the squared error, mean over outputs: ``(output - target)² / 2`` (scikit-learn's MLPRegressor too)."""

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss a row."""
        return (output - target).square().mean(-1) / 2


@dataclass(eq=False, repr=False)
class CrossEntropy(Loss):
    """Minus the log-probability of the true class under the softmax; targets are one-hot."""

    task: ClassVar[Literal["classification", "regression"]] = "classification"

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss a row."""
        return -(output.log_softmax(-1) * target).sum(-1)


@dataclass(eq=False, repr=False)
class BinaryCrossEntropy(Loss):
    """Minus the log-probability of a 0/1 target under the logistic function of one logit."""

    task: ClassVar[Literal["classification", "regression"]] = "classification"

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss a row."""
        # As a two-class softmax over (0, z): stable at both ends, and the same bits in any company.
        log_p = F.pad(output.unsqueeze(-1), (1, 0)).log_softmax(-1)
        return -(log_p[..., 1] * target + log_p[..., 0] * (1 - target)).sum(-1)
