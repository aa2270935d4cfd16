"""Losses for classes: one cost per class, computed from log-probabilities, weighted by the target."""

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
    """Base class of losses for classes: costs of log-probabilities, weighted by the target and summed.

    Parameters
    ----------
    binary : bool, default=False
        ``False``: one softmax over the outputs. The targets of a sample are one-hot, or soft labels
        that sum to 1. ``True``: each output is the logit of a separate binary target in [0, 1] (one
        output for two classes, one per label for multilabel data), and the losses of the outputs
        are summed, as in scikit-learn's MLPClassifier. Estimators overwrite this field to match y.
    """

    binary: bool = False

    task: ClassVar[Literal["classification", "regression"]] = "classification"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"binary": ["boolean"]}

    @abstractmethod
    def costs(self, log_p: Tensor) -> Tensor:
        """Return the cost of each class, for the case that it is the true class.

        Parameters
        ----------
        log_p : Tensor of any shape
            Log-probabilities of the classes.

        Returns
        -------
        Tensor of the same shape
        """

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample."""
        if not self.binary:
            return (self.costs(_log_softmax(output)) * target).sum(-1)
        # A logistic output z is a softmax over (0, z), which is numerically stable for large |z|.
        log_p = _log_softmax(F.pad(output.unsqueeze(-1), (1, 0)))  # (n_samples, n_outputs, 2)
        return (self.costs(log_p) * torch.stack([1 - target, target], -1)).sum((-2, -1))


# Rows with fewer classes than this are shorter than a vector register (16 numbers of float32).
_SHORT = 16


def _log_softmax(output: Tensor) -> Tensor:
    """Return log-probabilities, normalized over the last axis.

    For few classes, torch computes a softmax over columns ten times as fast as one over rows.
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
        binary target, and the losses of the outputs are summed. Estimators overwrite this field
        to match y.

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

    ``p`` is the probability of the true class. Use it for unbalanced data, in which many easy samples
    would dominate the few hard ones. The paper's weight of classes, alpha, is ``class_weight`` here.

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
        # At doubt = 0 the logarithm and its gradient are infinite, and their product with 0 is NaN.
        doubt = (-log_p.expm1()).clamp(min=torch.finfo(log_p.dtype).tiny)
        return (self.gamma * doubt.log()).exp() * -log_p
