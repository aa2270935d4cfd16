"""Digests of values that are equal in different processes exactly if the computations are equal."""

from __future__ import annotations

import copyreg
import io
import pickle
import random
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from hashlib import blake2b
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any

import joblib
import numpy as np
from scipy.sparse import sparray, spmatrix
from sklearn.utils import check_random_state
from torch import Tensor, uint8

from sklearn_deep._equality.code import Parts, code_parts
from sklearn_deep._equality.origin import is_library
from sklearn_deep._shared import FAMILIES
from sklearn_deep.plugins import available, resolve

_SIZE = 16
_PROTOCOL = 4
_PLAIN = (type(None), bool, int, float, complex, str, bytes, type(...), type(NotImplemented))
# The current state of the global generators does not affect later fits.
_GENERATORS = (check_random_state(None), random.random.__self__)  # type: ignore[attr-defined]
# Objects of these types do not affect any computation.
_EMPTY = (
    *(io.IOBase, threading.local, type(threading.Lock()), type(threading.RLock())),
    *(weakref.ref, weakref.WeakKeyDictionary, weakref.WeakValueDictionary, weakref.WeakSet),
)


class UnknownValueError(TypeError):
    """Raised for a value that may differ from an equal-looking one in ways that cannot be detected."""


class Digest:
    """Computes digests of values, and caches those of functions and classes.

    Containers are represented by their items, arrays by their numbers, instances by their class and
    their pickled state, functions and classes by their code (``code_parts``), and names of plug-ins
    also by the registered plug-ins.

    Raises
    ------
    UnknownValueError
        When called, if a part of the value cannot be inspected, such as a generator.
    """

    def __init__(self) -> None:
        # The values are kept as well, because a new object may get the id of a deleted one.
        self._known: dict[int | str, tuple[Any, bytes]] = {}
        self._open: set[int | str] = set()
        self._families = _families_by_name()

    def __call__(self, value: Any) -> bytes:
        """Return the digest of a value."""
        try:
            return self._of(value)
        except RecursionError as error:
            raise UnknownValueError("an object that is nested too deeply") from error
        finally:
            self._open.clear()
            self._known = {k: v for k, v in self._known.items() if _is_code(v[0])}

    def _of(self, value: Any) -> bytes:
        if type(value) is str and value in self._families:
            return self._remembered(value, value, ("name", *self._plugins(value)))
        if type(value) in _PLAIN:
            return _hashed(type(value).__name__.encode(), repr(value).encode())
        return self._remembered(id(value), value, None)

    def _remembered(self, key: int | str, value: Any, parts: Parts | None) -> bytes:
        if key in self._known:
            return self._known[key][1]
        if key in self._open:
            return _hashed(b"met before")
        self._open.add(key)
        kind, *children = _parts_of_value(value) if parts is None else parts
        digests = [self._of(child) for child in children]
        if isinstance(value, set | frozenset):
            digests.sort()
        self._open.remove(key)
        self._known[key] = value, _hashed(kind.encode(), *digests)
        return self._known[key][1]

    def _plugins(self, name: str) -> Iterator[Any]:
        """Yield a name and the plug-ins registered under it."""
        yield name.encode()
        for family in self._families[name]:
            yield resolve(family, name, argument=family, owner="a plug-in's name")


def _families_by_name() -> dict[str, list[str]]:
    """Return, for each name of a plug-in, the families that have it."""
    found: dict[str, list[str]] = {}
    for family in FAMILIES:
        for name in available(family):
            found.setdefault(name, []).append(family)
    return found


def _parts_of_value(value: Any) -> Parts:
    """Return the parts of a value, its kind first."""
    if (parts := _PARTS.get(type(value))) is not None:
        return parts(value)
    for kind, parts in _PARTS_OF_SUBCLASSES.items():
        if isinstance(value, kind):
            return parts(value)
    if any(value is generator for generator in _GENERATORS):
        return ("global generator",)
    return code_parts(value) or _reduced(value)


def _sparse_parts(matrix: Any) -> Parts:
    found = matrix.tocoo()  # other formats cache results of earlier queries on themselves
    return "sparse", type(matrix), matrix.shape, found.row, found.col, found.data


def _array_parts(array: np.ndarray) -> Parts:
    if array.dtype.hasobject:
        return "objects", str(array.dtype), array.shape, array.ravel().tolist()
    return "array", joblib.hash(np.asarray(array))


def _tensor_parts(tensor: Tensor) -> Parts:
    dense = tensor.detach().cpu().to_dense() if tensor.is_sparse else tensor.detach().cpu()
    numbers = dense.contiguous().reshape(-1).view(uint8).numpy()
    return "tensor", type(tensor), str(tensor.dtype), tuple(tensor.shape), numbers


def _module_parts(module: ModuleType) -> Parts:
    if is_library(module.__name__):
        return "module", module.__name__
    return "module", {n: v for n, v in vars(module).items() if not n.startswith("__")}


def _reduced(value: Any) -> Parts:
    """Return the parts that pickle would store of an object."""
    try:
        reduce = copyreg.dispatch_table.get(type(value))
        found: Any = reduce(value) if reduce else value.__reduce_ex__(_PROTOCOL)
    except Exception as error:
        raise UnknownValueError(f"an object of type {type(value).__qualname__}") from error
    if isinstance(found, str):
        return _global_parts(value, found)
    # A function, its arguments, a state, and iterators over items and over pairs. Later ones may be missing.
    return "object", *(list(part) if isinstance(part, Iterator) else part for part in found)


def _global_parts(value: Any, name: str) -> Parts:
    """Return the name under which a value can be imported, as pickle does."""
    place = pickle.whichmodule(value, name)  # type: ignore[attr-defined]
    if getattr(sys.modules.get(place), name, None) is not value:
        raise UnknownValueError(f"an object of type {type(value).__qualname__}")
    return "named", place, name


def _is_code(value: Any) -> bool:
    return isinstance(value, FunctionType | type)


def _hashed(*parts: bytes) -> bytes:
    found = blake2b(digest_size=_SIZE)
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.digest()


_PARTS: dict[type, Callable[[Any], Parts]] = {
    **{
        kind: lambda items: (type(items).__name__, *items) for kind in (list, tuple, set, frozenset)
    },
    **{kind: lambda mapping: ("dict", *mapping.items()) for kind in (dict, MappingProxyType)},
    **dict.fromkeys((np.ndarray, np.memmap), _array_parts),
}
_PARTS_OF_SUBCLASSES: dict[Any, Callable[[Any], Parts]] = {
    Tensor: _tensor_parts,
    (sparray, spmatrix): _sparse_parts,
    ModuleType: _module_parts,
    _EMPTY: lambda value: ("empty", type(value)),
}
