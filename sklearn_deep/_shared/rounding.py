"""Size of rounding errors."""

from __future__ import annotations

from math import isfinite

_EPSILON = 2.0**-23  # of float32, the coarsest dtype of data


def slack(*sizes: float) -> float:
    """Return four rounding errors in float32 of the largest finite number.

    This tolerance is needed because, for example, ``MinMaxScaler`` may map the largest value to a
    number slightly above 1.
    """
    return 4 * _EPSILON * max((abs(size) for size in sizes if isfinite(size)), default=0.0)
