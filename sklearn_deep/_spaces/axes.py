"""Axes for numbers: linear, logarithmic, or logarithmic in the distance to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

FORWARD: dict[str, Callable[[Any], Any]] = {
    "linear": lambda x: x,
    "log": np.log10,
    "one_minus_log": lambda x: -np.log10(1 - x),
}
INVERSE: dict[str, Callable[[Any], Any]] = {
    "linear": lambda t: t,
    "log": lambda t: 10.0**t,
    "one_minus_log": lambda t: 1 - 10.0**-t,
}


def kind_of_distribution(distribution: Any) -> str | None:
    """Return the axis on which a distribution is most uniform; None if that is not known."""
    if not hasattr(distribution, "ppf"):
        return None
    shares = np.linspace(0.05, 0.95, 7)
    numbers = np.asarray(distribution.ppf(shares), dtype=float)
    if not np.isfinite(numbers).all() or np.ptp(numbers) == 0:
        return None
    return min(FORWARD, key=lambda kind: _unevenness(kind, shares, numbers))


def _unevenness(kind: str, shares: np.ndarray, numbers: np.ndarray) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        places = FORWARD[kind](numbers)
    if not np.isfinite(places).all():
        return np.inf
    # Rounded, so that ``min`` selects the first of axes that are equally good.
    return round(1 - float(np.corrcoef(shares, places)[0, 1]), 6)
