"""Recordings of steps, kept by structure: a search or a second fit of the same shapes pays once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, TypeVar

Kept = TypeVar("Kept")

_CAPACITY = 64
_RECORDINGS: OrderedDict[Hashable, Any] = OrderedDict()


def found(key: Hashable) -> Any:
    """Return a recording made before, if it is still there."""
    program = _RECORDINGS.pop(key, None)
    return None if program is None else keep(key, program)


def keep(key: Hashable, program: Kept) -> Kept:
    """Keep a recording, and the latest others."""
    _RECORDINGS[key] = program
    while len(_RECORDINGS) > _CAPACITY:
        _RECORDINGS.popitem(last=False)
    return program


def forget(key: Hashable) -> None:
    """Drop a recording."""
    _RECORDINGS.pop(key, None)
