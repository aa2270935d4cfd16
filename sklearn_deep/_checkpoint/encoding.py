"""Conversion of values to JSON text and the bytes of arrays."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import prod
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

# Types of array elements: bool, integers, floating-point and complex numbers.
_KINDS = "biufc"
_PLAIN = (type(None), bool, int, float, str)


class UnsupportedValueError(TypeError):
    """A value is neither a number, a string, an array nor a container of these."""


def encoded_value(value: Any) -> tuple[bytes, bytes]:
    """Return a value as JSON text, and the elements of its arrays.

    Parameters
    ----------
    value : None, bool, int, float, str, list, tuple, dict, ndarray, NumPy number or Tensor
        Containers may contain the same types.

    Returns
    -------
    text : bytes
        JSON that keeps the type of each value. Numbers are written with all digits.
    elements : bytes
        Bytes of all arrays, in the order in which they occur in the text.

    Raises
    ------
    UnsupportedValueError
        If a value has another type.
    """
    arrays: list[bytes] = []
    text = json.dumps(_tree(value, arrays)).encode()
    return text, b"".join(arrays)


def decoded_value(text: bytes, elements: bytes) -> Any:
    """Return the value encoded by ``encoded_value``; arrays own their memory.

    Raises
    ------
    ValueError, TypeError, LookupError, RecursionError
        If the text or the bytes are invalid.
    """
    return _Decoder(elements).value(json.loads(text))


def _tree(value: Any, arrays: list[bytes]) -> Any:
    """Return a value in a form for JSON, and append the bytes of its arrays."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is list:
        return [_tree(item, arrays) for item in value]
    if kind is tuple:
        return {"tuple": [_tree(item, arrays) for item in value]}
    if kind is dict:
        return {"dict": [[_tree(k, arrays), _tree(v, arrays)] for k, v in value.items()]}
    name, array = _named_array(value)
    return {name: _array_tree(array, arrays)}


def _named_array(value: Any) -> tuple[str, np.ndarray]:
    if isinstance(value, Tensor) and value.layout is torch.strided:
        return "tensor", value.detach().cpu().numpy()
    if isinstance(value, np.generic):
        return "number", np.asarray(value)
    if type(value) is np.ndarray:
        return "array", value
    raise UnsupportedValueError(f"{type(value).__qualname__} cannot be stored without code")


def _array_tree(array: np.ndarray, arrays: list[bytes]) -> list[Any]:
    if array.dtype.kind not in _KINDS:
        raise UnsupportedValueError(f"an array of {array.dtype} cannot be stored without code")
    # The order is kept, because sums over an array in another memory order may round differently.
    order: Literal["C", "F"] = (
        "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    )
    arrays.append(array.tobytes(order))
    return [array.dtype.str, list(array.shape), order]


class _Decoder:
    """Decodes values and their arrays, in order."""

    def __init__(self, elements: bytes) -> None:
        self._elements, self._position = elements, 0

    def value(self, tree: Any) -> Any:
        """Return the value of a part of the parsed text."""
        if isinstance(tree, list):
            return [self.value(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        ((kind, content),) = tree.items()
        return _READERS[kind](self, content)

    def pairs(self, content: Any) -> dict[Any, Any]:
        """Return a dict."""
        return {self.value(key): self.value(value) for key, value in content}

    def array(self, content: Any) -> np.ndarray:
        """Return the next array."""
        name, shape, order = content
        dtype = np.dtype(name)
        if dtype.kind not in _KINDS:
            raise ValueError(f"an array of {dtype}")
        flat = np.frombuffer(self._elements, dtype, prod(shape), self._position)
        self._position += flat.nbytes
        return flat.reshape(shape, order=order).copy("K")


_READERS: dict[str, Callable[[_Decoder, Any], Any]] = {
    "tuple": lambda decoder, content: tuple(map(decoder.value, content)),
    "dict": _Decoder.pairs,
    "array": _Decoder.array,
    "tensor": lambda decoder, content: torch.from_numpy(decoder.array(content)),
    "number": lambda decoder, content: decoder.array(content)[()],
}
