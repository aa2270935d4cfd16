"""Scores kept in the history beside the loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor


def accuracy(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted share of rows whose class is right.

    Parameters
    ----------
    output, target : Tensor of shape (n_samples, n_outputs)
        Logits, and one-hot classes; with one output, a logit and 0 or 1.
    weight : Tensor of shape (n_samples,)
    """
    if output.shape[-1] == 1:
        right = (output > 0).squeeze(-1) == (target > 0.5).squeeze(-1)
    else:
        right = output.argmax(-1) == target.argmax(-1)
    return (right * weight).sum() / weight.sum()


def subset_accuracy(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted share of rows all of whose labels are right.

    Parameters
    ----------
    output, target : Tensor of shape (n_samples, n_labels)
        A logit, and 0 or 1, for each label.
    weight : Tensor of shape (n_samples,)
    """
    right = ((output > 0) == (target > 0.5)).all(-1)
    return (right * weight).sum() / weight.sum()


def r2(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted coefficient of determination, mean over outputs.

    As ``sklearn.metrics.r2_score``: a constant target scores 1 where it is met exactly, else 0.
    """
    weight = weight.unsqueeze(-1)
    residual = (weight * (target - output).square()).sum(0)
    total = (weight * (target - (weight * target).sum(0) / weight.sum()).square()).sum(0)
    constant = total == 0
    score = 1 - residual / total.where(~constant, 1.0)
    return score.where(~constant, (residual == 0).to(score.dtype)).mean()


class Metric(NamedTuple):
    """A score and its name in the history."""

    name: str
    score: Callable[[Tensor, Tensor, Tensor], Tensor]


METRICS = {
    "accuracy": Metric("accuracy", accuracy),
    "subset_accuracy": Metric("accuracy", subset_accuracy),
    "r2": Metric("r2", r2),
}
