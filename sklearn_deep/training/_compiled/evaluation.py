"""Evaluation of one member on its validation samples."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call

from sklearn_deep._compiled import CompiledProgram, Compiler, Place, Unsupported, interpreter_for
from sklearn_deep._process import without_python
from sklearn_deep._recording import cache
from sklearn_deep.training._compiled.comparison import nearly_equal
from sklearn_deep.training._compiled.memory import Places, ProgramMemory, add_recorded, as_matrix
from sklearn_deep.training._compiled.summary import StepColumns, StepRecords, Summary
from sklearn_deep.training._members import Population
from sklearn_deep.training._objective import Evaluation, ValidationSamples


class _Forward(NamedTuple):
    """A program that computes losses and outputs, and the places of its inputs and outputs."""

    program: CompiledProgram
    parameters: Place
    buffers: dict[str, Place]
    places: np.ndarray
    sizes: tuple[int, int]


Pair = tuple[np.ndarray, np.ndarray]
# One chunk, or all: a slice of chunks, samples and targets, and the indices of those in each chunk.
Chunk = tuple[slice, Pair, Pair]

_NO_NOISE = np.zeros((0, 5), dtype=np.int64)


class CompiledEvaluation:
    """Computes validation losses and score of a population of one member; see ``Evaluation``.

    Parameters
    ----------
    population : Population
        Must consist of built-in parts.
    samples : ValidationSamples

    Raises
    ------
    Unsupported
        If the interpreter cannot run the evaluation.
    """

    def __init__(self, population: Population, samples: ValidationSamples) -> None:
        self.samples = samples
        batch = list(_samples_of_chunk(samples, 0))
        key = _evaluation_key(population, batch)
        found: _Forward | Unsupported | None = cache.found(key)
        if isinstance(found, Unsupported):
            raise found
        self._forward = found or _kept_forward(key, population, batch)
        self._memory = ProgramMemory(self._forward.program.memory)
        self._held = self._pairs(population)
        interpreter = interpreter_for(self._memory.elements.dtype)
        self._run_steps = interpreter.run_steps
        self._summary = Summary(interpreter, population, batch[1].shape[1])
        self._chunks = _chunks_in_memory(samples)
        weight = as_matrix(samples.weight[:, 0])
        n = len(weight)
        self._columns = StepColumns(
            weight, weight[:, :0], as_matrix(samples.scored[:, 0]), np.ones(n)
        )
        terms = samples.weight.double().view(-1, len(population.plan.factors))
        self._totals = terms.sum(0).tolist()
        self._moves = np.zeros(n, dtype=bool)
        widths = *self._forward.sizes, 1
        self._records = StepRecords(*(np.zeros((n, k), weight.dtype) for k in widths))
        if found is None:
            self._compare(key, population)

    def _compare(self, key: Hashable, population: Population) -> None:
        """Compare the losses with those of torch, once per structure."""
        (losses,), _ = Evaluation(population.template, population.tensors(), self.samples, None)()
        found = torch.tensor(self()[0][0], dtype=torch.float64)
        if not nearly_equal(found, found.new_tensor(losses), population.parameters.dtype):
            error = Unsupported("compiled code gives other results than torch")
            cache.keep(key, error)
            raise error

    def _pairs(self, population: Population) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return parts of the memory, and the arrays that are copied there before each run."""
        own = self._forward
        places = {name: population.buffers[name] for name in own.buffers}
        pairs = [(own.buffers[name], tensor[0]) for name, tensor in places.items()]
        pairs.append((own.parameters, population.parameters[0]))
        return [(self._memory.view(at).numpy(), t.reshape(-1).numpy()) for at, t in pairs]

    def __call__(self) -> tuple[list[list[float]], list[float] | None]:
        """Return the mean of each term, and the score, of the only member."""
        for view, values in self._held:
            view[:] = values
        self._summary.begin()
        for some, data, orders in self._chunks or _gathered_chunks(self.samples):
            self._run(some, data, orders)
        pairs = zip(self._summary.losses(), self._totals, strict=True)
        terms = [loss / total for loss, total in pairs]
        return [terms], [self._summary.score()] if self._summary.kind else None

    def _run(self, some: slice, data: Pair, orders: Pair) -> None:
        records = StepRecords(*(column[some] for column in self._records))
        columns, moves = self._columns.part(some), self._moves[some]
        program, nothing = self._forward.program, columns.share
        with without_python():
            self._run_steps(
                self._memory.elements,
                (program.prepare, program.step, program.update),
                program.elementwise,
                data,
                orders,
                (nothing, nothing, nothing),
                self._forward.places,
                moves,
                tuple(records),
                _NO_NOISE,
                (0, 0),
            )
        self._summary.add(records, columns, moves, data[1], orders[1])


def _chunks_in_memory(samples: ValidationSamples) -> list[Chunk]:
    """Return all chunks as one, or no chunk if the samples are not in memory."""
    pair = samples.pool.x, samples.pool.y
    if not isinstance(pair[0].values, Tensor):
        return []
    x, y = (as_matrix(column.values) for column in pair)
    order = samples.order[:, 0].numpy()
    of_x, of_y = (np.ascontiguousarray(Places(column)(order)) for column in pair)
    return [(slice(None), (x, y), (of_x, of_y))]


def _gathered_chunks(samples: ValidationSamples) -> Iterator[Chunk]:
    order = np.arange(samples.order.shape[2]).reshape(1, -1)
    for i in range(len(samples.order)):
        x, y = (as_matrix(t) for t in _samples_of_chunk(samples, i))
        yield slice(i, i + 1), (x, y), (order, order)


def _samples_of_chunk(samples: ValidationSamples, chunk: int) -> tuple[Tensor, Tensor]:
    """Return samples and targets of a chunk."""
    pair = samples.pool.x, samples.pool.y
    x, y = (column.values[column.places(samples.order[chunk])][0] for column in pair)
    return x, y


def _evaluation_key(population: Population, batch: Sequence[Tensor]) -> Hashable:
    """Return a key of all evaluations that can use the same program."""
    shapes = tuple((*t.shape, t.dtype) for t in batch)
    buffers = tuple((name, *b.shape) for name, b in population.buffers.items())
    return "evaluation", population.plan.step_structure(), buffers, shapes


def _kept_forward(key: Hashable, population: Population, batch: Sequence[Tensor]) -> _Forward:
    try:
        return cache.keep(key, _compiled_forward(population, batch))
    except Unsupported as error:
        cache.keep(key, error)
        raise


def _compiled_forward(population: Population, batch: Sequence[Tensor]) -> _Forward:
    """Compile the losses and outputs of a batch in evaluation mode."""
    compiler = Compiler(population.parameters.dtype)
    objective = copy.deepcopy(population.template).eval()
    layout = population.layout
    row = compiler.input((layout.n_parameters,))
    buffers = {name: compiler.input(b[0].shape) for name, b in population.buffers.items()}
    x, y = (compiler.input(t.shape) for t in batch)
    names = [*(slot.name for slot in layout.slots), *buffers]

    def forward(*tensors: Tensor) -> list[Tensor]:
        *held, x, y = tensors
        output, losses, _ = functional_call(objective, dict(zip(names, held, strict=True)), (x, y))
        return [losses, output]

    parameters = [compiler.builder.part(row, s.start, s.shape) for s in layout.slots]
    found = add_recorded(
        compiler,
        forward,
        [*population.inputs(), *batch],
        [*parameters, *buffers.values(), x, y],
    )
    losses, output = map(compiler.output, found)
    program = compiler.program()
    placed = [x, y, x, x, x, losses, output, None, None]
    places = [-1 if p is None else p.buffer.place + p.start for p in placed]
    sizes = losses.layout.numel(), output.layout.numel()
    return _Forward(program, row, buffers, np.array(places, dtype=np.int64), sizes)
