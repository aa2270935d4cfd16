"""Scores in the history in addition to the loss, for all members at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor


def total(values: Tensor) -> Tensor:
    """Sum over batches and samples: ``(n_batches, n_members, n_rows, ...)`` to float64 ``(n_members, ...)``."""
    return values.sum(2).double().sum(0)


def mean(values: Tensor, weight: Tensor) -> Tensor:
    """Return weighted means over batches and samples, ``(n_members, ...)``, in float64.

    Parameters
    ----------
    values : Tensor of shape (n_batches, n_members, n_rows, ...)
        May be NaN or infinite if the weight is zero.
    weight : Tensor of the same shape
    """
    return total(torch.where(weight > 0, weight * values, 0.0)) / total(weight)


def true_classes(target: Tensor) -> Tensor:
    """Return the class of each sample, ``(...)``.

    Parameters
    ----------
    target : Tensor of shape (..., n_outputs)
        One-hot classes, or a single column of 0 and 1.
    """
    return target.argmax(-1) if target.shape[-1] > 1 else (target > 0.5).squeeze(-1)


def accuracy(output: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted proportion of samples whose class is correct, ``(n_members,)``.

    Parameters
    ----------
    output : Tensor of shape (n_batches, n_members, n_rows, n_outputs)
        Logits of the classes, or a single column of logits of the second class.
    truth : Tensor of shape (n_batches, n_members, n_rows)
        Result of ``true_classes``.
    weight : Tensor of shape (n_batches, n_members, n_rows)
    """
    found = output.argmax(-1) if output.shape[-1] > 1 else (output > 0).squeeze(-1)
    return mean(found == truth, weight)


def true_labels(target: Tensor) -> Tensor:
    """Return whether each sample has each label, as a bool tensor of the shape of ``target``."""
    return target > 0.5


def subset_accuracy(output: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted proportion of samples whose labels are all correct, ``(n_members,)``.

    Parameters
    ----------
    output : Tensor of shape (n_batches, n_members, n_rows, n_labels)
        One logit per label.
    truth : bool Tensor of the same shape
        Result of ``true_labels``.
    weight : Tensor of shape (n_batches, n_members, n_rows)
    """
    return mean(((output > 0) == truth).all(-1), weight)


def r2(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted coefficient of determination, averaged over outputs, ``(n_members,)``.

    As in ``sklearn.metrics.r2_score``, a constant target scores 1 if it is predicted exactly, else 0.

    Parameters
    ----------
    output, target : Tensor of shape (n_batches, n_members, n_rows, n_outputs)
    weight : Tensor of shape (n_batches, n_members, n_rows)
    """
    # In float32, the square of a number above 2e19 overflows.
    output, target = output.double(), target.double()
    weight = weight.unsqueeze(-1).expand_as(target)
    middle = mean(target, weight).unsqueeze(1)  # (n_members, 1, n_outputs)
    residual = mean((target - output).square(), weight)
    spread = mean((target - middle).square(), weight)
    constant = spread == 0
    score = 1 - residual / spread.where(~constant, 1.0)
    return score.where(~constant, (residual == 0).to(score.dtype)).mean(-1)


class Metric(NamedTuple):
    """A score and its name in the history.

    ``truth`` converts targets, once per fit, to the form that ``score`` compares with outputs.
    """

    name: str
    truth: Callable[[Tensor], Tensor]
    score: Callable[[Tensor, Tensor, Tensor], Tensor]


METRICS = {
    "accuracy": Metric("accuracy", true_classes, accuracy),
    "subset_accuracy": Metric("accuracy", true_labels, subset_accuracy),
    "r2": Metric("r2", Tensor.double, r2),
}
