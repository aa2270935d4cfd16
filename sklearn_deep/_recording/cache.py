"""A cache of recordings by structure, so that fits of the same shapes record a step only once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, TypeVar

Kept = TypeVar("Kept")

_CAPACITY = 64
# Needed because fits may run in several Python threads.
_LOCK = Lock()
_RECORDINGS: OrderedDict[Hashable, Any] = OrderedDict()


def found(key: Hashable) -> Any:
    """Return a cached recording, or None."""
    with _LOCK:
        program = _RECORDINGS.get(key)
        if program is not None:
            _RECORDINGS.move_to_end(key)
    return program


def keep(key: Hashable, program: Kept) -> Kept:
    """Add a recording to the cache; the least recently used ones are dropped if it is full."""
    with _LOCK:
        _RECORDINGS[key] = program
        _RECORDINGS.move_to_end(key)
        while len(_RECORDINGS) > _CAPACITY:
            _RECORDINGS.popitem(last=False)
    return program


def forget(key: Hashable) -> None:
    """Remove a recording from the cache."""
    with _LOCK:
        _RECORDINGS.pop(key, None)
