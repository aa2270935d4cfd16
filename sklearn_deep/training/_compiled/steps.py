"""Run the steps of one member in compiled code, after a comparison with torch has shown that they agree."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._compiled import Unsupported, codes, interpreter_for
from sklearn_deep._process import without_python
from sklearn_deep._recording import cache
from sklearn_deep.training._compiled.comparison import compare, compare_gradient
from sklearn_deep.training._compiled.formulas import CoefficientTable, UpdateFormula, step_formulas
from sklearn_deep.training._compiled.memory import Places, ProgramMemory, as_matrix
from sklearn_deep.training._compiled.step import CompiledStep, compiled_step
from sklearn_deep.training._compiled.summary import StepColumns, StepRecords, Summary
from sklearn_deep.training._members import Population
from sklearn_deep.training._step import (
    Batch,
    Epoch,
    EpochValues,
    GradientStep,
    Records,
    StepOutput,
)
from sklearn_deep.training._updates import Updates

Tables = tuple[np.ndarray, np.ndarray, np.ndarray]
Pair = tuple[np.ndarray, np.ndarray]
Chunk = tuple[slice, tuple[np.ndarray, ...], tuple[np.ndarray, ...]]

# Python handles Ctrl-C only between calls. With this number, a call takes about a fifth of a second.
_MULTIPLICATIONS_OF_A_CALL = 10**10


class CompiledSteps:
    """The steps of one member on a CPU.

    Weights, optimizer state and numbers of plug-ins are copied from the population and the updates at the
    beginning of each run, and back at its end.

    Parameters
    ----------
    population : Population
        Population of one member.
    gradient_step : GradientStep
        The gradient computed by torch, which is recorded and compared with.
    updates : Updates
        Holds the state of the optimizer.
    epoch : Epoch
        Its first batches determine shapes and are used for the comparison.

    Raises
    ------
    Unsupported
        If the step cannot be compiled, or compiled code gives other results.
    """

    def __init__(
        self, population: Population, gradient_step: GradientStep, updates: Updates, epoch: Epoch
    ) -> None:
        self.population, self.gradient_step, self.updates = population, gradient_step, updates
        self.update = UpdateFormula(population.plan, population)
        self.coefficients = CoefficientTable(
            self.update, population.parameters.dtype, population.plan.max_epochs
        )
        self.key = self._key_of(epoch)
        self.compiled = cache.found(self.key)
        if isinstance(self.compiled, Unsupported):
            raise self.compiled
        is_new = self.compiled is None
        if is_new:
            self.compiled = self._compile(epoch)
        program = self.compiled.program
        self.tables: Tables = (program.prepare, program.step, program.update)
        memory = ProgramMemory(program.memory)
        self.memory, self.view = memory.elements, memory.view
        interpreter = interpreter_for(self.memory.dtype)
        self._run_steps = interpreter.run_steps
        self._summary = Summary(interpreter, population, epoch.n_targets)
        self._columns: tuple[Tensor, StepColumns] | None = None
        x, y = epoch.pool.x, epoch.pool.y
        self._places = Places(x), Places(y)
        self._data: tuple[np.ndarray, ...] | None = None
        if isinstance(x.values, Tensor) and not epoch.plans[0].copies:
            self._data = as_matrix(x.values), as_matrix(y.values)
        work = program.n_multiplications + len(program.memory)
        self._most_steps = max(1, _MULTIPLICATIONS_OF_A_CALL // work)
        self._noise = self._noise_table()
        self.no_noise = self._noise[:0]
        self._zeros = np.zeros((1, self.compiled.sizes[2]), dtype=self.memory.dtype)
        self._moved, self._fixed = self._pairs()
        if is_new or gradient_step.may_differ:
            compare(self, epoch)
            # Training never writes into the gaps between parameters, so they must be set here.
            self.memory[:] = program.memory

    def _key_of(self, epoch: Epoch) -> Hashable:
        """Return a key of all trainings that can use the same compiled step."""
        x, y = epoch.pool.x.values, epoch.pool.y.values
        return (
            "compiled",
            self.gradient_step.key,
            self.population.plan.optimizer.structure(),
            self.updates.weight_decay is not None,
            self.update.clips,
            (epoch.n_rows, *x.shape[1:], x.dtype),
            (*y.shape[1:], y.dtype),
            (*epoch.slope.shape[3:], self.population.parameters.dtype),
        )

    def _compile(self, epoch: Epoch) -> CompiledStep:
        formulas = step_formulas(
            self.population,
            self.update,
            self.updates.state,
            self.updates.weight_decay,
            self.gradient_step.draws.sites,
            next(epoch.batches()).inputs,
            self.gradient_step.draws.blocks(epoch.epoch, 0),
        )
        try:
            return cache.keep(self.key, compiled_step(formulas))
        except Unsupported as error:
            if not self.gradient_step.may_differ:
                cache.keep(self.key, error)
            raise

    def compares(self, epoch: Epoch) -> None:
        """Compare one batch with torch; raise Unsupported if the results differ."""
        compare_gradient(self, next(epoch.batches()), epoch.epoch, 0)

    # --- Running -----------------------------------------------------------------------------------

    def run(self, epoch: Epoch, active: np.ndarray, rates: np.ndarray) -> EpochValues:
        """Make the steps of an epoch; see ``Steps.run``."""
        numbers = self.coefficients(self.updates.count(active)[:, 0], rates[:, 0])
        moves, columns = np.ascontiguousarray(active[:, 0]), self._columns_of(epoch)
        records = self._records(epoch.n_steps)
        self.load()
        self._summary.begin()
        for steps, data, orders in self._chunks(epoch):
            own, kept = columns.part(steps), StepRecords(*(column[steps] for column in records))
            given = own.slope, own.share, numbers[steps]
            when = epoch.epoch, steps.start
            self._run(self.tables, data, orders, given, moves[steps], kept, self._noise, when)
            self._summary.add(kept, own, moves[steps], data[1], orders[1])
        self._store()
        return self._summary.values()

    def values(self, epoch: Epoch, active: np.ndarray, records: Records) -> EpochValues:
        """Return the values of an epoch whose steps were made one by one."""
        n = epoch.n_steps
        losses, output, penalty, targets = (t.reshape(n, -1).numpy() for t in records)
        order = np.arange(n * epoch.n_rows).reshape(n, -1)
        targets = targets.reshape(order.size, -1)
        self._summary.begin()
        self._summary.add(
            StepRecords(losses, output, penalty),
            self._columns_of(epoch),
            np.ascontiguousarray(active[:n, 0]),
            targets,
            order,
        )
        return self._summary.values()

    def _records(self, n_steps: int) -> StepRecords:
        n_losses, n_outputs, _ = self.compiled.sizes
        widths = n_losses, n_outputs if self._summary.kind else 0, 1
        return StepRecords(*(np.empty((n_steps, k), self.memory.dtype) for k in widths))

    def _columns_of(self, epoch: Epoch) -> StepColumns:
        # Most epochs have the same weights as the one before.
        if self._columns is None or self._columns[0] is not epoch.slope:
            weights = epoch.slope, epoch.share, epoch.scored
            slope, share, scored = (as_matrix(column[:, 0]) for column in weights)
            sizes = epoch.n_own[:, 0].contiguous().numpy()
            self._columns = epoch.slope, StepColumns(slope, share, scored, sizes)
        return self._columns[1]

    def gradient(
        self, batch: Batch, epoch: int, number: int, draws: Sequence[Tensor] | None = None
    ) -> StepOutput:
        """Compute the gradient of a batch at the current weights; the next call overwrites it.

        Noise is made as in ``run``, unless ``draws`` are given.
        """
        self.load()
        noise = self._noise
        if draws is not None:
            noise = self.no_noise
            for place, draw in zip(self.compiled.noise, draws, strict=True):
                self.view(place).copy_(draw.reshape(-1))
        tables = *self.tables[:2], self.tables[2][:0]
        losses, output, penalty = self.run_once(
            tables, batch, self._zeros, False, noise, (epoch, number)
        )
        gradient = self.view(self.compiled.rows["gradient"]).unsqueeze(0)
        shapes = batch.slope.shape[1:], (len(batch.inputs[0]), -1)
        losses, output = (t.view(shape) for t, shape in zip((losses, output), shapes, strict=True))
        return StepOutput(losses, output, gradient, [], penalty[0])

    def move(self, batch: Batch, step: np.ndarray, rate: np.ndarray) -> None:
        """Update the state by the gradient of that batch."""
        self.load()
        none, update = self.tables[0][:0], self.tables[2]
        tables = none, none, update
        self.run_once(tables, batch, self.coefficients(step, rate), True, self.no_noise)
        self._store()

    def run_once(
        self,
        tables: Tables,
        batch: Batch,
        numbers: np.ndarray,
        moves: bool,
        noise: np.ndarray,
        when: tuple[int, int] = (0, 0),
    ) -> list[Tensor]:
        """Run some tables for one batch; return losses, outputs and penalty, each ``(1, ...)``."""
        x, y, slope, share = batch.inputs
        order = np.arange(len(x)).reshape(1, -1)
        columns = as_matrix(slope.unsqueeze(0)), as_matrix(share.unsqueeze(0)), numbers
        widths = *self.compiled.sizes[:2], 1
        records = StepRecords(*(np.empty((1, k), self.memory.dtype) for k in widths))
        self._run(
            tables,
            (as_matrix(x), as_matrix(y)),
            (order, order),
            columns,
            np.array([moves]),
            records,
            noise,
            when,
        )
        return list(map(torch.from_numpy, records))

    def _run(
        self,
        tables: Tables,
        data: tuple[np.ndarray, ...],
        orders: tuple[np.ndarray, ...],
        columns: tuple[np.ndarray, ...],
        active: np.ndarray,
        records: tuple[np.ndarray, np.ndarray, np.ndarray],
        noise: np.ndarray,
        when: tuple[int, int],
    ) -> None:
        program, places = self.compiled.program, self.compiled.places
        with without_python():
            self._run_steps(
                self.memory,
                tables,
                program.elementwise,
                data,
                orders,
                columns,
                places,
                active,
                tuple(records),
                noise,
                when,
            )

    def _chunks(self, epoch: Epoch) -> Iterator[Chunk]:
        """Yield slices of steps, with samples and targets, and their indices in each step."""
        if self._data is not None:
            order = epoch.order[:, 0].numpy()
            orders = [places(order) for places in self._places]
            for first in range(0, epoch.n_steps, self._most_steps):
                steps = slice(first, min(first + self._most_steps, epoch.n_steps))
                yield steps, self._data, tuple(order[steps] for order in orders)
            return
        for steps, x_chunk, y_chunk in epoch.gathered():
            n, n_rows = x_chunk.shape[0], x_chunk.shape[2]
            order = np.arange(n * n_rows).reshape(n, n_rows)
            data = tuple(as_matrix(t[:, 0].flatten(0, 1)) for t in (x_chunk, y_chunk))
            yield steps, data, (order, order)

    # --- Memory ------------------------------------------------------------------------------------

    def _noise_table(self) -> np.ndarray:
        """Return kind, position, number of elements and key of each noise block."""
        table = np.zeros((len(self.compiled.noise), 5), dtype=np.int64)
        sources = self.gradient_step.draws.sources()
        for row, place, (kind, key) in zip(table, self.compiled.noise, sources, strict=True):
            code = codes.UNIFORM if kind == "uniform" else codes.NORMAL
            row[:] = code, place.buffer.place, place.layout.numel(), *key
        return table

    def _pairs(self) -> list[list[Pair]]:
        """Return pairs of a part of the memory and its tensor: those that are updated, and all others."""
        held = {"parameters": self.population.parameters, **self.updates.state}
        moved = [(self.view(self.compiled.rows[name]), row[0]) for name, row in held.items()]
        fixed = []
        if self.updates.weight_decay is not None:
            fixed.append((self.view(self.compiled.rows["decay"]), self.updates.weight_decay[0]))
        for name, buffer in self.population.buffers.items():
            pairs = moved if name in self.population.statistics else fixed
            pairs.append((self.view(self.compiled.buffers[name]), buffer[0].view(-1)))
        # Between calls of compiled code, NumPy copies small arrays faster than torch does.
        return [[(a.numpy(), b.numpy()) for a, b in pairs] for pairs in (moved, fixed)]

    def load(self) -> None:
        """Copy weights, optimizer state and numbers of plug-ins to the memory."""
        for own, values in (*self._moved, *self._fixed):
            own[:] = values

    def _store(self) -> None:
        """Copy weights, optimizer state and running statistics back."""
        for own, values in self._moved:
            values[:] = own
