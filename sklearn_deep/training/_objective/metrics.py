"""Scores kept in the history beside the loss, of all members at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor


def total(values: Tensor) -> Tensor:
    """Sum ``(n_batches, n_members, n_rows, ...)`` over batches and rows, ``(n_members, ...)`` in float64."""
    return values.sum(2).double().sum(0)


def mean(values: Tensor, weight: Tensor) -> Tensor:
    """Return weighted means over batches and rows, ``(n_members, ...)``, in float64.

    Parameters
    ----------
    values : Tensor of shape (n_batches, n_members, n_rows, ...)
        May be NaN or infinite where the weight is zero.
    weight : Tensor of the same shape
    """
    return total(torch.where(weight > 0, weight * values, 0.0)) / total(weight)


def true_classes(target: Tensor) -> Tensor:
    """Return the class of each sample, ``(...)``.

    Parameters
    ----------
    target : Tensor of shape (..., n_outputs)
        One-hot classes; with one output, 0 or 1.
    """
    return target.argmax(-1) if target.shape[-1] > 1 else (target > 0.5).squeeze(-1)


def accuracy(output: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted share of samples whose class is correct, ``(n_members,)``.

    Parameters
    ----------
    output : Tensor of shape (n_batches, n_members, n_rows, n_outputs)
        Logits; with one output, that of the second class.
    truth : Tensor of shape (n_batches, n_members, n_rows)
        From ``true_classes``.
    weight : Tensor of shape (n_batches, n_members, n_rows)
    """
    found = output.argmax(-1) if output.shape[-1] > 1 else (output > 0).squeeze(-1)
    return mean(found == truth, weight)


def true_labels(target: Tensor) -> Tensor:
    """Return which labels each sample has, from 0 and 1; any shape."""
    return target > 0.5


def subset_accuracy(output: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted share of samples whose labels are all correct, ``(n_members,)``.

    Parameters
    ----------
    output : Tensor of shape (n_batches, n_members, n_rows, n_labels)
        A logit for each label.
    truth : bool Tensor of the same shape
        From ``true_labels``.
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
    # In float32 a square overflows from 2e19 on.
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

    ``truth`` turns targets into what ``score`` compares outputs with: once, not in every epoch.
    """

    name: str
    truth: Callable[[Tensor], Tensor]
    score: Callable[[Tensor, Tensor, Tensor], Tensor]


METRICS = {
    "accuracy": Metric("accuracy", true_classes, accuracy),
    "subset_accuracy": Metric("accuracy", true_labels, subset_accuracy),
    "r2": Metric("r2", Tensor.double, r2),
}
