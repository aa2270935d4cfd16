"""Evaluation of networks on validation samples."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.func import functional_call, vmap
from torch.nn import functional as F

from sklearn_deep._shared import arithmetic
from sklearn_deep.training._data import Data, Pool
from sklearn_deep.training._objective.metrics import Metric, mean
from sklearn_deep.training._objective.objective import Objective


class ValidationSamples:
    """The validation samples of a population, in chunks of equal size.

    Parameters
    ----------
    parts : sequence of Data of length n_members

    Attributes
    ----------
    order : Tensor of shape (n_chunks, n_members, n_rows)
        Positions among the samples of each member.
    weight : Tensor of shape (n_chunks, n_members, n_rows[, n_terms])
        Sample weights; zero for padding.
    """

    def __init__(self, parts: Sequence[Data]) -> None:
        self.pool = Pool.of(parts)
        longest = max(self.pool.lengths)
        n_features = self.pool.x.values.shape[-1]
        most_rows = max(1, arithmetic.CHUNK_ELEMENTS // max(1, n_features))
        n_chunks = -(-longest // min(most_rows, arithmetic.VALIDATION_ROWS))
        n_rows = -(
            -longest // n_chunks
        )  # all chunks have one shape, with as little padding as possible
        rows = [F.pad(torch.arange(n), (0, n_chunks * n_rows - n)) for n in self.pool.lengths]
        order = torch.stack(rows).view(len(parts), n_chunks, n_rows).movedim(1, 0)
        self.order = order.to(self.pool.x.values.device)
        self.weight = self._weight()

    def _weight(self) -> Tensor:
        column = self.pool.sample_weight
        weight: Tensor = column.values[column.places(self.order)]
        n_chunks, _, n_rows = self.order.shape
        position = torch.arange(n_chunks * n_rows).view(-1, 1, n_rows)
        valid = (position < torch.tensor(self.pool.lengths).view(-1, 1)).to(weight)
        return weight * valid.view(*valid.shape, *[1] * (weight.ndim - 3))

    @property
    def scored(self) -> Tensor:
        """Weights in the score, which are those of the first term."""
        return self.weight if self.weight.ndim == 3 else self.weight[..., 0]


class Evaluation:
    """Computes validation losses and scores of a population, in evaluation mode.

    Parameters
    ----------
    objective : Objective
        Template for all members.
    state : dict of str to Tensor of shape (n_members, ...)
        Parameters and buffers. They are read at each call and may change in place.
    samples : ValidationSamples
    metric : Metric or None
    """

    def __init__(
        self,
        objective: Objective,
        state: dict[str, Tensor],
        samples: ValidationSamples,
        metric: Metric | None,
    ) -> None:
        # Evaluation mode matters for user-defined modules that draw noise themselves.
        self.objective = copy.deepcopy(objective).eval()
        self.state = state
        self.is_single = len(samples.pool.lengths) == 1
        if self.is_single:
            # The copy uses the memory of the only member, so that it can be called directly.
            for name, tensor in (
                *self.objective.named_parameters(),
                *self.objective.named_buffers(),
            ):
                tensor.data = state[name][0]
        self.samples = samples
        self.metric = metric
        self.truth = None if metric is None else self._truth(metric)

    def __call__(self) -> tuple[list[list[float]], list[float] | None]:
        """Return, for each member, the mean of each term and the score."""
        chunks = [self._forward(rows) for rows in self.samples.order]
        output, losses = (torch.stack(column) for column in zip(*chunks, strict=True))
        # All values are copied from a GPU at once, because each copy waits for it.
        terms = mean(losses, self.samples.weight).view(self.samples.order.shape[1], -1).tolist()
        return terms, None if self.metric is None else self._scores(self.metric, output)

    def _truth(self, metric: Metric) -> Tensor:
        y = self.samples.pool.y
        return metric.truth(y.values[y.places(self.samples.order)])

    def _scores(self, metric: Metric, output: Tensor) -> list[float]:
        assert self.truth is not None
        predictions = self.objective.criterion.predictions(output)
        scores: list[float] = metric.score(predictions, self.truth, self.samples.scored).tolist()
        return scores

    def _forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        pool = self.samples.pool
        x, y = (column.values[column.places(rows)] for column in (pool.x, pool.y))
        if self.is_single:
            output, losses, _ = self.objective(x[0], y[0])
            return output[None], losses[None]
        call = vmap(lambda s, x, y: functional_call(self.objective, s, (x, y))[:2])
        found: tuple[Tensor, Tensor] = call(self.state, x, y)
        return found
