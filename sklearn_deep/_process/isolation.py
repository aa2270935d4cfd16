"""Isolate a fit from state of the process that it must neither change nor depend on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock, get_ident
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from sklearn_deep._process.one_thread import one_thread
from sklearn_deep._process.plain_torch import plain_torch
from sklearn_deep._process.turns import ending_turn


class _Outside(NamedTuple):
    """State of torch's global generator before a fit changed it."""

    thread: int
    generator: Tensor

    def put_back(self) -> None:
        torch.default_generator.set_state(self.generator)


class _Process:
    """The blocks of ``isolated`` in this process that run user-defined code."""

    one_at_a_time = RLock()
    # The running blocks, the outermost first.
    running: ClassVar[list[_Outside]] = []


@contextmanager
def isolated(seed: int | None) -> Iterator[None]:
    """Run a block with one thread and a seeded generator; restore the state of the process afterward.

    Only user-defined code uses torch's global generator or depends on other state of the process.
    Blocks that run such code wait for each other; other blocks can run at the same time.

    Parameters
    ----------
    seed : int or None
        Seed of the global generator. None: the block runs no user-defined code.
    """
    # Tensors made here must be usable outside of an inference mode that the caller may have entered.
    with one_thread(), plain_torch(), torch.inference_mode(False), ending_turn():
        if seed is None:
            yield
            return
        with _Process.one_at_a_time:
            yield from _with_generator(seed)


def _with_generator(seed: int) -> Iterator[None]:
    _Process.running.append(_Outside(get_ident(), torch.default_generator.get_state()))
    try:
        torch.default_generator.manual_seed(seed)
        yield
    finally:
        _Process.running.pop().put_back()


def is_isolated() -> bool:
    """Return whether this thread is in a block for user-defined code, for which others wait."""
    return any(outside.thread == get_ident() for outside in _Process.running)


def _forget_other_threads() -> None:
    """Release, in a forked process, locks held by threads of the parent, which do not exist here."""
    if _Process.running and _Process.running[0].thread == get_ident():
        return
    _Process.one_at_a_time = RLock()
    if _Process.running:
        _Process.running[0].put_back()
        _Process.running.clear()


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_forget_other_threads)
