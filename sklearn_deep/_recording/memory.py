"""Where a tape's results are written: over tensors that no one needs any more, or into a given row.

Fresh memory costs about as much as a small operation. The bits are those of the same operation
with a result of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import torch
from torch import Tensor

from sklearn_deep._compat.torch import UNSAFE_VIEW
from sklearn_deep._recording.tape import Call, Tape, Value

aten = torch.ops.aten


def _threshold_backward(*args: Any, out: Tensor) -> Tensor:
    result: Tensor = aten.threshold_backward.grad_input(*args, grad_input=out)
    return result


_OVERWRITING: dict[Any, Any] = {
    aten.add.Tensor: Tensor.add_,
    aten.div.Tensor: Tensor.div_,
    aten.mul.Scalar: Tensor.mul_,
    aten.mul.Tensor: Tensor.mul_,
    aten.neg.default: Tensor.neg_,
    aten.relu.default: Tensor.relu_,
    aten.sub.Tensor: Tensor.sub_,
    aten.tanh.default: Tensor.tanh_,
}
_COMMUTATIVE = (aten.add.Tensor, aten.mul.Tensor)
_WITH_OUT: dict[Any, Any] = {
    aten.add.Tensor: torch.add,
    aten.mm.default: torch.mm,
    aten.mul.Tensor: torch.mul,
    aten.sum.dim_IntList: torch.sum,
}
# The same with ``out``, for results in memory that is there already.
_INTO_MEMORY: dict[Any, Any] = {
    **_WITH_OUT,
    aten.bmm.default: torch.bmm,
    aten.div.Tensor: torch.div,
    aten.exp.default: torch.exp,
    aten.mul.Scalar: torch.mul,
    aten.pow.Tensor_Scalar: torch.pow,
    aten.sub.Tensor: torch.sub,
    aten.threshold_backward.default: _threshold_backward,
    aten.where.self: torch.where,
}
# Smaller results get fresh memory for less than it takes to ask for it; the C library gives memory
# of about 100 kB back to the system when it is freed, and every page of it costs again.
_LARGE = 2**14
_RESHAPING = (aten.view.default, UNSAFE_VIEW)


def overwriting(calls: Sequence[Call], kept: Collection[Value]) -> list[Call]:
    """Let elementwise operations write over what is not needed after them.

    Parameters
    ----------
    calls : sequence of Call
        None of them writes into a tensor that another one reads.
    kept : collection of Value
        Tensors that must stay as they are, and all that share memory with them.
    """
    stay = {value.storage for value in kept}
    last = {value.storage: i for i, call in enumerate(calls) for value in call.given()}
    return [
        _placed(call, {storage for v in call.given() if last[storage := v.storage] == i} - stay)
        for i, call in enumerate(calls)
    ]


def _placed(call: Call, free: set[int]) -> Call:
    """Return the operation over one of its arguments, if that is fit and lies in free storage."""
    if call.function not in _OVERWRITING or call.kwargs:
        return call
    storages = [value.storage for value in call.given()]
    for args in (call.args, call.args[::-1])[: 1 + (call.function in _COMMUTATIVE)]:
        source = args[0]
        if (
            isinstance(source, Value)
            and source.storage in free
            and storages.count(source.storage) == 1
            and source.is_laid_out_as(call.results[0])
        ):
            return call._replace(function=_OVERWRITING[call.function], args=args)
    return call


def into_memory(calls: Sequence[Call], kept: Collection[Value]) -> tuple[list[Call], list[Call]]:
    """Let operations write large results into the same memory in every step.

    Results that are not needed at the same time share theirs.

    Parameters
    ----------
    calls : sequence of Call
        As ``overwriting`` leaves them.
    kept : collection of Value
        What outlives the step.

    Returns
    -------
    allocations, calls : list of Call
        Operations that are to be made once, before the others, and these, changed.
    """
    root = _roots(calls)
    stay = {root.get(value.storage, value.storage) for value in kept}
    last = {
        root.get(value.storage, value.storage): i
        for i, call in enumerate(calls)
        for value in [*call.given(), *call.results]
        if value is not None
    }
    allocations: list[Call] = []
    free: dict[tuple[Any, torch.dtype], list[Value]] = {}
    taken: dict[int, Value] = {}
    placed = []
    for i, call in enumerate(calls):
        result = call.results[0] if call.results else None
        if result is not None and _wants_memory(call, result) and result.storage not in stay:
            alike = free.setdefault((result.shape, result.dtype), [])
            if not alike:
                allocations.append(_allocation(result, len(allocations)))
                alike += [value for value in allocations[-1].results if value is not None]
            taken[result.storage] = memory = alike.pop()
            call = call._replace(function=_INTO_MEMORY[call.function], kwargs={"out": memory})  # noqa: PLW2901
        placed.append(call)
        for storage in [storage for storage in taken if last[storage] == i]:
            memory = taken.pop(storage)
            free[memory.shape, memory.dtype].append(memory)
    return allocations, placed


def _roots(calls: Sequence[Call]) -> dict[int, int]:
    """Return, for results that are written over a tensor, whose memory that is."""
    root: dict[int, int] = {}
    for call in calls:
        if call.function in _OVERWRITING.values() and call.results[0] is not None:
            source = call.args[0].storage
            root[call.results[0].storage] = root.get(source, source)
    return root


def _wants_memory(call: Call, result: Value) -> bool:
    return (
        call.function in _INTO_MEMORY
        and not call.kwargs
        and result.n_elements >= _LARGE
        and result.is_laid_out_as(result.viewed_as("", result.shape))
    )


def _allocation(result: Value, number: int) -> Call:
    memory = result.viewed_as(f"m{number}", result.shape)
    return Call(torch.empty, (result.shape,), {"dtype": result.dtype}, [memory], False)


class IntoRow:
    """Lets a tape write some of its outputs into tensors that are given to it.

    Parameters
    ----------
    tape : Tape
    outputs : sequence of Value
        Which outputs.
    pieces : sequence of Value
        Where to write them; contiguous, of the same shapes and types.

    Attributes
    ----------
    views : list of Call
        Operations on the pieces that are to be made once, before the others.
    calls : list of Call
        The operations of the tape, changed.
    """

    def __init__(self, tape: Tape, outputs: Sequence[Value], pieces: Sequence[Value]) -> None:
        self.views: list[Call] = []
        self.calls: list[Call] = list(tape.calls)
        self._made = {value: call for call in tape.calls for value in call.results}
        self._taken = Counter(
            storage for call in tape.calls for storage in {v.storage for v in call.given()}
        )
        self._taken.update(value.storage for value in tape.outputs)
        for output, piece in zip(outputs, pieces, strict=True):
            if not self._write(output, piece):
                self.calls.append(Call(Tensor.copy_, (piece, output), {}, [None], False))

    def _write(self, output: Value, piece: Value) -> bool:
        """Let the operation that makes an output write it, if it can and nobody else takes it."""
        reshapings = []
        call = self._made.get(output)
        while call is not None and call.function in _RESHAPING:
            reshapings.append(call)
            call = self._made.get(call.args[0])
        if call is None or call.function not in _WITH_OUT or call.kwargs:
            return False
        result = call.results[0]
        assert result is not None
        alone = self._taken[result.storage] == len(reshapings) + 1
        if not alone or result.dtype != piece.dtype:
            return False
        out = self._view(piece, result.shape)
        place = self.calls.index(call)
        function = _WITH_OUT[call.function]
        self.calls[place] = Call(function, call.args, {"out": out}, [None], False)
        self.calls = [call for call in self.calls if call not in reshapings]
        return True

    def _view(self, piece: Value, shape: tuple[int, ...]) -> Value:
        if shape == piece.shape:
            return piece
        view = piece.viewed_as(f"{piece.name}_{len(self.views)}", shape)
        self.views.append(Call(Tensor.view, (piece, shape), {}, [view], False))
        return view
