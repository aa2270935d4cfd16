"""Turns: only one thread of a team at a time runs Python code between calls of compiled code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, local


class _Own(local):
    """The lock of this thread's team, and whether this thread holds it."""

    turn: Lock | None = None
    is_held = False


_OWN = _Own()


@contextmanager
def taking_turns(turn: Lock) -> Iterator[None]:
    """Let this thread take turns with the other threads that have the same lock."""
    _OWN.turn = turn
    try:
        yield
    finally:
        _OWN.turn = None


@contextmanager
def ending_turn() -> Iterator[None]:
    """End this thread's turn after the block, so that another thread can have its own."""
    try:
        yield
    finally:
        _end_turn()


def _end_turn() -> None:
    if _OWN.is_held:
        _OWN.is_held = False
        assert _OWN.turn is not None
        _OWN.turn.release()


@contextmanager
def without_python() -> Iterator[None]:
    """Run a block of compiled code without Python's lock, then wait for this thread's turn.

    The turn lasts until the next such block or the end of the fit. Outside of a team, nothing is done.

    Each small operation of torch releases Python's lock. Two threads that run Python code at the same
    time would pass the lock to each other at every operation, which takes longer than the operations.
    """
    _end_turn()
    try:
        yield
    finally:
        if _OWN.turn is not None:
            _OWN.turn.acquire()
            _OWN.is_held = True
