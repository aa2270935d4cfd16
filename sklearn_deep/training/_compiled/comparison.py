"""Comparison of compiled code with torch's operations, once per recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._compiled import Unsupported
from sklearn_deep._recording import cache
from sklearn_deep.training._step import Batch, Epoch

if TYPE_CHECKING:
    from sklearn_deep.training._compiled.steps import CompiledSteps

# Largest accepted difference due to rounding in one step, relative to the largest element.
_TOLERANCE = {torch.float32: 1e-3, torch.float64: 1e-9}


def compare(steps: CompiledSteps, epoch: Epoch) -> None:
    """Compare the gradients of two batches, and an update, with those of torch.

    A number that a formula reads from a tensor becomes a constant of the recording, which is right only
    for the recorded batch. Therefore one batch is not enough.

    Raises
    ------
    Unsupported
        If the results of compiled code differ.
    """
    first, second = _two_batches(epoch)
    compare_gradient(steps, first, epoch.epoch, 0)
    compare_gradient(steps, second, epoch.epoch, 1)
    _compare_update(steps, first)


def compare_gradient(steps: CompiledSteps, batch: Batch, epoch: int, number: int) -> None:
    """Compare the gradient of a batch at the current weights; raises the same error as ``compare``."""
    draws = steps.gradient_step.draws.blocks(epoch, number)
    losses, output, gradient, *rest = steps.gradient_step.step.evaluated(*batch.inputs, *draws)
    n_statistics = len(steps.population.statistics)
    found = steps.gradient(batch, epoch, number, draws)
    pairs = [(found.output, output), (found.gradient, gradient)]
    penalty = steps.updates.penalty()
    if len(rest) > n_statistics:
        penalty = penalty + rest[-1]
    assert found.penalty is not None
    # Compared together, because a penalty alone, such as that of orthogonal weights, may be mere rounding.
    terms = [(found.losses, found.penalty), (losses, penalty)]
    mine, theirs = (torch.cat([t.reshape(-1) for t in pair]) for pair in terms)
    pairs.append((mine, theirs))
    _require(steps, pairs)


def _compare_update(steps: CompiledSteps, batch: Batch) -> None:
    """Compare a compiled update with its formula, using random numbers."""
    population, updates = steps.population, steps.updates
    generator = torch.Generator().manual_seed(0)
    shape, dtype = population.parameters.shape, population.parameters.dtype
    rows = {
        # Mean squares are not negative.
        name: torch.randn(shape, generator=generator).abs().to(dtype)
        for name in ("parameters", "gradient", *updates.state)
    }
    steps.load()
    for name, row in rows.items():
        steps.view(steps.compiled.rows[name]).copy_(row[0])
    if updates.weight_decay is not None:
        rows["decay"] = updates.weight_decay.clone()
    buffers = {name: buffer[0].clone() for name, buffer in population.buffers.items()}
    statistics = [buffers[name] for name in population.statistics]
    numbers = steps.coefficients(np.ones(1), np.array([0.1]))
    with torch.inference_mode(False), torch.no_grad():
        coefficients = [torch.tensor(number).view(1, 1) for number in numbers[0]]
        moved = steps.update(rows, buffers, statistics, coefficients)
        views = population.layout.views(moved.rows["parameters"][0])
        for i, value in zip(steps.update.projected, moved.projected, strict=True):
            views[i].copy_(value)
    prepare, step, update = steps.tables
    steps.run_once((prepare, step[:0], update), batch, numbers, True, steps.no_noise)
    _require(
        steps,
        [(steps.view(steps.compiled.rows[name]), row) for name, row in moved.rows.items()],
    )


def _require(steps: CompiledSteps, pairs: list[tuple[Tensor, Tensor]]) -> None:
    if not all(nearly_equal(a.reshape(-1), b.reshape(-1), b.dtype) for a, b in pairs):
        cache.forget(steps.key)
        raise Unsupported("compiled code gives other results than torch")


def _two_batches(epoch: Epoch) -> tuple[Batch, Batch]:
    """Return the first two batches; if there is only one, the second is made from it."""
    batches = epoch.batches()
    first = next(batches)
    first = first._replace(inputs=tuple(tensor.clone() for tensor in first.inputs))
    second = next(batches, None)
    if second is None:
        x, *rest = first.inputs
        second = first._replace(inputs=(x.roll(1, 0) / 2, *rest))
    return first, second


def nearly_equal(a: Tensor, b: Tensor, dtype: torch.dtype) -> bool:
    """Return whether numbers differ only by rounding errors of a dtype."""
    scale = b.abs().nan_to_num(0, 0, 0).max() if b.numel() else torch.tensor(0.0)
    tolerance = _TOLERANCE[dtype]
    return torch.allclose(a, b, rtol=tolerance, atol=tolerance * float(scale), equal_nan=True)
