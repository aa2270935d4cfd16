"""Whether two values of a parameter are the same, whatever they are."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from numbers import Real
from typing import Any

import numpy as np


def same(first: Any, second: Any) -> bool:
    """Tell whether two values of a parameter are one: identical or equal, arrays and nan too.

    Estimators are the same when their parameters are, so that clones and copies from a file are.
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
    """Tell whether two arrays have the same type, shape and values."""
    if first.dtype != second.dtype or first.shape != second.shape:
        return False
    return all(map(same, first.ravel().tolist(), second.ravel().tolist()))


def equal(first: Any, second: Any) -> bool:
    """Tell whether ``==`` says that two values are equal; what gives no truth value is not."""
    # A search that offers False and 0 offers two things.
    if isinstance(first, bool | np.bool_) != isinstance(second, bool | np.bool_):
        return False
    if isinstance(first, Real) and isinstance(second, Real) and isnan(first) and isnan(second):
        return True
    try:
        return bool(first == second)
    except (TypeError, ValueError, RuntimeError):
        return False
