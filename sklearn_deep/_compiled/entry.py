"""The compiled functions for one dtype, loaded from disk or compiled once per machine.

numba stores compiled code in ``__pycache__`` next to the file of the function, or else in the user's cache
folder; if neither can be written, nothing is stored. numba checks only the file of the function for changes,
although code from other files is compiled into it. Therefore the name of the stored code contains a digest of
everything it depends on. Processes that start at the same time, on this machine or on others with the same
disk, then never write different code to the same file.
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

from sklearn_deep._compiled._kernels import FLAGS, run_steps, summarize
from sklearn_deep._compiled.switch import Interpreter

_CONFIG: Any = numba.config
if _CONFIG.DISABLE_JIT:
    raise ImportError("NUMBA_DISABLE_JIT is set")

_LIBRARY = Path(__file__).parent.parent
# Folders whose files are compiled, or define constants of compiled code.
_FOLDERS = ("_compiled", "_random")


def loaded(dtype: np.dtype, say: Callable[[str], None] | None) -> Interpreter:
    """Return the functions for memory of a dtype; ``say`` receives a line of text if they are compiled."""
    signatures = _signatures(numba.from_dtype(dtype))
    # Not announced for the second function, because compiling it takes little time.
    run = _kept_or_made(run_steps, dtype, signatures[0], say)
    return Interpreter(run, _kept_or_made(summarize, dtype, signatures[1], None))


def _kept_or_made(
    source: Callable[..., None],
    dtype: np.dtype,
    signature: Any,
    say: Callable[[str], None] | None,
) -> Any:
    try:
        return _made(source, dtype, signature, say, cache=True)
    # No folder can be written, the disk is full, or a file is damaged or belongs to another user.
    except (RuntimeError, OSError, EOFError, UnpicklingError):
        return _made(source, dtype, signature, say, cache=False)


def _made(
    source: Callable[..., None],
    dtype: np.dtype,
    signature: Any,
    say: Callable[[str], None] | None,
    cache: bool,
) -> Any:
    assert isinstance(source, FunctionType)
    function = FunctionType(source.__code__, source.__globals__)
    # numba includes this name in the names of its files.
    function.__qualname__ = f"{source.__name__}_{dtype.name}_{source_digest()}"
    entry = numba.njit(**FLAGS | {"no_cpython_wrapper": False}, cache=cache)(function)
    announcement = _Announcement(entry, dtype, say, "once" if cache else "in each process")
    with event.install_listener("numba:compile", announcement):
        entry.compile(signature)
    # Without this, numba would compile again for arrays of another layout. An error is better, because
    # tests find it.
    entry.disable_compile()
    return entry


@cache
def source_digest() -> str:
    """Return a digest of the sources of compiled code, numba's version and the processor."""
    total = hashlib.sha256(f"{numba.__version__} {llvmlite.binding.get_host_cpu_name()}".encode())
    for folder in _FOLDERS:
        for path in sorted((_LIBRARY / folder).rglob("*.py")):
            total.update(path.read_bytes())
    return total.hexdigest()[:16]


def _signatures(number: Any) -> tuple[Any, Any]:
    """Return the argument types of ``run_steps`` and ``summarize``."""
    matrix, table, many = number[:, ::1], types.int64[:, ::1], types.UniTuple
    double = types.float64
    run = types.none(
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
    add_up = types.none(
        many(matrix, 3),
        types.boolean[::1],
        double[::1],
        matrix,
        matrix,
        matrix,
        table,
        types.int64,
        double[::1],
        double[:, ::1],
    )
    return run, add_up


class _Announcement(event.Listener):
    """Announces that a function is being compiled, but not if it is loaded from disk."""

    def __init__(
        self, entry: Any, dtype: np.dtype, say: Callable[[str], None] | None, how_often: str
    ) -> None:
        self.entry, self.say = entry, say
        self.text = f"Compiling the training loop for {dtype.name}: about 15 s, {how_often}."

    def on_start(self, event: Any) -> None:
        """Tell the user, except for functions that are compiled inside another one."""
        if self.say is not None and event.data["dispatcher"] is self.entry:
            self.say(self.text)

    def on_end(self, event: Any) -> None:
        """Do nothing."""
