"""Evaluation of networks on validation samples."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.func import functional_call, vmap
from torch.nn import functional as F

from sklearn_deep._shared import arithmetic
from sklearn_deep.training._data import Data, Pool
from sklearn_deep.training._objective.metrics import Metric, mean
from sklearn_deep.training._objective.objective import Objective


class Evaluation:
    """Computes validation losses and scores of a population, in evaluation mode.

    Parameters
    ----------
    objective : Objective
        Template of every member.
    parts : sequence of Data of length n_members
    metric : Metric or None
    of_terms : callable
        ``f(losses of the terms, member)`` returns the member's losses by name.
    """

    def __init__(
        self,
        objective: Objective,
        parts: Sequence[Data],
        metric: Metric | None,
        of_terms: Callable[[Sequence[float], int], dict[str, float]],
    ) -> None:
        # User-defined modules that draw noise themselves depend on their mode.
        self.objective = copy.deepcopy(objective).eval()
        self.metric = metric
        self.of_terms = of_terms
        self.pool = Pool.of(parts)
        longest = max(self.pool.lengths)
        n_chunks = -(-longest // arithmetic.VALIDATION_ROWS)
        n_rows = -(-longest // n_chunks)  # one shape, as little of it filled up as can be
        rows = [F.pad(torch.arange(n), (0, n_chunks * n_rows - n)) for n in self.pool.lengths]
        order = torch.stack(rows).view(len(parts), n_chunks, n_rows).movedim(1, 0)
        self.order = order.to(self.pool.x.values.device)  # (n_chunks, n_members, n_rows)
        self.weight = self._weight()

    def __call__(self, state: dict[str, Tensor]) -> list[dict[str, float]]:
        """Return loss and metric of each member.

        Parameters
        ----------
        state : dict of str to Tensor of shape (n_members, ...)
            Parameters and buffers.
        """
        chunks = [self._forward(state, rows) for rows in self.order]
        output, losses = (torch.stack(column) for column in zip(*chunks, strict=True))
        # One value for each member and term: a GPU is waited for once.
        terms = mean(losses, self.weight).view(len(self.pool.lengths), -1).tolist()
        values = [self._named(own, k) for k, own in enumerate(terms)]
        if self.metric is not None:
            for own, score in zip(values, self._scores(self.metric, output), strict=True):
                own[f"val_{self.metric.name}"] = score
        return values

    def _weight(self) -> Tensor:
        """Return the weights of samples, ``(n_chunks, n_members, n_rows[, n_terms])``."""
        column = self.pool.sample_weight
        weight: Tensor = column.values[column.places(self.order)]
        n_chunks, _, n_rows = self.order.shape
        position = torch.arange(n_chunks * n_rows).view(-1, 1, n_rows)
        valid = (position < torch.tensor(self.pool.lengths).view(-1, 1)).to(weight)
        return weight * valid.view(*valid.shape, *[1] * (weight.ndim - 3))

    def _named(self, terms: Sequence[float], k: int) -> dict[str, float]:
        return {f"val_{name}": value for name, value in self.of_terms(terms, k).items()}

    def _scores(self, metric: Metric, output: Tensor) -> list[float]:
        predictions = self.objective.criterion.predictions(output)
        targets = self.pool.y.values[self.pool.y.places(self.order)]
        weight = self.weight if self.weight.ndim == 3 else self.weight[..., 0]
        scores: list[float] = metric.score(predictions, targets, weight).tolist()
        return scores

    def _forward(self, state: dict[str, Tensor], rows: Tensor) -> tuple[Tensor, Tensor]:
        x, y = (column.values[column.places(rows)] for column in (self.pool.x, self.pool.y))
        if len(rows) == 1:
            single = {name: value[0] for name, value in state.items()}
            output, losses, _ = functional_call(self.objective, single, (x[0], y[0]))
            return output[None], losses[None]
        return vmap(lambda s, x, y: functional_call(self.objective, s, (x, y))[:2])(state, x, y)
