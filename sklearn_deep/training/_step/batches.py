"""The samples of each member in each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from sklearn_deep._shared import arithmetic
from sklearn_deep.training._data import Column, Pool, seeded
from sklearn_deep.training._plan import Plan


class Batch(NamedTuple):
    """The samples of one step, ``(n_members, n_rows, ...)``; padding rows have weight zero.

    ``inputs`` are the four tensors as arguments of a step: without member axis if there is one member.
    """

    x: Tensor
    y: Tensor
    slope: Tensor
    share: Tensor
    inputs: tuple[Tensor, ...]


class Epoch:
    """One pass of every member over its samples, each in its own random order.

    A batch has ``batch_size`` samples and padding up to ``n_rows``; the last batch of a member has one
    sample more if ``joins_last_row``. Members with fewer samples than others end with batches of
    padding only. Augmented copies count as samples; they are made when their batch is yielded.

    Attributes
    ----------
    order : Tensor of shape (n_steps, n_members, n_rows)
        Positions among the samples of each member.
    valid : Tensor of shape (n_steps, n_members, n_rows)
        1 for a sample of the member, 0 for padding.
    copied : bool Tensor of shape (n_steps, n_members, n_rows)
        Whether the row is an augmented copy.
    weight : Tensor of shape (n_steps, n_members, n_rows) or (n_steps, n_members, n_rows, n_terms)
        Weight of each row in the objective, or in each of its terms.
    slope : Tensor of the same shape
        Derivative of J of the batch, or of its term, with respect to the loss of each row: weight
        divided by the number of samples in the member's batch.
    share : Tensor of shape (n_steps, n_members, n_rows)
        Weight of each row in statistics of its batch: its weight in the last term, which counts all
        samples, divided by the sum; zeros if the batch has no weight.
    enough : bool Tensor of shape (n_steps, n_members), on the CPU
        Whether enough samples have a positive weight for a step: one, or two with batch normalization.
    n_own : Tensor of shape (n_steps, n_members), on the CPU
        Number of samples in the member's batch, including those of weight zero.
    weight_sums : Tensor of shape (n_steps, n_members, n_terms), on the CPU
        Sum of the weights of each batch in each term.
    member_steps : list of int of length n_members
        Number of batches of each member that are not padding only.
    """

    def __init__(self, plans: Sequence[Plan], pool: Pool, epoch: int) -> None:
        self.plans, self.pool, self.epoch = plans, pool, epoch
        self.batch_size, self.n_rows = plans[0].batch_size, plans[0].batch_rows
        n_each = [n * (1 + plan.copies) for plan, n in zip(plans, pool.lengths, strict=True)]
        self.joins = plans[0].joins_last_row
        self.member_steps = [-(-n // self.batch_size) - self.joins for n in n_each]
        self.n_steps = max(self.member_steps)
        orders: dict[tuple[int, int], tuple[Tensor, ...]] = {}
        columns = []
        for plan, n in zip(plans, pool.lengths, strict=True):
            if (plan.seed, n) not in orders:
                orders[plan.seed, n] = self._order(plan, n)
            columns.append(orders[plan.seed, n])
        device, dtype = pool.x.values.device, pool.x.values.dtype
        order, valid, copied = (torch.stack(c, 1).to(device) for c in zip(*columns, strict=True))
        self.order, self.valid, self.copied = order, valid.to(dtype), copied
        self.weight = self.of_valid(pool.weight)
        n_own = self.valid.sum(2)
        self.n_own = n_own.double().cpu()
        self.slope = self.weight / n_own.clamp(min=1).view(
            *n_own.shape, *[1] * (self.weight.ndim - 2)
        )
        weight = self.weight if self.weight.ndim == 3 else self.weight[..., -1]
        sums = weight.sum(2, keepdim=True)
        self.share = torch.where(sums > 0, weight / sums, 0.0)
        n_least = 1 + plans[0].architecture.normalizes_batches
        self.enough = ((self.share > 0).sum(2) >= n_least).cpu()
        self.weight_sums = self.weight.double().sum(2).view(*n_own.shape, -1).cpu()

    def of_valid(self, weight: Column) -> Tensor:
        """Return the weights of the epoch's rows; padding has weight zero."""
        rows = weight.values[weight.places(self.order)]
        return rows * self.valid.view(*self.valid.shape, *[1] * (rows.ndim - self.valid.ndim))

    def _order(self, plan: Plan, n: int) -> tuple[Tensor, ...]:
        """Return a member's samples in batches, with masks of valid rows and of augmented copies."""
        n_all = n * (1 + plan.copies)
        shuffled = torch.randperm(
            n_all, generator=seeded(Generator(), plan.seed, "order", self.epoch)
        )
        valid = self._in_batches(torch.ones(n_all, dtype=torch.long))
        return self._in_batches(shuffled % n), valid, self._in_batches(shuffled >= n)

    def _in_batches(self, values: Tensor) -> Tensor:
        n_whole = len(values) - self.joins
        missing = self.n_steps * self.batch_size - n_whole
        batches = F.pad(values[:n_whole], (0, missing)).view(self.n_steps, self.batch_size)
        batches = F.pad(batches, (0, self.n_rows - self.batch_size))
        if self.joins:
            batches[n_whole // self.batch_size - 1, self.batch_size] = values[-1]
        return batches

    def end_after(self, n_steps: int) -> None:
        """End the epoch after ``n_steps`` steps."""
        columns = ("order", "valid", "copied", "weight", "slope", "share", "n_own", "weight_sums")
        for name in columns:
            setattr(self, name, getattr(self, name)[:n_steps])
        self.member_steps = [min(n_own, n_steps) for n_own in self.member_steps]
        self.n_steps = n_steps

    @property
    def targets(self) -> Tensor:
        """Targets of all steps, ``(n_steps, n_members, n_rows, ...)``, those of the data."""
        return _rows_of_column(self.pool.y, self.order)

    def gathered(self) -> Iterator[tuple[slice, Tensor, Tensor]]:
        """Yield some steps, their samples and targets; the memory of x may be reused for later ones."""
        per_step = self.order[0].numel() * self.pool.x.values.shape[-1]
        n_gathered = max(1, arithmetic.CHUNK_ELEMENTS // per_step)
        gathered = None
        for first in range(0, self.n_steps, n_gathered):
            rows = self.order[first : first + n_gathered]
            gathered = _rows_of_column(self.pool.x, rows, gathered)
            x, y = _aligned(gathered), _rows_of_column(self.pool.y, rows)
            if self.plans[0].copies:
                self._augment(first, x, y)
            yield slice(first, first + len(rows)), x, y

    def batches(self) -> Iterator[Batch]:
        """Yield the batches of all steps; the memory of x may be reused for later ones."""
        for steps, x, y in self.gathered():
            columns = (x, y, self.slope[steps], self.share[steps])
            inputs = columns if len(self.plans) > 1 else (column[:, 0] for column in columns)
            yield from map(Batch, *columns, zip(*inputs, strict=True))

    def _augment(self, first: int, x: Tensor, y: Tensor) -> None:
        """Augment the copies of some steps, from ``first`` on, in place."""
        generator = Generator(x.device)
        for i in range(len(x)):
            for k, plan in enumerate(self.plans):
                step = first + i
                copied = self.copied[step, k]
                made: list[tuple[Tensor, Tensor, Tensor]] = []
                for weight in self._weights_of_terms(step, k):
                    assert plan.augmentation is not None
                    seeded(generator, plan.seed, "augmentation", self.epoch, step)
                    new = plan.augmentation.augment(x[i, k], y[i, k], weight, generator)
                    made.append((copied & (weight > 0) if made else copied, *new))
                for rows, new_x, new_y in made:
                    x[i, k] = torch.where(rows.unsqueeze(-1), new_x, x[i, k])
                    y[i, k] = torch.where(rows.unsqueeze(-1), new_y, y[i, k])

    def _weights_of_terms(self, step: int, k: int) -> list[Tensor]:
        """Return weights ``(n_rows,)`` for augmentation, which is repeated for each of them.

        All samples count in the last term. Samples that count in the first one, which have a target,
        are then augmented again among themselves: what is mixed into them must have a target, too.
        """
        terms = self.weight[step, k].view(self.n_rows, -1).unbind(-1)
        some = [w for w, total in zip(terms, self.weight_sums[step, k], strict=True) if total > 0]
        return some[::-1] if len(some) > 1 and not torch.equal(some[0], some[-1]) else some[-1:]


def _aligned(x: Tensor) -> Tensor:
    """Return ``(n_steps, ...)`` with the numbers of each step at an aligned place in memory.

    The place of what is multiplied may change how a product is rounded.
    """
    size = x[0].numel()
    padding = -size % arithmetic.ALIGNMENT
    if not padding:
        return x
    return x.new_empty(len(x), size + padding)[:, :size].view(x.shape).copy_(x)


def _rows_of_column(column: Column, rows: Tensor, memory: Tensor | None = None) -> Tensor:
    """Return the members' own rows of a column, as indexing does, but faster for tensors.

    The rows are written over ``memory``, the result of an earlier call, because to allocate memory of
    this size costs more than the copy.
    """
    values, places = column.values, column.places(rows)
    if not isinstance(values, Tensor):
        gathered: Tensor = values[places]
        return gathered
    out = None if memory is None else memory.flatten(0, rows.ndim - 1)[: rows.numel()]
    return torch.index_select(values, 0, places.flatten(), out=out).unflatten(0, rows.shape)
