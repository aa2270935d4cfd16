"""State of the process that a fit must neither change nor depend on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock, get_ident
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor


class _Outside(NamedTuple):
    """State of the process before a fit changed it."""

    thread: int
    n_threads: int
    generator: Tensor

    def put_back(self) -> None:
        torch.default_generator.set_state(self.generator)
        torch.set_num_threads(self.n_threads)


class _Process:
    """The blocks of ``isolated`` that run in this process."""

    one_at_a_time = RLock()
    # Of the blocks that are running, the outermost first.
    running: ClassVar[list[_Outside]] = []


@contextmanager
def isolated(seed: int) -> Iterator[None]:
    """Run with one thread and separate random generators, and restore the process afterward.

    Small networks lose more time handing work to threads than threads save, and two threads round
    differently from one. Only user-defined modules that draw numbers themselves read torch's
    global generator; they find it seeded. Number of threads and generator are the process's: fits in
    several Python threads wait for each other.
    """
    with _Process.one_at_a_time:
        yield from _alone(seed)


def _alone(seed: int) -> Iterator[None]:
    state = torch.default_generator.get_state()
    _Process.running.append(_Outside(get_ident(), torch.get_num_threads(), state))
    try:
        torch.set_num_threads(1)
        torch.default_generator.manual_seed(seed)
        # What is made here must serve outside of the caller's inference mode, too.
        with torch.inference_mode(False):
            yield
    finally:
        _Process.running[-1].put_back()
        _Process.running.pop()


def _forget_other_threads() -> None:
    """Release, in a forked process, what a thread of the parent holds: it does not exist here."""
    if _Process.running and _Process.running[0].thread == get_ident():
        return
    _Process.one_at_a_time = RLock()
    if _Process.running:
        _Process.running[0].put_back()
        _Process.running.clear()


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(after_in_child=_forget_other_threads)
