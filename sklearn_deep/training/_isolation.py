"""What a fit must not change, or depend on, in its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import torch

_ONE_AT_A_TIME = RLock()


@contextmanager
def isolated(seed: int) -> Iterator[None]:
    """Run with one thread and generators of its own; leave the process as it was.

    Small networks lose more time handing work to threads than threads save, and two threads round
    differently from one. Only modules of the user's that draw numbers themselves read torch's
    global generator; they find it seeded. Number of threads and generator are the process's: fits in
    several Python threads wait for each other.
    """
    with _ONE_AT_A_TIME:
        yield from _isolated(seed)


def _isolated(seed: int) -> Iterator[None]:
    n_threads = torch.get_num_threads()
    state = torch.default_generator.get_state()
    torch.set_num_threads(1)
    torch.default_generator.manual_seed(seed)
    try:
        # What is made here must serve outside of the caller's inference mode, too.
        with torch.inference_mode(False):
            yield
    finally:
        torch.default_generator.set_state(state)
        torch.set_num_threads(n_threads)
