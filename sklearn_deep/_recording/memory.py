"""Where the results of a tape are written: over tensors no longer needed, or to reused memory.

Allocating memory takes about as long as a small operation. Results have the same bits as those of
the same operation with newly allocated memory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import torch
from torch import Tensor

from sklearn_deep._recording.operations import IN_PLACE, View
from sklearn_deep._recording.tape import Call, Tape, Value

# For smaller results, allocating memory takes less time than passing ``out``. The C library returns
# freed blocks of about 100 kB to the system, so each of their pages is allocated again at every use.
_LARGE = 2**14


def write_in_place(calls: Sequence[Call], kept: Collection[Value]) -> list[Call]:
    """Let elementwise operations overwrite arguments that are not needed after them.

    Parameters
    ----------
    calls : sequence of Call
        None of them writes into a tensor that another one reads.
    kept : collection of Value
        Tensors that must not change, and with them all tensors that share their memory.
    """
    # This is safe because an elementwise operation reads an element before it writes to the same place,
    # and no later operation reads the storage, neither through this value nor through a view of it.
    stay = {value.storage for value in kept}
    last = {value.storage: i for i, call in enumerate(calls) for value in call.given()}
    return [
        _in_place(call, {storage for v in call.given() if last[storage := v.storage] == i} - stay)
        for i, call in enumerate(calls)
    ]


def _in_place(call: Call, free: set[int]) -> Call:
    """Return the operation in place if an argument has the layout of the result and may be overwritten."""
    function = call.operation.in_place
    if function is None or call.kwargs:
        return call
    storages = [value.storage for value in call.given()]
    for args in (call.args, call.args[::-1])[: 1 + call.operation.commutes]:
        source = args[0]
        if (
            isinstance(source, Value)
            and source.storage in free
            and storages.count(source.storage) == 1
            and source.is_laid_out_as(call.results[0])
        ):
            return call._replace(function=function, args=args)
    return call


def share_memory(calls: Sequence[Call], kept: Collection[Value]) -> tuple[list[Call], list[Call]]:
    """Let operations write large results to the same memory in every step.

    Results that are not needed at the same time share memory.

    Parameters
    ----------
    calls : sequence of Call
        The result of ``write_in_place``.
    kept : collection of Value
        Tensors that outlive the step.

    Returns
    -------
    allocations, calls : list of Call
        Operations to run once, before all steps, and the changed operations of a step.
    """
    root = _roots(calls)
    stay = {root.get(value.storage, value.storage) for value in kept}
    last = {
        root.get(value.storage, value.storage): i
        for i, call in enumerate(calls)
        for value in [*call.given(), *call.results]
        if value is not None
    }
    memory, placed = _ReusedMemory(), []
    taken: dict[int, Value] = {}
    for i, call in enumerate(calls):
        result = call.results[0] if call.results else None
        if result is not None and _gets_memory(call, result) and result.storage not in stay:
            taken[result.storage] = memory.take(result)
            placed.append(call.into(taken[result.storage]))
        else:
            placed.append(call)
        for storage in [storage for storage in taken if last[storage] == i]:
            memory.give_back(taken.pop(storage))
    return memory.allocations, placed


class _ReusedMemory:
    """Memory that is used by one result after another, if they have the same shape and dtype."""

    def __init__(self) -> None:
        self.allocations: list[Call] = []
        self._free: defaultdict[Any, list[Value]] = defaultdict(list)

    def take(self, result: Value) -> Value:
        """Return memory for a result; it is allocated if no memory is free."""
        free = self._free[result.shape, result.dtype]
        if free:
            return free.pop()
        memory = result.viewed_as(f"m{len(self.allocations)}", result.shape)
        options = {"dtype": result.dtype}
        self.allocations.append(Call(torch.empty, (result.shape,), options, [memory], False))
        return memory

    def give_back(self, memory: Value) -> None:
        """Make memory available for another result."""
        self._free[memory.shape, memory.dtype].append(memory)


def _roots(calls: Sequence[Call]) -> dict[int, int]:
    """Return, for each result that is written in place, the storage that it is written to."""
    root: dict[int, int] = {}
    for call in calls:
        if call.function in IN_PLACE and call.results[0] is not None:
            source = call.args[0].storage
            root[call.results[0].storage] = root.get(source, source)
    return root


def _gets_memory(call: Call, result: Value) -> bool:
    """Return whether a result is large enough to be placed in reused memory and can be written there."""
    is_contiguous = result.is_laid_out_as(result.viewed_as("", result.shape))
    return call.takes_out and result.n_elements >= _LARGE and is_contiguous


class RowWriter:
    """Makes a tape write some of its outputs into given tensors.

    Parameters
    ----------
    tape : Tape
    outputs : sequence of Value
        The outputs to write.
    pieces : sequence of Value
        Where to write them: contiguous tensors with the same shapes and dtypes.

    Attributes
    ----------
    views : list of Call
        Operations on the pieces that are run once, before all steps.
    calls : list of Call
        The changed operations of the tape.
    """

    def __init__(self, tape: Tape, outputs: Sequence[Value], pieces: Sequence[Value]) -> None:
        self.views: list[Call] = []
        self.calls: list[Call] = list(tape.calls)
        self._makers = {value: call for call in tape.calls for value in call.results}
        self._n_reads = Counter(
            storage for call in tape.calls for storage in {v.storage for v in call.given()}
        )
        self._n_reads.update(value.storage for value in tape.outputs)
        for output, piece in zip(outputs, pieces, strict=True):
            if not self._write(output, piece):
                self.calls.append(Call(Tensor.copy_, (piece, output), {}, [None], False))

    def _write(self, output: Value, piece: Value) -> bool:
        """Make the operation that computes an output write it, if it can and nothing else reads it."""
        reshapings = []
        call = self._makers.get(output)
        while call is not None and call.operation.view is View.RESHAPED:
            reshapings.append(call)
            call = self._makers.get(call.args[0])
        if call is None or not call.takes_out:
            return False
        result = call.results[0]
        assert result is not None
        alone = self._n_reads[result.storage] == len(reshapings) + 1
        if not alone or result.dtype != piece.dtype:
            return False
        out = self._view(piece, result.shape)
        place = self.calls.index(call)
        self.calls[place] = call.into(out)._replace(results=[None])
        self.calls = [call for call in self.calls if call not in reshapings]
        return True

    def _view(self, piece: Value, shape: tuple[int, ...]) -> Value:
        if shape == piece.shape:
            return piece
        view = piece.viewed_as(f"{piece.name}_{len(self.views)}", shape)
        self.views.append(Call(Tensor.view, (piece, shape), {}, [view], False))
        return view
