"""Whether steps are compiled, and the compiled code, which is imported when it is first used."""

import os
from types import ModuleType


def is_on() -> bool:
    """Return whether steps may be compiled: the environment variable ``SKLEARN_DEEP_COMPILED`` is 1."""
    return os.environ.get("SKLEARN_DEEP_COMPILED", "0") == "1"


def compiled_code() -> ModuleType:
    """Return the module of the compiled functions."""
    from sklearn_deep._compiled import interpreter

    return interpreter
