"""Whether two values of a parameter are equal, for values of any type."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from numbers import Real
from typing import Any

import numpy as np


def same(first: Any, second: Any) -> bool:
    """Return whether two values of a parameter are identical or equal; nan equals nan.

    Arrays are compared by their elements and estimators by their parameters, so clones and copies
    loaded from a file are equal to the original.
    """
    if first is second:
        return True
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        return type(first) is type(second) and same_arrays(first, second)
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, list | tuple) and type(first) is type(second):
        return len(first) == len(second) and all(map(same, first, second))
    if hasattr(first, "get_params") and not isinstance(first, type):
        return type(first) is type(second) and same(
            first.get_params(deep=False), second.get_params(deep=False)
        )
    return equal(first, second)


def same_arrays(first: np.ndarray, second: np.ndarray) -> bool:
    """Return whether two arrays have the same dtype, shape and values."""
    if first.dtype != second.dtype or first.shape != second.shape:
        return False
    return all(map(same, first.ravel().tolist(), second.ravel().tolist()))


def equal(first: Any, second: Any) -> bool:
    """Return whether ``==`` is true for two values; False if its result has no truth value."""
    # False == 0 in Python, but a search that offers both offers two different values.
    if isinstance(first, bool | np.bool_) != isinstance(second, bool | np.bool_):
        return False
    if isinstance(first, Real) and isinstance(second, Real) and isnan(first) and isnan(second):
        return True
    try:
        return bool(first == second)
    except (TypeError, ValueError, RuntimeError):
        return False
