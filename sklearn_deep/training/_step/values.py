"""The values of an epoch in the history: mean losses, penalties and scores of its members."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sklearn_deep.training._members import Population
from sklearn_deep.training._objective import METRICS, Metric
from sklearn_deep.training._step.batches import Epoch


class Records(NamedTuple):
    """The results of the steps of an epoch.

    Parameters
    ----------
    losses : Tensor of shape (n_steps, n_members, n_rows) or with terms last
    output : Tensor of shape (n_steps, n_members, n_rows, n_outputs)
        Has no elements if no metric needs it.
    penalty : Tensor of shape (n_steps, n_members)
        Sum of all penalties, including weight decay.
    targets : Tensor of shape (n_steps, n_members, n_rows, ...)
        Used only for augmented samples; otherwise the targets of the data are used.
    """

    losses: Tensor
    output: Tensor
    penalty: Tensor
    targets: Tensor


class EpochValues(NamedTuple):
    """Values of an epoch of training.

    Parameters
    ----------
    losses : list of list of float, one list of length n_terms per member
        Each term of J without penalties, averaged over batches with their sizes as weights.
    penalties : list of float of length n_members
        Averaged over the batches that make a step, with their sizes as weights.
    scores : list of float of length n_members, or None
        Scores of the outputs during training; None if there is no metric.
    """

    losses: list[list[float]]
    penalties: list[float]
    scores: list[float] | None


class Values:
    """Computes the values of epochs from their records.

    Parameters
    ----------
    population : Population
    """

    def __init__(self, population: Population) -> None:
        plan = population.plan
        self.copies = plan.copies
        self.criterion = population.template.criterion
        self.metric = None if plan.metric is None else METRICS[plan.metric]
        self._truth: Tensor | None = None

    def __call__(self, epoch: Epoch, active: np.ndarray, records: Records) -> EpochValues:
        """Return the values of an epoch; ``active`` is the argument of ``Steps.run``."""
        moving = torch.from_numpy(active[: epoch.n_steps])
        scores = None if self.metric is None else self._scores(self.metric, epoch, records)
        losses, penalties = _losses(epoch, records), _penalties(epoch, moving, records)
        return EpochValues(losses.tolist(), penalties.tolist(), scores)

    def _scores(self, metric: Metric, epoch: Epoch, records: Records) -> list[float]:
        outputs = records.output.view(*epoch.order.shape, -1)
        scores: list[float] = metric.score(
            self.criterion.predictions(outputs), self._true(metric, epoch, records), epoch.scored
        ).tolist()
        return scores

    def _true(self, metric: Metric, epoch: Epoch, records: Records) -> Tensor:
        if self.copies:
            return metric.truth(records.targets)
        if self._truth is None:
            self._truth = metric.truth(epoch.pool.y.values)
        truth: Tensor = self._truth[epoch.pool.y.places(epoch.order)]
        return truth


def _losses(epoch: Epoch, records: Records) -> Tensor:
    rows = records.losses.view_as(epoch.slope)
    # Losses of samples without weight may be NaN or infinite and are replaced by zero.
    rows = torch.where(epoch.slope > 0, epoch.slope * rows, 0.0)
    terms = rows.sum(2).view_as(epoch.weight_sums).double().cpu()
    n_own = epoch.n_own.unsqueeze(-1)  # (n_steps, n_members, 1)
    return (terms * n_own).sum(0) / n_own.sum(0)  # (n_members, n_terms)


def _penalties(epoch: Epoch, active: Tensor, records: Records) -> Tensor:
    penalties = records.penalty.view(active.shape).double().cpu()
    n_taken = torch.where(active, epoch.n_own, 0.0)
    paid = torch.where(active, penalties * n_taken, 0.0)
    return paid.sum(0) / n_taken.sum(0).clamp(min=1)
