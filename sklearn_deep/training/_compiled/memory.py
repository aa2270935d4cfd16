"""Tensors and arrays that share memory with compiled code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._compiled import Compiler, Place, Unsupported
from sklearn_deep._recording import Unrecordable, record, simplified
from sklearn_deep.training._data import Column

# Size of a cache line in bytes.
_LINE = 64


class ProgramMemory:
    """The memory of a program.

    Parameters
    ----------
    first : ndarray of shape (size,)
        Initial memory, which is copied.
    """

    def __init__(self, first: np.ndarray) -> None:
        self.elements = _aligned_copy(first)
        self._tensor = torch.from_numpy(self.elements)

    def view(self, place: Place) -> Tensor:
        """Return a tensor that shares the memory of a place, ``(n_elements,)``."""
        start = place.buffer.place + place.start
        return self._tensor[start : start + place.layout.numel()]


class Places:
    """Converts indices of the only member's samples to positions in a column."""

    def __init__(self, column: Column) -> None:
        self._start = int(column.starts[0])
        self._taken = None if column.taken is None else column.taken.numpy()

    def __call__(self, order: np.ndarray) -> np.ndarray:
        """Return positions in the values of the column."""
        places = order + self._start if self._start else order
        return places if self._taken is None else self._taken[places]


def add_recorded(
    compiler: Compiler,
    function: Callable[..., Sequence[Tensor]],
    examples: Sequence[Tensor],
    places: Sequence[Place],
) -> list[Place]:
    """Record a function of tensors and add it to a compiler; return the places of its outputs.

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
    """Return the elements as an array with one row per index of the first axis."""
    return tensor.contiguous().view(len(tensor), -1).numpy()


def _aligned_copy(array: np.ndarray) -> np.ndarray:
    """Return a copy that starts at a cache line."""
    room = np.empty(array.size + _LINE // array.itemsize, dtype=array.dtype)
    start = -room.ctypes.data % _LINE // array.itemsize
    copy = room[start : start + array.size]
    copy[:] = array
    return copy
