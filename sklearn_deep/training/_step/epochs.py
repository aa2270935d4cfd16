"""The epochs of a training: each member's samples in a random order, in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Generator, Tensor

from sklearn_deep.training._data import Column, Pool, seeded
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._step.batches import Epoch, RowWeights

# Orders of several epochs are drawn at a time, up to this number of elements.
_ELEMENTS_AT_ONCE = 2**15


class Epochs:
    """Makes the epochs of a training. Everything that all epochs share is computed once.

    Parameters
    ----------
    plans : sequence of Plan
    pool : Pool
        Data of the plans.
    """

    def __init__(self, plans: Sequence[Plan], pool: Pool) -> None:
        self.plans, self.pool = plans, pool
        joins = plans[0].joins_last_row
        self._n_each = [n * (1 + plan.copies) for plan, n in zip(plans, pool.lengths, strict=True)]
        self._member_steps = [-(-n // plans[0].batch_size) - joins for n in self._n_each]
        self._shape = max(self._member_steps), plans[0].batch_rows
        self._places = [self._places_of(n, joins) for n in self._n_each]
        like = pool.x.values
        filled = [self._in_batches(k, torch.ones(n)) for k, n in enumerate(self._n_each)]
        self._valid = torch.stack(filled, 1).to(like.device, like.dtype)
        n_own = self._valid.sum(2)
        self._sizes = n_own.clamp(min=1)
        self._n_own = n_own.double().cpu()
        self._factors = torch.tensor([plan.factors for plan in plans], dtype=torch.float64)
        self._never_copied = torch.zeros_like(self._valid, dtype=torch.bool)
        self._generator = Generator()
        self._orders: dict[int, tuple[Tensor, Tensor]] = {}
        # If all weights are equal, they do not depend on the order.
        self._weights_depend_on_order = not (
            _all_alike(pool.weight) and _all_alike(pool.sample_weight)
        )
        self._weights: RowWeights | None = None

    def epoch(self, number: int) -> Epoch:
        """Return an epoch; ``number`` determines its random order."""
        order, copied = self._order_of(number)
        weights = self._weights
        if weights is None or self._weights_depend_on_order:
            weights = self._weights = self._weights_of(order)
        steps = list(self._member_steps)
        own = (self.plans, self.pool, number, order, self._valid, copied, self._n_own, steps)
        return Epoch(*own, **weights._asdict())

    def _places_of(self, n: int, joins: bool) -> Tensor:
        """Return the positions of ``n`` samples in the batches, ``(n,)``, counted through all batches."""
        batch_size = self.plans[0].batch_size
        position = torch.arange(n)
        places = position // batch_size * self._shape[1] + position % batch_size
        if joins:
            places[-1] -= 1  # moves the sample to the end of the previous batch
        return places

    def _in_batches(self, member: int, values: Tensor) -> Tensor:
        """Return values of a member's samples as ``(n_steps, n_rows)``, with zeros as padding."""
        n_steps, n_rows = self._shape
        rows = values.new_zeros(n_steps * n_rows)
        return rows.index_copy_(0, self._places[member], values).view(n_steps, n_rows)

    def _order_of(self, number: int) -> tuple[Tensor, Tensor]:
        """Return the order of an epoch, which is made together with those of some later epochs.

        Making an order between two calls of compiled code takes several times as long as in a loop.
        """
        if number not in self._orders:
            n = max(1, _ELEMENTS_AT_ONCE // self._valid.numel())
            end = self.plans[0].first_epoch + self.plans[0].max_epochs
            some = range(number, max(number + 1, min(number + n, end)))
            self._orders = {each: self._order(each) for each in some}
        return self._orders.pop(number)

    def _order(self, number: int) -> tuple[Tensor, Tensor]:
        """Return all samples in batches, and which of them are augmented copies."""
        orders: dict[Any, Tensor] = {}
        columns = []
        for k, (plan, n) in enumerate(zip(self.plans, self._n_each, strict=True)):
            if (plan.seed, n) not in orders:
                generator = seeded(self._generator, plan.seed, "order", number)
                orders[plan.seed, n] = self._in_batches(k, torch.randperm(n, generator=generator))
            columns.append(orders[plan.seed, n])
        order = torch.stack(columns, 1).to(self._valid.device)
        if not self.plans[0].copies:
            return order, self._never_copied
        n_samples = torch.tensor(self.pool.lengths, device=order.device).unsqueeze(-1)
        return order % n_samples, order >= n_samples

    def _weights_of(self, order: Tensor) -> RowWeights:
        weight = self._of_valid(self.pool.weight, order)
        sizes, valid = self._sizes, self._valid
        slope = weight / sizes.view(*sizes.shape, *[1] * (weight.ndim - 2))
        counted = weight if weight.ndim == 3 else weight[..., -1]
        sums = counted.sum(2, keepdim=True)
        share = torch.where(sums > 0, counted / sums, 0.0)
        n_least = 1 + self.plans[0].architecture.normalizes_batches
        weight_sums = weight.double().sum(2).view(*sizes.shape, -1).cpu()
        enough = ((share > 0).sum(2) >= n_least).cpu()
        counts = (self._factors * weight_sums > 0).any(-1)
        scored = self._of_valid(self.pool.sample_weight, order)
        return RowWeights(
            weight=weight,
            slope=slope,
            share=share,
            scored=scored if scored.ndim == valid.ndim else scored[..., 0],
            moves=(enough & counts).numpy(),
            weight_sums=weight_sums,
        )

    def _of_valid(self, column: Column, order: Tensor) -> Tensor:
        """Return weights of an epoch's rows; padding has weight zero."""
        rows: Tensor = column.values[column.places(order)]
        return rows * self._valid.view(*self._valid.shape, *[1] * (rows.ndim - self._valid.ndim))


def _all_alike(column: Column) -> bool:
    values = column.values if column.taken is None else column.values[column.taken]
    return bool((values == values[:1]).all())
