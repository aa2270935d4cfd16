"""How fast a signal grows or fades from layer to layer."""

from __future__ import annotations

import numpy as np

# Mean squares may change by this factor over the whole depth: a tenfold change in size.
LIMIT = 100.0


def geometric_rate(mean_squares: np.ndarray) -> float:
    """Return by what factor mean squares change a layer: the slope of their logarithms.

    0 where one has reached 0, infinity where one overflowed, NaN for fewer than two layers.
    """
    values = np.asarray(mean_squares, dtype=float)
    if len(values) < 2:
        return float("nan")
    if not np.isfinite(values).all():
        return float("inf")
    if (values == 0).any():
        return 0.0
    return float(np.exp(np.polyfit(np.arange(len(values)), np.log(values), 1)[0]))


def verdict_on(mean_squares: np.ndarray) -> str:
    """Return "healthy", "vanishing" or "exploding": what the rate makes of a signal over the depth."""
    rate = geometric_rate(mean_squares)
    with np.errstate(over="ignore"):
        over_the_depth = rate ** (len(mean_squares) - 1)
    if over_the_depth < 1 / LIMIT:
        return "vanishing"
    return "exploding" if over_the_depth > LIMIT else "healthy"
