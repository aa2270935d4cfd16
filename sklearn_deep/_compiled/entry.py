"""The interpreter for one type of numbers: loaded from the disk, or compiled once on a machine.

numba keeps compiled code in ``__pycache__`` next to this file, else in the user's cache folder, else in
none. It notices changes of the file of the function only, and all that ``run_steps`` calls is compiled
into it. So the name of what is kept says what the code depends on: processes that start at
once, here or on other machines with the same disk, never write different code to one file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from pickle import UnpicklingError
from types import FunctionType
from typing import Any

import llvmlite.binding
import numba
import numpy as np
from numba.core import event, types

from sklearn_deep._compiled.elementwise import FLAGS
from sklearn_deep._compiled.interpreter import run_steps

_CONFIG: Any = numba.config
if _CONFIG.DISABLE_JIT:
    raise ImportError("NUMBA_DISABLE_JIT is set")

_LIBRARY = Path(__file__).parent.parent
# Their files are compiled, or hold constants of compiled code.
_FOLDERS = ("_compiled", "_random")


def loaded(dtype: np.dtype, say: Callable[[str], None] | None) -> Callable[..., None]:
    """Return ``run_steps`` for memory of a type; ``say`` receives a line if it must be compiled."""
    try:
        return _made(dtype, say, cache=True)
    # No folder can be written, the disk is full, or a file is damaged or another user's.
    except (RuntimeError, OSError, EOFError, UnpicklingError):
        return _made(dtype, say, cache=False)


def _made(dtype: np.dtype, say: Callable[[str], None] | None, cache: bool) -> Any:
    function = FunctionType(run_steps.__code__, run_steps.__globals__)
    # numba names files after it.
    function.__qualname__ = f"{run_steps.__name__}_{dtype.name}_{source_digest()}"
    entry = numba.njit(**FLAGS | {"no_cpython_wrapper": False}, cache=cache)(function)
    announcement = _Announcement(entry, dtype, say, "once" if cache else "in each process")
    with event.install_listener("numba:compile", announcement):
        entry.compile(_signature(numba.from_dtype(dtype)))
    # Arrays of another layout would be compiled for, too: better an error that a test finds.
    entry.disable_compile()
    return entry


@cache
def source_digest() -> str:
    """Return what names the sources of compiled code, numba and the processor."""
    total = hashlib.sha256(f"{numba.__version__} {llvmlite.binding.get_host_cpu_name()}".encode())
    for folder in _FOLDERS:
        for path in sorted((_LIBRARY / folder).rglob("*.py")):
            total.update(path.read_bytes())
    return total.hexdigest()[:16]


def _signature(number: Any) -> Any:
    """Return the types of the interpreter's arguments, see ``run_steps``."""
    matrix, table, many = number[:, ::1], types.int64[:, ::1], types.UniTuple
    return types.none(
        number[::1],
        many(table, 3),
        table,
        many(matrix, 2),
        many(table, 2),
        many(matrix, 3),
        types.int64[::1],
        types.boolean[::1],
        many(matrix, 3),
        table,
        many(types.int64, 2),
    )


class _Announcement(event.Listener):
    """Says that a function is compiled, when that begins: not if it is found on the disk."""

    def __init__(
        self, entry: Any, dtype: np.dtype, say: Callable[[str], None] | None, how_often: str
    ) -> None:
        self.entry, self.say = entry, say
        self.text = f"Compiling the training loop for {dtype.name}: about 15 s, {how_often}."

    def on_start(self, event: Any) -> None:
        """Tell the user, unless it is one of the functions inside."""
        if self.say is not None and event.data["dispatcher"] is self.entry:
            self.say(self.text)

    def on_end(self, event: Any) -> None:
        """Do nothing."""
