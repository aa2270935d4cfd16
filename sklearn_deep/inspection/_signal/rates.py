"""Growth rates of signals from layer to layer."""

from __future__ import annotations

import numpy as np

# Accepted change of mean squares over the whole depth, which is a factor of 10 in size.
LIMIT = 100.0


def geometric_rate(mean_squares: np.ndarray) -> float:
    """Return the factor by which mean squares change per layer, from the slope of their logarithms.

    0 if a value is 0, infinity if a value overflowed, NaN for fewer than two layers.
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
    """Return "healthy", "vanishing" or "exploding", by the change over the whole depth."""
    rate = geometric_rate(mean_squares)
    with np.errstate(over="ignore"):
        over_the_depth = rate ** (len(mean_squares) - 1)
    if over_the_depth < 1 / LIMIT:
        return "vanishing"
    return "exploding" if over_the_depth > LIMIT else "healthy"
