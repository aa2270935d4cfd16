"""Recordings of steps, kept by structure: a search or a second fit of the same shapes pays once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, TypeVar

Kept = TypeVar("Kept")

_CAPACITY = 64
# Fits may run in several Python threads.
_LOCK = Lock()
_RECORDINGS: OrderedDict[Hashable, Any] = OrderedDict()


def found(key: Hashable) -> Any:
    """Return a recording made before, if it is still there."""
    with _LOCK:
        program = _RECORDINGS.get(key)
        if program is not None:
            _RECORDINGS.move_to_end(key)
    return program


def keep(key: Hashable, program: Kept) -> Kept:
    """Keep a recording, and the latest others."""
    with _LOCK:
        _RECORDINGS[key] = program
        _RECORDINGS.move_to_end(key)
        while len(_RECORDINGS) > _CAPACITY:
            _RECORDINGS.popitem(last=False)
    return program


def forget(key: Hashable) -> None:
    """Drop a recording."""
    with _LOCK:
        _RECORDINGS.pop(key, None)
