"""The decision rule for bias and variance."""

from __future__ import annotations

import math


def avoidable_bias(train_error: float, bayes_error: float) -> float:
    """Return train error minus Bayes error, or 0 if that is negative."""
    return max(0.0, train_error - bayes_error)


def verdict_of(
    train_error: float, validation_error: float, bayes_error: float, tolerance: float
) -> str:
    """Return "good", "bias", "variance" or "bias and variance".

    Bias: the train error exceeds the Bayes error by more than the tolerance. Variance: the
    validation error exceeds the train error by more than the tolerance.
    """
    bias = _exceeds(avoidable_bias(train_error, bayes_error), tolerance)
    variance = _exceeds(validation_error - train_error, tolerance)
    words = [word for word, found in (("bias", bias), ("variance", variance)) if found]
    return " and ".join(words) or "good"


def _exceeds(value: float, tolerance: float) -> bool:
    # Rounding must not matter: 0.17 - 0.15 is slightly more than 0.02 in floating point.
    return value > tolerance and not math.isclose(value, tolerance, rel_tol=1e-9)
