"""Quantiles of weighted numbers."""

from __future__ import annotations

from typing import Any

import numpy as np


def weighted_quantiles(values: np.ndarray, weight: np.ndarray, shares: Any) -> np.ndarray:
    """Return weighted quantiles: a sample of weight 2 counts as two samples.

    They equal those of ``numpy.quantile(method="averaged_inverted_cdf")``.
    """
    order = np.argsort(values)
    reached, values = np.cumsum(weight[order]), values[order]
    wanted, slack = shares * reached[-1], 1e-12 * reached[-1]
    last = len(values) - 1
    below = np.searchsorted(reached, wanted - slack).clip(max=last)
    above = np.searchsorted(reached, wanted + slack, side="right").clip(max=last)
    middle: np.ndarray = (values[below] + values[above]) / 2
    return middle
