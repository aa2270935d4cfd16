"""The samples of each member in each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor

from sklearn_deep._shared import arithmetic
from sklearn_deep.training._data import Column, Pool, seeded
from sklearn_deep.training._plan import Plan


class Batch(NamedTuple):
    """The samples of one step, ``(n_members, n_rows, ...)``; padding has weight zero.

    ``inputs`` are the four tensors as arguments of a step. They have no member axis if there is one member.
    """

    x: Tensor
    y: Tensor
    slope: Tensor
    share: Tensor
    inputs: tuple[Tensor, ...]


class RowWeights(NamedTuple):
    """Weights of the samples of an epoch; see ``Epoch``."""

    weight: Tensor
    slope: Tensor
    share: Tensor
    scored: Tensor
    moves: np.ndarray
    weight_sums: Tensor


@dataclass(eq=False, repr=False)
class Epoch:
    """One pass of every member over its samples, in a random order for each member.

    A batch has ``batch_size`` samples and is padded to ``n_rows``; the last batch of a member has one more
    sample if ``joins_last_row``. Members with fewer samples than others have batches of only padding at the
    end. Augmented copies count as samples; they are made when their batch is yielded.

    Attributes
    ----------
    order : Tensor of shape (n_steps, n_members, n_rows)
        Positions among the samples of each member.
    valid : Tensor of shape (n_steps, n_members, n_rows)
        1 for samples of the member, 0 for padding.
    copied : bool Tensor of shape (n_steps, n_members, n_rows)
        Whether the sample is an augmented copy.
    weight : Tensor of shape (n_steps, n_members, n_rows) or (n_steps, n_members, n_rows, n_terms)
        Weight of each sample in the objective, or in each of its terms.
    slope : Tensor of the same shape
        Derivative of J of the batch, or of its term, with respect to the loss of each sample: its
        weight divided by the number of samples in the member's batch.
    share : Tensor of shape (n_steps, n_members, n_rows)
        Weight of each sample in statistics of its batch: its weight in the last term, which counts
        all samples, divided by the sum of these weights; zeros if that sum is zero.
    scored : Tensor of shape (n_steps, n_members, n_rows)
        Weight of each sample in the metric.
    moves : bool ndarray of shape (n_steps, n_members)
        Whether the batch makes a step. It does if at least one sample (two with batch normalization)
        has a positive weight, and if a term of the objective counts.
    n_own : Tensor of shape (n_steps, n_members), on the CPU
        Number of samples in the member's batch, including those of weight zero.
    weight_sums : Tensor of shape (n_steps, n_members, n_terms), on the CPU
        Sum of the weights of each batch in each term.
    member_steps : list of int of length n_members
        Number of batches of each member that are not padding only.
    """

    plans: Sequence[Plan]
    pool: Pool
    epoch: int
    order: Tensor
    valid: Tensor
    copied: Tensor
    n_own: Tensor
    member_steps: list[int]
    weight: Tensor
    slope: Tensor
    share: Tensor
    scored: Tensor
    moves: np.ndarray
    weight_sums: Tensor

    @property
    def n_steps(self) -> int:
        """Number of batches of the member that has the most."""
        return self.order.shape[0]

    @property
    def n_rows(self) -> int:
        """Number of samples of each batch, including padding."""
        return self.order.shape[2]

    @property
    def n_targets(self) -> int:
        """Number of values in the target of a sample."""
        return int(self.pool.y.values[:1].numel())

    def end_after(self, n_steps: int) -> None:
        """End the epoch after ``n_steps`` steps."""
        for name in ("order", "valid", "copied", "n_own", *RowWeights._fields):
            setattr(self, name, getattr(self, name)[:n_steps])
        self.member_steps = [min(n_own, n_steps) for n_own in self.member_steps]

    def gathered(self) -> Iterator[tuple[slice, Tensor, Tensor]]:
        """Yield slices of steps, with their samples and targets; the memory of x may be reused later."""
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
        """Yield the batches of all steps; the memory of x may be reused for later batches."""
        for steps, x, y in self.gathered():
            columns = (x, y, self.slope[steps], self.share[steps])
            inputs = columns if len(self.plans) > 1 else (column[:, 0] for column in columns)
            yield from map(Batch, *columns, zip(*inputs, strict=True))

    def _augment(self, first: int, x: Tensor, y: Tensor) -> None:
        """Augment, in place, the copies in the given steps, of which ``first`` is the first one."""
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
        """Return weights, each ``(n_rows,)``, for which the augmentation is repeated.

        All samples count in the last term. Samples that count in the first term have a target. They are
        augmented again among themselves, because a sample mixed into them must have a target, too.
        """
        terms = self.weight[step, k].view(self.n_rows, -1).unbind(-1)
        some = [w for w, total in zip(terms, self.weight_sums[step, k], strict=True) if total > 0]
        return some[::-1] if len(some) > 1 and not torch.equal(some[0], some[-1]) else some[-1:]


def _aligned(x: Tensor) -> Tensor:
    """Return ``(n_steps, ...)`` with the numbers of each step at an aligned address in memory.

    The address of a matrix may change how products are rounded.
    """
    size = x[0].numel()
    padding = -size % arithmetic.ALIGNMENT
    if not padding:
        return x
    return x.new_empty(len(x), size + padding)[:, :size].view(x.shape).copy_(x)


def _rows_of_column(column: Column, rows: Tensor, memory: Tensor | None = None) -> Tensor:
    """Return members' own samples of a column; the same as indexing, but faster for tensors.

    They are written to ``memory``, the result of an earlier call, because allocating memory of this size
    takes longer than the copy.
    """
    values, places = column.values, column.places(rows)
    if not isinstance(values, Tensor):
        gathered: Tensor = values[places]
        return gathered
    out = None if memory is None else memory.flatten(0, rows.ndim - 1)[: rows.numel()]
    return torch.index_select(values, 0, places.flatten(), out=out).unflatten(0, rows.shape)
