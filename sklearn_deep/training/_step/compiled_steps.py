"""Runs the steps of one member in compiled code, once a comparison has shown that it agrees with torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._compiled import Place, Unsupported, codes, interpreter_for
from sklearn_deep._recording import cache
from sklearn_deep.training._members import Population
from sklearn_deep.training._step.batches import Batch, Epoch
from sklearn_deep.training._step.compiled_step import CompiledStep, compiled_step
from sklearn_deep.training._step.formulas import UpdateFormula, step_formulas
from sklearn_deep.training._step.gradient_step import GradientStep, StepOutput
from sklearn_deep.training._updates import Updates

Tables = tuple[np.ndarray, np.ndarray, np.ndarray]

# How far rounding may take the two executors apart in one step, as a share of the largest element.
_TOLERANCE = {torch.float32: 1e-3, torch.float64: 1e-9}
# Bytes of a line of the cache.
_LINE = 64


class Records(NamedTuple):
    """What an epoch keeps of its steps.

    Parameters
    ----------
    losses : Tensor of shape (n_steps, n_members, n_rows) or with terms last
    output : Tensor of shape (n_steps, n_members, n_rows, n_outputs)
        Of no elements where no metric asks for it.
    penalty : Tensor of shape (n_steps, n_members)
        All penalties, weight decay included.
    targets : Tensor of shape (n_steps, n_members, n_rows, ...)
    """

    losses: Tensor
    output: Tensor
    penalty: Tensor
    targets: Tensor


class CompiledSteps:
    """The steps of one member on a CPU.

    Weights, optimizer state and numbers of plug-ins are taken from the population and the updates at
    the beginning of each run, and brought back at its end.

    Parameters
    ----------
    population : Population
        Of one member.
    gradient_step : GradientStep
        Torch's way to compute the gradient: what is recorded and what is compared with.
    updates : Updates
        Holds the optimizer's state.
    epoch : Epoch
        Its first batches show shapes and are compared.

    Raises
    ------
    Unsupported
        If the step cannot be compiled, or compiled code computes something else.
    """

    def __init__(
        self, population: Population, gradient_step: GradientStep, updates: Updates, epoch: Epoch
    ) -> None:
        self.population, self.gradient_step, self.updates = population, gradient_step, updates
        self.update = UpdateFormula(population.plan, population)
        batch, another = _two_batches(epoch)
        self.compiled, is_new = self._compiled(batch, epoch)
        program = self.compiled.program
        self._tables: Tables = (program.prepare, program.step, program.update)
        self.memory = _aligned_copy(program.memory)
        self._tensor = torch.from_numpy(self.memory)
        self._run_steps = interpreter_for(self.memory.dtype)
        self._noise = self._noise_table()
        self._no_noise = self._noise[:0]
        self._zeros = np.zeros((1, self.compiled.sizes[2]), dtype=self.memory.dtype)
        if is_new or gradient_step.may_differ:
            self.check(batch, epoch.epoch, 0)
            self.check(another, epoch.epoch, 1)
            self._check_update(batch)
            # In training nothing is written into the gaps between parameters.
            self.memory[:] = program.memory

    # --- Compiling ---------------------------------------------------------------------------------

    def _compiled(self, batch: Batch, epoch: Epoch) -> tuple[CompiledStep, bool]:
        decay = self.updates.weight_decay
        draws = self.gradient_step.draws.blocks(epoch.epoch, 0)
        key = (
            "compiled",
            self.gradient_step.key,
            self.population.plan.optimizer.structure(),
            decay is not None,
            self.update.clips,
            tuple((tuple(t.shape), t.dtype) for t in (*batch.inputs, *draws)),
        )
        self._key = key
        known = cache.found(key)
        if known is None:
            formulas = step_formulas(
                self.population,
                self.update,
                self.updates.state,
                decay,
                self.gradient_step.draws.sites,
                batch.inputs,
                draws,
            )
            try:
                return cache.keep(key, compiled_step(formulas)), True
            except Unsupported as error:
                if self.gradient_step.may_differ:
                    raise
                known = cache.keep(key, error)
        if isinstance(known, Unsupported):
            raise known
        return known, False

    def check(self, batch: Batch, epoch: int, number: int) -> None:
        """Compare compiled code with the step itself; raise Unsupported if they differ."""
        draws = self.gradient_step.draws.blocks(epoch, number)
        losses, output, gradient, *rest = self.gradient_step.step.evaluated(*batch.inputs, *draws)
        penalty = rest[-1:] if len(rest) > len(self.population.statistics) else []
        own = self.gradient(batch, draws)
        pairs = [
            (own.losses, losses),
            (own.output, output),
            (own.gradient[0], gradient.view(-1)),
            *((own.penalty, value) for value in penalty),
        ]
        if not all(a is not None and _nearly_equal(a.reshape(-1), b.reshape(-1)) for a, b in pairs):
            cache.forget(self._key)
            raise Unsupported("compiled code computes something else")

    def _check_update(self, batch: Batch) -> None:
        """Compare the compiled update with the formula, on random numbers."""
        generator = torch.Generator().manual_seed(0)
        rows = {
            name: torch.randn(1, self.population.layout.n_parameters, generator=generator)
            .abs()
            .to(self._tensor.dtype)
            for name in (*self.updates.state, "parameters", "gradient")
        }
        self._load()
        for name, row in rows.items():
            self._view(self.compiled.rows[name]).copy_(row[0])
        if self.updates.weight_decay is not None:
            rows["decay"] = self.updates.weight_decay
        buffers = {name: buffer[0] for name, buffer in self.population.buffers.items()}
        statistics = [buffers[name] for name in self.population.statistics]
        one = torch.ones(1, dtype=torch.float64)
        numbers = self._numbers(one, 0.1 * one)
        with torch.inference_mode(False), torch.no_grad():
            moved = self.update(
                {name: row.clone() for name, row in rows.items()},
                {name: buffer.clone() for name, buffer in buffers.items()},
                [value.clone() for value in statistics],
                [torch.tensor(number).view(1, 1) for number in numbers[0]],
            )
        views = self.population.layout.views(moved.rows["parameters"][0])
        for i, value in zip(self.update.projected, moved.projected, strict=True):
            views[i].copy_(value)
        none, update = self._tables[0][:0], self._tables[2]
        self._run_once((self._tables[0], none, update), batch, numbers, True)
        for name, row in moved.rows.items():
            if not _nearly_equal(self._view(self.compiled.rows[name]), row[0]):
                cache.forget(self._key)
                raise Unsupported("the compiled update computes something else")

    # --- Running -----------------------------------------------------------------------------------

    def run(self, epoch: Epoch, active: Tensor, rates: Tensor) -> Records:
        """Make the steps of an epoch; see ``Steps.run``."""
        steps = self.updates.count(active)[:, 0]
        numbers = self._numbers(steps.clamp(min=1), rates[:, 0])
        slope, share = (_as_matrix(column[:, 0]) for column in (epoch.slope, epoch.share))
        sizes, n = self.compiled.sizes, epoch.n_steps
        records = [np.empty((n, k), self.memory.dtype) for k in (*sizes[:2], 1)]
        scores = self.population.plan.metric is not None
        targets: list[Tensor] = []
        if not scores:
            records[1] = records[1][:, :0]
        self._load()
        for chunk, data, orders in _chunks(epoch):
            columns = slope[chunk], share[chunk], numbers[chunk]
            moves = active[chunk, 0].numpy()
            kept = tuple(column[chunk] for column in records)
            when = epoch.epoch, chunk.start
            self._run(self._tables, data, orders, columns, moves, kept, self._noise, when)
            if scores and epoch.plans[0].copies:
                targets.append(torch.from_numpy(data[1].copy()))
        self._store()
        losses, output, penalty = map(torch.from_numpy, records)
        shape = (epoch.n_steps, 1, epoch.n_rows, -1)
        return Records(
            losses.view(epoch.slope.shape),
            output.view(shape) if scores else output,
            penalty,
            torch.cat(targets).view(shape) if targets else epoch.targets if scores else output,
        )

    def gradient(self, batch: Batch, draws: Sequence[Tensor]) -> StepOutput:
        """Compute one batch where the weights now are; the next call overwrites the gradient."""
        self._load()
        for place, draw in zip(self.compiled.noise, draws, strict=True):
            self._view(place).copy_(draw.reshape(-1))
        prepare, step, none = self._tables[0], self._tables[1], self._tables[2][:0]
        losses, output, penalty = self._run_once((prepare, step, none), batch, self._zeros, False)
        gradient = self._view(self.compiled.rows["gradient"]).unsqueeze(0)
        shapes = batch.slope.shape[1:], (len(batch.inputs[0]), -1)
        losses, output = (t.view(shape) for t, shape in zip((losses, output), shapes, strict=True))
        return StepOutput(losses, output, gradient, [], penalty[0])

    def move(self, batch: Batch, step: Tensor, rate: Tensor) -> Tensor:
        """Move the state by the gradient of that batch; return the penalty of weight decay, ``(1,)``."""
        self._load()
        none, update = self._tables[0][:0], self._tables[2]
        *_, penalty = self._run_once((none, none, update), batch, self._numbers(step, rate), True)
        self._store()
        return penalty[0]

    def _run_once(
        self, tables: Tables, batch: Batch, numbers: np.ndarray, moves: bool
    ) -> list[Tensor]:
        x, y, slope, share = batch.inputs
        order = np.arange(len(x)).reshape(1, -1)
        columns = _as_matrix(slope.unsqueeze(0)), _as_matrix(share.unsqueeze(0)), numbers
        records = [np.empty((1, k), self.memory.dtype) for k in (*self.compiled.sizes[:2], 1)]
        self._run(
            tables,
            (_as_matrix(x), _as_matrix(y)),
            (order, order),
            columns,
            np.array([moves]),
            tuple(records),
            self._no_noise,
            (0, 0),
        )
        return list(map(torch.from_numpy, records))

    def _run(
        self,
        tables: Tables,
        data: tuple[np.ndarray, ...],
        orders: tuple[np.ndarray, ...],
        columns: tuple[np.ndarray, ...],
        active: np.ndarray,
        records: tuple[np.ndarray, ...],
        noise: np.ndarray,
        when: tuple[int, int],
    ) -> None:
        program, places = self.compiled.program, self.compiled.places
        self._run_steps(
            self.memory,
            tables,
            program.elementwise,
            data,
            orders,
            columns,
            places,
            active,
            records,
            noise,
            when,
        )

    # --- Memory ------------------------------------------------------------------------------------

    def _numbers(self, step: Tensor, rate: Tensor) -> np.ndarray:
        """Return the update's coefficients, ``(n_steps, n_coefficients)``."""
        return self.update.coefficients(step, rate).to(self._tensor.dtype).numpy()

    def _view(self, place: Place) -> Tensor:
        start = place.buffer.place + place.start
        return self._tensor[start : start + place.layout.numel()]

    def _noise_table(self) -> np.ndarray:
        """Return kind, place, number of elements and key of each noise block."""
        table = np.zeros((len(self.compiled.noise), 5), dtype=np.int64)
        sources = self.gradient_step.draws.sources()
        for row, place, (kind, key) in zip(table, self.compiled.noise, sources, strict=True):
            code = codes.UNIFORM if kind == "uniform" else codes.NORMAL
            row[:] = code, place.buffer.place, place.layout.numel(), *key
        return table

    def _load(self) -> None:
        """Take weights, optimizer state and numbers of plug-ins over."""
        for view, tensor in self._pairs():
            view.copy_(tensor.reshape(-1))
        if self.updates.weight_decay is not None:
            self._view(self.compiled.rows["decay"]).copy_(self.updates.weight_decay[0])

    def _store(self) -> None:
        """Bring weights, optimizer state and running statistics back."""
        for view, tensor in self._pairs():
            tensor.copy_(view.view(tensor.shape))

    def _pairs(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield parts of the memory and the tensors that they stand for."""
        yield self._view(self.compiled.rows["parameters"]), self.population.parameters[0]
        for name, row in self.updates.state.items():
            yield self._view(self.compiled.rows[name]), row[0]
        for name, buffer in self.population.buffers.items():
            yield self._view(self.compiled.buffers[name]), buffer[0]


def _two_batches(epoch: Epoch) -> tuple[Batch, Batch]:
    """Return the first batch and another one, made from the first if there is no second."""
    batches = epoch.batches()
    first = next(batches)
    first = first._replace(inputs=tuple(tensor.clone() for tensor in first.inputs))
    second = next(batches, None)
    if second is None:
        x, *rest = first.inputs
        second = first._replace(inputs=(x.roll(1, 0) / 2, *rest))
    return first, second


def _chunks(epoch: Epoch) -> Iterator[tuple[slice, tuple[np.ndarray, ...], tuple[np.ndarray, ...]]]:
    """Yield some steps, samples and targets, and which of them each step takes."""
    x, y = epoch.pool.x, epoch.pool.y
    if isinstance(x.values, Tensor) and not epoch.plans[0].copies:
        orders = (x.places(epoch.order), y.places(epoch.order))
        whole = slice(0, epoch.n_steps)
        yield (
            whole,
            (_as_matrix(x.values), _as_matrix(y.values)),
            tuple(o[:, 0].numpy() for o in orders),
        )
        return
    for steps, x_chunk, y_chunk in epoch.gathered():
        n, n_rows = x_chunk.shape[0], x_chunk.shape[2]
        order = np.arange(n * n_rows).reshape(n, n_rows)
        data = tuple(_as_matrix(t[:, 0].flatten(0, 1)) for t in (x_chunk, y_chunk))
        yield steps, data, (order, order)


def _as_matrix(tensor: Tensor) -> np.ndarray:
    """Return the elements as an array, one row for each of the first axis."""
    return tensor.contiguous().view(len(tensor), -1).numpy()


def _aligned_copy(array: np.ndarray) -> np.ndarray:
    """Return a copy that begins with a line of the cache."""
    room = np.empty(array.size + _LINE // array.itemsize, dtype=array.dtype)
    start = -room.ctypes.data % _LINE // array.itemsize
    copy = room[start : start + array.size]
    copy[:] = array
    return copy


def _nearly_equal(a: Tensor, b: Tensor) -> bool:
    scale = b.abs().nan_to_num(0, 0, 0).max() if b.numel() else torch.tensor(0.0)
    tolerance = _TOLERANCE[b.dtype]
    return torch.allclose(a, b, rtol=tolerance, atol=tolerance * float(scale), equal_nan=True)
