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

from sklearn_deep.training._tape import Call, Tape, Value

aten = torch.ops.aten

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
_RESHAPING = (aten.view.default, aten._unsafe_view.default)


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
