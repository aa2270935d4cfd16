"""A step that is recorded at the first batch, checked at the second, and replayed afterward."""

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
    """A layout that places tensors next to each other in a row of ``n_parameters`` elements."""

    @property
    def n_parameters(self) -> int:
        """Number of elements of a row."""

    def views(self, rows: Tensor, /) -> list[Tensor]:
        """Return each tensor as a view of ``(..., n_parameters)``."""

    def pack(self, values: Sequence[Tensor], /) -> Tensor:
        """Return the row ``(n_parameters,)`` of the given tensors."""


class RecordedStep:
    """The training step of one fit; it is called like the step itself.

    A recording is compared with the step itself once per fit and, if the step may change, also at the
    first batch of every epoch. If the two differ, or if a step cannot be recorded, the fit always runs
    the step itself, which is slower but correct.

    Parameters
    ----------
    key : hashable
        Structure of the step. Roles, and shapes and dtypes of the inputs, are added to it.
    step : callable
        A function of ``held`` and the inputs of a batch that returns tensors.
    held : sequence of Tensor
        Tensors that are read from their memory at the time of each call.
    roles : Roles
    packing : Packing
        Layout of the row into which pieces are written.
    capture : callable, optional
        Turns a recording into a single launch (see ``graphed``). Without it, operations are launched
        one by one.
    may_change : bool, default=False
        Whether the step depends on more than its inputs, for example on variables that a user-defined
        function reads.
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
        # Runs the next batch: the first call, the checked call, the replay, or the step itself.
        self._next: Step = self._first_call

    @property
    def is_recorded(self) -> bool:
        """Whether a recording is replayed instead of running the step."""
        return self._program is not None

    def prepare(self) -> None:
        """Account for held tensors whose values may have changed, and for a step that may have changed."""
        if self._program is None:
            return
        # A graph includes the preparations and runs them in every call.
        if not self._is_graphed:
            self._replay = self._program(*self.held, *self._row())
        is_checked = self._is_checked and not self.may_change
        self._next = self._replay if is_checked else self._checked_call

    def never_record(self) -> None:
        """Run the step itself from now on."""
        self._program, self._next = None, self.evaluated

    def __call__(self, *inputs: Tensor) -> Sequence[Tensor]:
        """Run the step. A row that it returns is overwritten by the next call."""
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
        # This comparison shows that the program repeats the tape, but not that the tape repeats the step: a
        # number that the step read from a tensor became a constant of the tape, which is right for this
        # batch only. Therefore the next call is compared with the step.
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
        """Run the preparations and the replay."""
        assert self._program is not None
        return self._program(*self.held, *self._row())(*inputs)

    # A fit runs in inference mode, and autograd does not accept tensors made there. Code that
    # differentiates therefore leaves this mode and works with copies, which are normal tensors.

    def _record(self, inputs: Sequence[Tensor]) -> Sequence[Tensor]:
        with torch.inference_mode(False), torch.enable_grad():
            tape, outputs = record(self.step, [t.clone() for t in [*self.held, *inputs]])
        self._program = keep(self.key, program_of(tape, self.roles))
        return self._packed(outputs)

    def evaluated(self, *inputs: Tensor) -> Sequence[Tensor]:
        """Run the step itself, without the recording."""
        with torch.inference_mode(False), torch.enable_grad():
            given = [t.clone() if t.is_inference() else t for t in [*self.held, *inputs]]
            return self._packed([t.detach() for t in self.step(*given)])

    def _compared(self, inputs: Sequence[Tensor], expected: Sequence[Tensor]) -> Sequence[Tensor]:
        try:
            replayed = self._replay(*inputs)
        except (
            RuntimeError
        ):  # an operation does not accept the memory layout of another one's result
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
    # A GPU may choose different kernels for the same operation.
    scale = expected.abs().nan_to_num(0, 0, 0).max() if expected.numel() else 0.0
    atol = 1e-3 * float(scale)
    return torch.allclose(replayed, expected, rtol=1e-3, atol=atol, equal_nan=True)
