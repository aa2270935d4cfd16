"""Tensors as the arrays that compiled code reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._compiled import Compiler, Place, Unsupported
from sklearn_deep._recording import Unrecordable, record, simplified
from sklearn_deep.training._data import Column

# Bytes of a line of the cache.
_LINE = 64


class ProgramMemory:
    """The memory of a program.

    Parameters
    ----------
    first : ndarray of shape (size,)
        Copied.
    """

    def __init__(self, first: np.ndarray) -> None:
        self.elements = _aligned_copy(first)
        self._tensor = torch.from_numpy(self.elements)

    def view(self, place: Place) -> Tensor:
        """Return a tensor that shares the memory of a place, ``(n_elements,)``."""
        start = place.buffer.place + place.start
        return self._tensor[start : start + place.layout.numel()]


class Places:
    """Where the samples of the only member lie in a column."""

    def __init__(self, column: Column) -> None:
        self._start = int(column.starts[0])
        self._taken = None if column.taken is None else column.taken.numpy()

    def __call__(self, order: np.ndarray) -> np.ndarray:
        """Return positions in the column's values."""
        places = order + self._start if self._start else order
        return places if self._taken is None else self._taken[places]


def add_recorded(
    compiler: Compiler,
    function: Callable[..., Sequence[Tensor]],
    examples: Sequence[Tensor],
    places: Sequence[Place],
) -> list[Place]:
    """Add a function of tensors to what is compiled; return the places of what it returns.

    Raises
    ------
    Unsupported
        If it cannot be recorded, or the interpreter cannot run it.
    """
    try:
        with torch.inference_mode(False), torch.enable_grad():
            tape, _ = record(function, [t.clone() for t in examples])
    except Unrecordable as error:
        raise Unsupported(str(error)) from error
    return compiler.add(simplified(tape), places)


def as_matrix(tensor: Tensor) -> np.ndarray:
    """Return the elements as an array, one row for each of the first axis."""
    return tensor.contiguous().view(len(tensor), -1).numpy()


def _aligned_copy(array: np.ndarray) -> np.ndarray:
    """Return a copy that begins with a line of the cache."""
    room = np.empty(array.size + _LINE // array.itemsize, dtype=array.dtype)
    start = -room.ctypes.data % _LINE // array.itemsize
    copy = room[start : start + array.size]
    copy[:] = array
    return copy
