"""How much a number may be wrong by because it was rounded."""

from __future__ import annotations

from math import isfinite

_EPSILON = 2.0**-23  # of float32, the coarsest type that data comes in


def slack(*sizes: float) -> float:
    """Return four roundings in float32 of the largest number, infinite ones left out.

    A scaler such as ``MinMaxScaler`` maps the largest value to 1, or to 1 and a rounding.
    """
    return 4 * _EPSILON * max((abs(size) for size in sizes if isfinite(size)), default=0.0)
