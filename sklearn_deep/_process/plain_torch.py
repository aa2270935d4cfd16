"""Settings of torch's that a user has made for other work, which must not reach the library's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

import torch

_EXACT = "highest"


@contextmanager
def plain_torch() -> Iterator[None]:
    """Run without a default device, automatic mixed precision or shortened products of the user's.

    In all but rare cases nothing is set, and nothing is done.
    """
    with ExitStack() as stack:
        if torch.get_default_device().type != "cpu":
            # Inside of the user's: what says no device is made on the CPU.
            stack.enter_context(torch.device("cpu"))
        for kind in ("cpu", "cuda"):
            if torch.is_autocast_enabled(kind):
                stack.enter_context(torch.autocast(kind, enabled=False))
        stack.enter_context(_exact_products)
        yield


class _ExactProducts:
    """Products of float32 in full precision while any thread trains or predicts."""

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
