"""The step of one member in compiled code: gradient, update, running statistics, projections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._compiled import CompiledProgram, Compiler, Place
from sklearn_deep.networks import FlatParameters
from sklearn_deep.training._compiled.memory import add_recorded

Step = Callable[..., Sequence[Tensor]]


class CompiledStep(NamedTuple):
    """A program, and the places of its inputs and outputs in its memory.

    Parameters
    ----------
    program : CompiledProgram
    rows : dict of str to Place of shape (n_parameters,)
        ``parameters``, ``gradient``, ``decay`` (λ of each parameter) and the optimizer's slots.
    buffers : dict of str to Place
        Numbers of plug-ins and running statistics.
    noise : list of Place
        Places of the noise blocks.
    places : int64 ndarray of shape (9,)
        The argument of the same name of the interpreter.
    sizes : tuple of three int
        Numbers of elements of losses, of outputs and of the update's coefficients.
    """

    program: CompiledProgram
    rows: dict[str, Place]
    buffers: dict[str, Place]
    noise: list[Place]
    places: np.ndarray
    sizes: tuple[int, int, int]


class Moved(NamedTuple):
    """The results of an update."""

    rows: dict[str, Tensor]
    statistics: list[Tensor]
    projected: list[Tensor]


class StepFormulas(NamedTuple):
    """The two functions of tensors to compile, and examples of their arguments.

    Parameters
    ----------
    gradient : callable
        The function that ``member_step`` returns.
    update : callable
        A function of a dict of rows ``(1, n_parameters)``, a dict of buffers, a list of the batch's
        statistics and a list of coefficients ``(1, 1)``. It returns the new rows of parameters and
        slots, the new running statistics and the new values of projected parameters.
    layout : FlatParameters
    rows : dict of str to Tensor of shape (n_parameters,)
        ``parameters``, ``decay`` if there is weight decay, and the slots of the optimizer.
    buffers : dict of str to Tensor
    statistics : list of str
        Names of the buffers that are updated by statistics of batches.
    projected : list of int
        Indices of the parameters that are projected after an update.
    penalty : callable or None
        A function of λ and parameters, both ``(n_parameters,)``, that returns a term of J, 0-d.
    batch, draws : list of Tensor
        Inputs and noise blocks of one step.
    n_coefficients : int
    """

    gradient: Step
    update: Callable[..., Moved]
    layout: FlatParameters
    rows: dict[str, Tensor]
    buffers: dict[str, Tensor]
    statistics: list[str]
    projected: list[int]
    penalty: Callable[[Tensor, Tensor], Tensor] | None
    batch: list[Tensor]
    draws: list[Tensor]
    n_coefficients: int


def compiled_step(formulas: StepFormulas) -> CompiledStep:
    """Compile a step.

    Raises
    ------
    Unsupported
        If the interpreter cannot run it.
    """
    return _StepCompiler(formulas).compiled()


class _StepCompiler:
    """Combines the recordings of a gradient and of an update."""

    def __init__(self, formulas: StepFormulas) -> None:
        self.formulas = formulas
        self.compiler = Compiler(formulas.rows["parameters"].dtype)
        given = self.compiler.input
        n = formulas.layout.n_parameters
        self.rows = {name: given((n,), fixed=name == "decay") for name in formulas.rows}
        self.rows["gradient"] = given((n,))
        self.buffers = {
            name: given(buffer.shape, fixed=name not in formulas.statistics)
            for name, buffer in formulas.buffers.items()
        }
        self.batch = [given(tensor.shape) for tensor in formulas.batch]
        self.draws = [given(tensor.shape) for tensor in formulas.draws]
        self.coefficients = given((formulas.n_coefficients,))

    def compiled(self) -> CompiledStep:
        """Return the compiled step."""
        losses, output, statistics, penalty = self._add_gradient()
        decay_penalty = self._add_penalty()
        self.compiler.end_step()
        self._add_update(statistics)
        program = self.compiler.program()
        x, y, slope, share = self.batch
        placed = [x, y, slope, share, self.coefficients, losses, output, penalty, decay_penalty]
        places = [-1 if p is None else p.buffer.place + p.start for p in placed]
        sizes = losses.layout.numel(), output.layout.numel(), self.formulas.n_coefficients
        return CompiledStep(
            program, self.rows, self.buffers, self.draws, np.array(places, dtype=np.int64), sizes
        )

    def _parameters(self) -> list[Place]:
        row = self.rows["parameters"]
        return [
            self.compiler.builder.part(row, s.start, s.shape) for s in self.formulas.layout.slots
        ]

    def _add_gradient(self) -> tuple[Place, Place, list[Place], Place | None]:
        own = self.formulas
        held = [*own.layout.views(own.rows["parameters"]), *own.buffers.values()]
        places = [*self._parameters(), *self.buffers.values(), *self.batch, *self.draws]
        found = self._recorded(own.gradient, [*held, *own.batch, *own.draws], places)
        n, m = len(own.layout.slots), len(own.statistics)
        losses, output, *rest = found
        losses, output = map(self.compiler.output, (losses, output))
        statistics = rest[n : n + m]
        penalty = self.compiler.output(rest[n + m]) if len(rest) > n + m else None
        starts = [slot.start for slot in own.layout.slots]
        self.compiler.pack(self.rows["gradient"], list(zip(rest[:n], starts, strict=True)))
        return losses, output, statistics, penalty

    def _add_penalty(self) -> Place | None:
        penalty, names = self.formulas.penalty, ("decay", "parameters")
        if penalty is None:
            return None
        rows = [self.formulas.rows[name] for name in names]
        places = [self.rows[name] for name in names]
        found = self._recorded(lambda *given: [penalty(*given)], rows, places)
        return self.compiler.output(found[0])

    def _add_update(self, statistics: list[Place]) -> None:
        own, builder = self.formulas, self.compiler.builder
        names, buffers = [*own.rows, "gradient"], list(own.buffers)
        m, n_coefficients = len(own.statistics), own.n_coefficients
        moved: list[Moved] = []

        def update(*tensors: Tensor) -> list[Tensor]:
            given = iter(tensors)
            rows = {name: next(given).unsqueeze(0) for name in names}
            numbers = {name: next(given) for name in buffers}
            batch = [next(given) for _ in range(m)]
            found = own.update(
                rows, numbers, batch, [next(given).view(1, 1) for _ in range(n_coefficients)]
            )
            moved.append(found)
            return [*found.rows.values(), *found.statistics, *found.projected]

        row = own.rows["parameters"]
        examples = [*own.rows.values(), torch.ones_like(row), *own.buffers.values()]
        examples += [own.buffers[name] for name in own.statistics]
        examples += [row.new_ones(()) for _ in range(n_coefficients)]
        places = [*self.rows.values(), *self.buffers.values(), *statistics]
        places += [builder.part(self.coefficients, i, ()) for i in range(n_coefficients)]
        found = iter(self._recorded(update, examples, places))
        (moves,) = moved
        for name in moves.rows:
            self.compiler.move(self.rows[name], _flat(next(found)))
        for name in own.statistics:
            self.compiler.move(self.buffers[name], next(found))
        parameters = self._parameters()
        for i in own.projected:
            self.compiler.move(parameters[i], next(found))

    def _recorded(
        self, function: Step, examples: Sequence[Tensor], places: Sequence[Place]
    ) -> list[Place]:
        return add_recorded(self.compiler, function, examples, places)


def _flat(place: Place) -> Place:
    return Place(place.buffer, place.layout.view(-1))
