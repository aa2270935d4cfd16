"""A part of a distribution, between two of its quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sklearn_deep._spaces.distribution import (
    Distribution,
    is_discrete,
    plain,
)

# The most that stays of an interval of quantiles.
LARGEST_SHARE = 2 / 3
# Narrower intervals of quantiles stay: float64 has little to tell apart within them.
NARROWEST = 1e-9


def neighborhood(winners: Sequence[Any]) -> tuple[float, float]:
    """Return the part of [0, 1] around the winners.

    It reaches from the lowest winner to the highest and 1 / (2 k) beyond for k winners, each of which
    stands for 1 / k: evenly spread, they say nothing, and all of [0, 1] is around them. What is wider
    than ``LARGEST_SHARE`` shrinks toward the best winner, so that every stage is narrower.

    Parameters
    ----------
    winners : sequence of float or array-like
        Quantiles of the winners, the best first; several where one has several numbers, at least
        one each. All of the best's stay inside.

    Returns
    -------
    low, high : float
    """
    best = np.atleast_1d(winners[0])
    everyone = np.concatenate([np.atleast_1d(winner) for winner in winners])
    margin = 0.5 / len(winners)
    below = best.min() - max(0.0, everyone.min() - margin)
    above = min(1.0, everyone.max() + margin) - best.max()
    room = max(0.0, LARGEST_SHARE - np.ptp(best))
    kept = min(1.0, room / max(below + above, NARROWEST))
    return float(best.min() - kept * below), float(best.max() + kept * above)


def quantile_of(distribution: Any, values: Any) -> Any:
    """Return the quantiles at which values lie: for integers the middle of those of each."""
    quantiles = np.asarray(distribution.cdf(values), dtype=float)
    if is_discrete(distribution):
        quantiles = quantiles - np.asarray(distribution.pmf(values)) / 2
    return quantiles


def value_at(distribution: Any, quantiles: Any) -> Any:
    """Return what a distribution, ours or scipy's, has at quantiles."""
    if not is_discrete(distribution) or isinstance(distribution, Distribution):
        return distribution.ppf(quantiles)
    # scipy's integers have one that is never drawn at quantile 0, and round: just above the probability
    # of at most k, where narrowed spaces begin, they have k.
    quantiles = np.maximum(quantiles, np.finfo(float).tiny)
    k = distribution.ppf(quantiles)
    return np.where(distribution.cdf(k) < quantiles, k + 1, k)


@dataclass(frozen=True)
class Quantiles(Distribution):
    """What a distribution draws between two of its quantiles.

    Parameters
    ----------
    distribution : object with cdf and ppf
        Of one number, continuous or (with a pmf) of integers.
    low, high : float in [0, 1]
        The quantiles, low < high.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> Quantiles(loguniform(1e-4, 1), 0.25, 0.75)
    Quantiles(loguniform(0.0001, 1), low=0.25, high=0.75)
    >>> Quantiles(loguniform(1e-4, 1), 0.25, 0.75).ppf([0, 0.5, 1]).round(6)
    array([0.001, 0.01 , 0.1  ])
    """

    distribution: Any
    low: float = 0.0
    high: float = 1.0

    def __repr__(self) -> str:
        name = described(self.distribution)
        return f"{type(self).__name__}({name}, low={self.low!r}, high={self.high!r})"

    def cdf(self, x: Any) -> Any:
        """Return the probability of at most ``x``, element by element."""
        return plain(np.clip(self._within(np.asarray(self.distribution.cdf(x))), 0, 1))

    def ppf(self, q: Any) -> Any:
        """Return the quantiles ``q``; nan outside [0, 1]."""
        q = np.asarray(q, dtype=float)
        inside = np.where((q >= 0) & (q <= 1), q, np.nan)
        return plain(value_at(self.distribution, self.low + inside * (self.high - self.low)))

    def narrowed(self, winners: Sequence[Any]) -> Quantiles:
        """Return the part around the values of winners, the best first."""
        if self.high - self.low < NARROWEST:
            return self
        within = np.clip(self._within(quantile_of(self.distribution, list(winners))), 0, 1)
        low, high = neighborhood(within)
        width = self.high - self.low
        return replace(self, low=self.low + low * width, high=self.low + high * width)

    def holds(self, value: Any) -> bool:
        """Tell whether a number can be drawn, to rounding at the ends."""
        if is_discrete(self.distribution) and not self.distribution.pmf(value) > 0:
            return False
        low, high = self.ppf([0, 1])
        return bool(low <= value <= high or np.isclose(value, [low, high], 1e-9, 0).any())

    def _within(self, quantiles: Any) -> Any:
        return (quantiles - self.low) / (self.high - self.low)

    def _of_integers(self) -> bool:
        return is_discrete(self.distribution)


def described(distribution: Any) -> str:
    """Return how a distribution is written; scipy's own ``repr`` is an address."""
    if not all(hasattr(distribution, name) for name in ("dist", "args", "kwds")):
        return repr(distribution)
    words = [repr(value) for value in distribution.args]
    words += [f"{name}={value!r}" for name, value in distribution.kwds.items()]
    return f"{distribution.dist.name}({', '.join(words)})"
