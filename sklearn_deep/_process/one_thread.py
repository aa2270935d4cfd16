"""Limit every operation to one thread during training, also if several Python threads train."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock, get_ident
from typing import Any, ClassVar, NamedTuple

import torch
from threadpoolctl import ThreadpoolController


@cache
def _libraries(kind: str) -> list[Any]:
    """Return the controllers of the loaded libraries of a kind, ``"blas"`` or ``"openmp"``."""
    # Cached, because it searches all loaded libraries, which takes milliseconds.
    return list(ThreadpoolController().select(user_api=kind).lib_controllers)


class _Numbers(NamedTuple):
    """Numbers of threads outside of all blocks, for torch and for each BLAS library."""

    of_torch: int
    of_blas: list[int]

    @classmethod
    def now(cls) -> _Numbers:
        """Return the current numbers."""
        return cls(torch.get_num_threads(), [one.num_threads for one in _libraries("blas")])

    def put_back(self) -> None:
        """Set these numbers."""
        torch.set_num_threads(self.of_torch)
        _set_blas(self.of_blas)


class _Limited:
    """The Python threads of this process that are inside a block."""

    lock = Lock()
    outside: ClassVar[_Numbers | None] = None
    # By thread: the OpenMP libraries whose number of threads it changed. OpenMP has one number per thread.
    inside: ClassVar[dict[int, list[Any]]] = {}


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit each operation of torch and BLAS to one thread; restore the numbers of threads afterward.

    For small networks, distributing work among threads takes longer than the threads save, and two
    threads round differently from one. Except for OpenMP, numbers of threads belong to the process: the
    first block sets them, and the last one restores them.
    """
    thread = get_ident()
    if thread in _Limited.inside:
        yield
        return
    with _Limited.lock:
        _enter(thread)
    try:
        yield
    finally:
        with _Limited.lock:
            _leave(thread)


def _enter(thread: int) -> None:
    before = [library.num_threads for library in _libraries("openmp")]
    if not _Limited.inside:
        _Limited.outside = _Numbers.now()
    torch.set_num_threads(1)
    _set_blas([1] * len(_libraries("blas")))
    libraries = zip(_libraries("openmp"), before, strict=True)
    _Limited.inside[thread] = [one for one, number in libraries if one.num_threads != number]


def _leave(thread: int) -> None:
    outside = _Limited.outside
    assert outside is not None
    for library in _Limited.inside.pop(thread):
        library.set_num_threads(outside.of_torch)
    if not _Limited.inside:
        outside.put_back()


def _set_blas(numbers: list[int]) -> None:
    for library, number in zip(_libraries("blas"), numbers, strict=True):
        if library.num_threads != number:
            library.set_num_threads(number)
            # Otherwise, threadpoolctl 3.7 and later would not let another thread restore the number.
            getattr(library, "clear_controlling_thread", lambda force: None)(force=True)


def _leave_for_others() -> None:
    """Leave, in a forked process, the blocks of the parent's threads, which do not exist here."""
    _Limited.lock.release()
    own = _Limited.inside.get(get_ident())
    if own is not None:
        _Limited.inside = {get_ident(): own}
    elif _Limited.inside and _Limited.outside is not None:
        _Limited.inside = {}
        _Limited.outside.put_back()


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(
        before=_Limited.lock.acquire,
        after_in_parent=_Limited.lock.release,
        after_in_child=_leave_for_others,
    )
