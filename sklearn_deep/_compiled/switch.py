"""Whether steps are compiled, and the compiled code, which is imported when it is first used."""

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
    """The compiled functions for one type of numbers; see those of the same names."""

    run_steps: Callable[..., None]
    summarize: Callable[..., None]


_SAY: ContextVar[Say | None] = ContextVar("how the user is told", default=None)
_LOADED: dict[np.dtype, Interpreter] = {}
_LOCK = Lock()


def is_on() -> bool:
    """Return whether steps may be compiled: unless the environment variable ``SKLEARN_DEEP_COMPILED`` is 0."""
    return os.environ.get("SKLEARN_DEEP_COMPILED", "1") != "0"


def is_usable() -> bool:
    """Return whether steps may be compiled, and numba can be used; if it cannot, warn once."""
    return is_on() and _entry() is not None


@contextmanager
def announced(say: Say | None) -> Iterator[None]:
    """Let ``say`` receive a line if something is compiled inside the block, in this thread.

    None changes nothing: a silent fit inside of a verbose search leaves it to the search.
    """
    token = _SAY.set(say or _SAY.get())
    try:
        yield
    finally:
        _SAY.reset(token)


def interpreter_for(dtype: np.dtype) -> Interpreter:
    """Return the interpreter for memory of a type; the first call on a machine compiles it.

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
    """Import the compiled code; if that fails, warn once and return None."""
    try:
        from sklearn_deep._compiled import entry
    # A numba that is too old for NumPy, or whose libraries are missing, raises one of the others.
    except (ImportError, AttributeError, OSError, SystemError) as error:
        text = (
            f"numba cannot be used ({error}), so networks train on the CPU without compiled code: the "
            "results are the same up to rounding, and it takes up to three times as long. "
            "'pip install numba' installs a release for your NumPy; the environment variable "
            "SKLEARN_DEEP_COMPILED=0 silences this warning."
        )
        warn_user(UserWarning(text))
        return None
    return entry
