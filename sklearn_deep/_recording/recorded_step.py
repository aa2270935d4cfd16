"""A step that is recorded at the first batch, checked at the second and replayed from then on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from sklearn_deep._recording.cache import forget, found, keep
from sklearn_deep._recording.compile import Roles, program_of
from sklearn_deep._recording.cuda_graph import Capture, graphed
from sklearn_deep._recording.record import Unrecordable, record, same_bits

Step = Callable[..., Sequence[Tensor]]


class Packing(Protocol):
    """A layout of tensors one after the other in a row of ``n_parameters`` elements."""

    @property
    def n_parameters(self) -> int:
        """Number of elements of a row."""

    def views(self, rows: Tensor, /) -> list[Tensor]:
        """Return each tensor as a view of ``(..., n_parameters)``."""

    def pack(self, values: Sequence[Tensor], /) -> Tensor:
        """Return the row ``(n_parameters,)`` of the given tensors."""


class RecordedStep:
    """The step of one fit, which is called like the step itself.

    A recording is checked against the step itself once in a fit, and if the step may change, also
    at the first batch of every epoch. Where the two differ, and where a step cannot be recorded,
    the fit runs the step itself every time: slower, never wrong.

    Parameters
    ----------
    key : hashable
        Structure of the step; its roles, and shapes and types of the inputs, are added to it.
    step : callable
        A function of ``held`` and the inputs of a batch that returns tensors.
    held : sequence of Tensor
        Read where they are at the time of each call.
    roles : Roles
    packing : Packing
        Of the row that pieces are written into.
    capture : callable, optional
        Makes one launch of a recording (see ``graphed``); without it operations go one by one.
    may_change : bool, default=False
        Whether the step depends on more than its inputs, such as variables that user-defined
        functions read.
    """

    def __init__(
        self,
        key: Hashable,
        step: Step,
        held: Sequence[Tensor],
        roles: Roles,
        packing: Packing,
        capture: Capture | None = None,
        may_change: bool = False,
    ) -> None:
        self.key = key
        self.step = step
        self.held = list(held)
        self.roles = roles
        self.packing = packing
        self.capture = capture
        self.may_change = may_change
        self._program: Callable[..., Step] | None = None
        self._is_checked = False
        self._is_graphed = False
        # Whatever runs the next batch: first call, checked call, replay or the step itself.
        self._next: Step = self._first_call

    @property
    def is_recorded(self) -> bool:
        """Whether a recording is replayed in place of the step."""
        return self._program is not None

    def prepare(self) -> None:
        """Take notice of held tensors whose values may have changed since, and of a changed step."""
        if self._program is None:
            return
        # A graph makes the preparations too, at every call.
        if not self._is_graphed:
            self._replay = self._program(*self.held, *self._row())
        is_checked = self._is_checked and not self.may_change
        self._next = self._replay if is_checked else self._checked_call

    def never_record(self) -> None:
        """Run the step itself every time."""
        self._program, self._next = None, self.evaluated

    def __call__(self, *inputs: Tensor) -> Sequence[Tensor]:
        """Run the step; a row it returns is overwritten by the next call."""
        return self._next(*inputs)

    def _row(self) -> list[Tensor]:
        if self.roles.pieces is None:
            return []
        row = self.held[0].new_zeros(1, self.packing.n_parameters)
        return [row, *self.packing.views(row[0])]

    def _first_call(self, *inputs: Tensor) -> Sequence[Tensor]:
        shapes = tuple((tuple(t.shape), t.dtype, t.device) for t in [*self.held, *inputs])
        self.key = (self.key, shapes, self.roles.fixed, self.roles.pieces is None)
        self._program = found(self.key)
        if self._program is not None:
            self.prepare()
            return self._checked_call(*inputs)
        try:
            expected = self._record(inputs)
        except Unrecordable:
            return self._give_up(self.evaluated(*inputs))
        self.prepare()
        # This shows that the program is that of the tape, not that the tape is that of the step: a
        # number that the step read from a tensor is a constant of the tape, and right for this batch.
        # So the next call is the one that is checked against the step.
        return self._compared(inputs, expected)

    def _checked_call(self, *inputs: Tensor) -> Sequence[Tensor]:
        self._is_checked = True
        self._next = self._replay
        output = self._compared(inputs, self.evaluated(*inputs))
        if self.is_recorded and self.capture is not None and not self._is_graphed:
            self._replay, self._is_graphed = graphed(self._whole, inputs, self.capture), True
            self._next = self._replay
        return output

    def _whole(self, *inputs: Tensor) -> Sequence[Tensor]:
        """Replay from the preparations on."""
        assert self._program is not None
        return self._program(*self.held, *self._row())(*inputs)

    # A fit runs in inference mode, whose tensors autograd refuses; so what differentiates leaves the
    # mode and computes with copies, which are ordinary tensors.

    def _record(self, inputs: Sequence[Tensor]) -> Sequence[Tensor]:
        with torch.inference_mode(False), torch.enable_grad():
            tape, outputs = record(self.step, [t.clone() for t in [*self.held, *inputs]])
        self._program = keep(self.key, program_of(tape, self.roles))
        return self._packed(outputs)

    def evaluated(self, *inputs: Tensor) -> Sequence[Tensor]:
        """Run the step itself, as torch does."""
        with torch.inference_mode(False), torch.enable_grad():
            given = [t.clone() if t.is_inference() else t for t in [*self.held, *inputs]]
            return self._packed([t.detach() for t in self.step(*given)])

    def _compared(self, inputs: Sequence[Tensor], expected: Sequence[Tensor]) -> Sequence[Tensor]:
        try:
            replayed = self._replay(*inputs)
        except RuntimeError:  # an operation that does not take what another one left
            return self._give_up(expected)
        return replayed if all(map(_alike, replayed, expected)) else self._give_up(expected)

    def _give_up(self, outputs: Sequence[Tensor]) -> Sequence[Tensor]:
        forget(self.key)
        self.never_record()
        return outputs

    def _packed(self, outputs: Sequence[Tensor]) -> Sequence[Tensor]:
        pieces = self.roles.pieces
        if pieces is None:
            return outputs
        row = self.packing.pack(outputs[pieces]).unsqueeze(0)
        return [*outputs[: pieces.start], row, *outputs[pieces.stop :]]


def _alike(replayed: Tensor, expected: Tensor) -> bool:
    if replayed.device.type == "cpu":
        return same_bits(replayed, expected)
    # A GPU may choose other kernels for the same operation.
    scale = expected.abs().nan_to_num(0, 0, 0).max() if expected.numel() else 0.0
    atol = 1e-3 * float(scale)
    return torch.allclose(replayed, expected, rtol=1e-3, atol=atol, equal_nan=True)
