"""Keys that are equal for equal computations."""

from __future__ import annotations

import copyreg
import random
from collections.abc import Callable, Iterator
from hashlib import blake2b
from inspect import getclosurevars
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import joblib
import numpy as np
import torch
from torch import Tensor, nn

_GENERATORS = (np.random.RandomState, np.random.Generator, random.Random, torch.Generator, Iterator)
_DIGEST = 16


class Key:
    """Equal to another key if all parts of both are equal, to the last bit.

    If a part cannot be compared, the key is unknown: it equals no other key, and the same holds for
    every key that contains it.

    Parameters
    ----------
    *parts : object
        Keys, numbers, containers, arrays, functions, estimators and other objects that can be pickled.
        Objects are compared by type and full state, functions and classes by identity.
    """

    def __init__(self, *parts: Any) -> None:
        try:
            self._parts: tuple[Any, ...] | None = tuple(map(_comparable, parts))
            self._hash = hash(self._parts)
        except Exception:  # noqa: BLE001 - pickling a part can raise any exception
            self._parts = None

    @classmethod
    def unknown(cls) -> Key:
        """Return a key that equals no other key."""
        key = cls()
        key._parts = None
        return key

    @property
    def is_known(self) -> bool:
        """Whether another key can be equal to this one."""
        return self._parts is not None

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Key) and self.is_known and self._parts == other._parts

    def __hash__(self) -> int:
        return self._hash if self.is_known else id(self)

    def __reduce__(self) -> Any:
        if self._parts is None:
            raise TypeError("An unknown key has no meaning outside its process.")
        return _restored, (self._parts,)


def _restored(parts: tuple[Any, ...]) -> Key:
    key = Key()
    # Recomputed, because hashes of strings differ between processes.
    key._parts, key._hash = parts, hash(parts)
    return key


class IncomparableError(Exception):
    """Raised if it cannot be decided whether two parts are equal."""


class _Identical:
    """Equal if it wraps the same object, which it keeps alive."""

    def __init__(self, part: Any) -> None:
        self.part = part

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identical) and self.part is other.part

    def __hash__(self) -> int:
        return id(self.part)


def _comparable(part: Any) -> Any:
    """Return a hashable value that is equal only for equal parts.

    Raises
    ------
    Exception
        If the part cannot be compared.
    """
    kind = type(part)
    if kind in _OF_TYPE:
        return kind, _OF_TYPE[kind](part)
    return next(of(part) for base, of in _OF_BASE if isinstance(part, base))


def _itself(part: Any) -> Any:
    return part


def _of_items(part: Any) -> tuple[Any, ...]:
    return tuple(map(_comparable, part))


def _of_pairs(part: dict[Any, Any]) -> tuple[Any, ...]:
    return _of_items(part.items())


def _of_set(part: Any) -> frozenset[Any]:
    return frozenset(map(_comparable, part))


def _known(key: Key) -> Key:
    if not key.is_known:
        raise IncomparableError("an unknown key")
    return key


def _of_function(function: FunctionType | BuiltinFunctionType) -> _Identical:
    """Return the identity of a function, unless something it refers to changes with each call."""
    known, left = {}, [function]
    while left:
        value = left.pop()
        known[id(value)] = value
        owner = getattr(value, "__self__", None)
        if isinstance(value, BuiltinFunctionType) and not isinstance(
            owner, ModuleType | type | None
        ):
            raise IncomparableError("a method of an object that it may change")
        if isinstance(value, _GENERATORS):
            raise IncomparableError("a function that may draw from a generator")
        if isinstance(value, FunctionType):
            left += [held for held in _held_by(value) if id(held) not in known]
    return _Identical(function)


def _held_by(function: FunctionType) -> list[Any]:
    """Return the defaults, closure variables and global variables of a function."""
    names = getclosurevars(function)  # raises an error if a variable has no value yet
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    return [*defaults, *names.nonlocals.values(), *names.globals.values()]


def _of_method(method: MethodType) -> Any:
    return MethodType, _comparable(method.__func__), _comparable(method.__self__)


def _of_tensor(tensor: Tensor) -> Any:
    return str(tensor.device), tensor.requires_grad, _of_array(tensor.detach().cpu().numpy())


def _of_array(array: Any) -> Any:
    """Return the type, shape, memory order and elements of an array."""
    if array.dtype.hasobject:
        return type(array), array.shape, _comparable(array.ravel().tolist())
    elements = np.ascontiguousarray(array).ravel().view(np.uint8)
    content = blake2b(elements.data, digest_size=_DIGEST).digest()
    # Matrix products of arrays with another memory order are rounded differently.
    is_fortran = array.flags.f_contiguous and not array.flags.c_contiguous
    return type(array), repr(array.dtype), array.shape, is_fortran, content


def _of_object(part: Any) -> Any:
    """Return the type and state of an object: its attributes and its pickled state."""
    kind, attributes = type(part), getattr(part, "__dict__", None)
    if kind.__module__.partition(".")[0] in ("pandas", "polars"):
        return kind, joblib.hash(part)  # because attributes of data frames include caches
    state = None if attributes is None else _comparable(attributes)
    if hasattr(part, "get_params"):
        params = part.get_params(deep=False)
        # The value of a parameter need not be that of the attribute with the same name.
        return kind, state, _comparable({n: v for n, v in params.items() if _differs(part, n, v)})
    reduce = copyreg.dispatch_table.get(kind)
    reduced = part.__reduce_ex__(4) if reduce is None else reduce(part)
    if isinstance(reduced, str):
        return _Identical(part)
    pickled = [None if piece is attributes else piece for piece in reduced[:3]]
    items = [list(piece or ()) for piece in reduced[3:5]]
    return kind, state, _comparable(pickled), _comparable(items)


def _differs(part: Any, name: str, value: Any) -> bool:
    return vars(part).get(name, part) is not value


_OF_TYPE: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys([type(None), bool, int, str, bytes], _itself),
    **dict.fromkeys([float, complex], repr),  # 0.0 differs from -0.0, and nan equals nan
    **dict.fromkeys([list, tuple], _of_items),
    **dict.fromkeys([set, frozenset], _of_set),
    **dict.fromkeys([Tensor, nn.Parameter], _of_tensor),
    dict: _of_pairs,
    np.ndarray: _of_array,
}
_OF_BASE: list[tuple[Any, Callable[[Any], Any]]] = [
    (Key, _known),
    ((type, ModuleType, np.ufunc), _Identical),
    ((FunctionType, BuiltinFunctionType), _of_function),
    (MethodType, _of_method),
    (np.generic, _of_array),
    (object, _of_object),
]
