"""Losses for classes: a cost of each log-probability, weighted by the target."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.losses._base import Loss


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class ClassificationLoss(Loss):
    """Base class of losses for classes: costs of log-probabilities, weighted by the targets and summed.

    Parameters
    ----------
    binary : bool, default=False
        ``False``: one softmax over the outputs; the targets of a sample are one-hot, or soft labels
        that sum to 1. ``True``: each output is the logit of a separate binary target in [0, 1] (one
        for two classes, one per label for multilabel data); a sample's loss is the sum over
        outputs, as in scikit-learn's MLPClassifier. Estimators set it from y, whatever its value.
    """

    binary: bool = False

    task: ClassVar[Literal["classification", "regression"]] = "classification"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"binary": ["boolean"]}

    @abstractmethod
    def costs(self, log_p: Tensor) -> Tensor:
        """Return the cost of each class if it is the true one.

        Parameters
        ----------
        log_p : Tensor of any shape
            Logarithms of probabilities.

        Returns
        -------
        Tensor of the same shape
        """

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample."""
        if not self.binary:
            return (self.costs(_log_softmax(output)) * target).sum(-1)
        # As a two-class softmax over (0, z): stable at both ends.
        log_p = _log_softmax(F.pad(output.unsqueeze(-1), (1, 0)))  # (n_samples, n_outputs, 2)
        return (self.costs(log_p) * torch.stack([1 - target, target], -1)).sum((-2, -1))


# Rows shorter than a vector of the processor (16 numbers of float32).
_SHORT = 16


def _log_softmax(output: Tensor) -> Tensor:
    """Return logarithms of probabilities, over the last axis.

    torch takes ten times as long over short rows as over equally many numbers in columns.
    """
    if output.shape[-1] >= _SHORT:
        return output.log_softmax(-1)
    return output.mT.log_softmax(-2).mT


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class CrossEntropy(ClassificationLoss):
    """Minus the log-probability of the true class.

    Parameters
    ----------
    binary : bool, default=False
        ``False``: one softmax over the outputs. ``True``: each output is the logit of a separate
        binary target, and a sample's loss is the sum over outputs. Estimators set it from y.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.losses import CrossEntropy
    >>> CrossEntropy(binary=True).rows(torch.zeros(1, 1), torch.ones(1, 1))
    tensor([0.6931])
    """

    def costs(self, log_p: Tensor) -> Tensor:
        """Return ``-log p``."""
        return -log_p


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Focal(ClassificationLoss):
    """Cross-entropy with less weight on samples that are classified well: ``-(1 - p)^gamma log p``.

    ``p`` is the probability of the true class. For unbalanced data, in which many easy samples would
    dominate the few hard ones. The balance between classes (the paper's alpha) is ``class_weight``.

    Parameters
    ----------
    gamma : float >= 0, default=2.0
        Strength of this effect; 0 gives the cross-entropy.
    binary : bool, default=False
        As in ``CrossEntropy``.

    References
    ----------
    Lin et al., "Focal loss for dense object detection", 2017, eq. 4.
    """

    gamma: float | Tensor = 2.0

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ClassificationLoss._parameter_constraints,
        "gamma": [Interval(Real, 0, None, closed="left")],
    }

    def costs(self, log_p: Tensor) -> Tensor:
        """Return ``-(1 - p)^gamma log p``."""
        # Kept from 0, where the logarithm and its slope are infinite and times 0 would be NaN.
        doubt = (-log_p.expm1()).clamp(min=torch.finfo(log_p.dtype).tiny)
        return (self.gamma * doubt.log()).exp() * -log_p
