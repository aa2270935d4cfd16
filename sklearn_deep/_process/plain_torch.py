"""Suspend settings of torch that a user made for other work and that must not affect the library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

import torch

_EXACT = "highest"


@contextmanager
def plain_torch() -> Iterator[None]:
    """Run a block without a default device, autocast or reduced matrix precision set by the user.

    Usually none of these is set, and nothing is changed.
    """
    with ExitStack() as stack:
        if torch.get_default_device().type != "cpu":
            # This context is inside the user's, so tensors without an explicit device are on the CPU.
            stack.enter_context(torch.device("cpu"))
        for kind in ("cpu", "cuda"):
            if torch.is_autocast_enabled(kind):
                stack.enter_context(torch.autocast(kind, enabled=False))
        stack.enter_context(_exact_products)
        yield


class _ExactProducts:
    """Full precision of float32 matrix products while any thread trains or predicts."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._n_inside = 0
        self._before = _EXACT

    def __enter__(self) -> None:
        with self._lock:
            if self._n_inside == 0:
                self._before = torch.get_float32_matmul_precision()
                self._set(_EXACT)
            self._n_inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._n_inside -= 1
            if self._n_inside == 0:
                self._set(self._before)

    def _set(self, precision: str) -> None:
        if self._before != _EXACT:
            torch.set_float32_matmul_precision(precision)


_exact_products = _ExactProducts()
