"""Whether steps are compiled. The compiled code is imported when it is first used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import Lock
from types import ModuleType
from typing import NamedTuple

import numpy as np

from sklearn_deep._compiled._graph import Unsupported
from sklearn_deep._shared import warn_user

Say = Callable[[str], None]


class Interpreter(NamedTuple):
    """The compiled functions for one dtype; see the functions of the same names."""

    run_steps: Callable[..., None]
    summarize: Callable[..., None]


_SAY: ContextVar[Say | None] = ContextVar("how the user is told", default=None)
_LOADED: dict[np.dtype, Interpreter] = {}
_LOCK = Lock()


def is_on() -> bool:
    """Return whether steps may be compiled: unless the environment variable ``SKLEARN_DEEP_COMPILED`` is 0."""
    return os.environ.get("SKLEARN_DEEP_COMPILED", "1") != "0"


def is_usable() -> bool:
    """Return whether steps may be compiled and numba can be used; if it cannot, warn once."""
    return is_on() and _entry() is not None


@contextmanager
def announced(say: Say | None) -> Iterator[None]:
    """Send ``say`` a line of text if something is compiled inside the block, in this thread.

    None has no effect, so a silent fit inside a verbose search is announced by the search.
    """
    token = _SAY.set(say or _SAY.get())
    try:
        yield
    finally:
        _SAY.reset(token)


def interpreter_for(dtype: np.dtype) -> Interpreter:
    """Return the interpreter for memory of a dtype; the first call on a machine compiles it.

    Raises
    ------
    Unsupported
        If numba cannot be used.
    """
    with _LOCK:
        if dtype not in _LOADED:
            entry = _entry()
            if entry is None:
                raise Unsupported("numba cannot be used")
            _LOADED[dtype] = entry.loaded(dtype, _SAY.get())
        return _LOADED[dtype]


@cache
def _entry() -> ModuleType | None:
    """Import the compiled code; if this fails, warn once and return None."""
    try:
        from sklearn_deep._compiled import entry
    # A numba that is too old for NumPy, or lacks libraries, raises one of the other errors.
    except (ImportError, AttributeError, OSError, SystemError) as error:
        text = (
            f"numba cannot be used ({error}), so networks are trained on the CPU without compiled code. The "
            "results are the same up to rounding errors, but training takes up to three times as long. "
            "'pip install numba' installs a release that fits your NumPy. Setting the environment variable "
            "SKLEARN_DEEP_COMPILED=0 silences this warning."
        )
        warn_user(UserWarning(text))
        return None
    return entry
