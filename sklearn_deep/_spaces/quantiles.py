"""The part of a distribution between two of its quantiles."""

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

# Largest fraction of an interval of quantiles that is kept.
LARGEST_SHARE = 2 / 3
# Narrower intervals of quantiles are kept, because float64 has few numbers within them.
NARROWEST = 1e-9


def neighborhood(winners: Sequence[Any]) -> tuple[float, float]:
    """Return the interval of quantiles around the winners.

    It reaches from the lowest winner to the highest one, plus 1 / (2 k) on both sides for k winners, as
    each of them represents 1 / k of the interval: the neighborhood of evenly spread winners is all of
    [0, 1]. An interval wider than ``LARGEST_SHARE`` is shrunk toward the best winner, so that every
    stage is narrower than the one before.

    Parameters
    ----------
    winners : sequence of float or array-like
        Quantiles of the winners, the best first. A winner with several numbers has several
        quantiles, at least one. Those of the best winner always remain inside.

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
    """Return the quantiles of values; for an integer, the middle of the quantiles it covers."""
    quantiles = np.asarray(distribution.cdf(values), dtype=float)
    if is_discrete(distribution):
        quantiles = quantiles - np.asarray(distribution.pmf(values)) / 2
    return quantiles


def value_at(distribution: Any, quantiles: Any) -> Any:
    """Return the values of a distribution, also of scipy, at quantiles."""
    if not is_discrete(distribution) or isinstance(distribution, Distribution):
        return distribution.ppf(quantiles)
    # scipy's discrete distributions return an impossible value at quantile 0, and rounding can make
    # them return k for a quantile just above cdf(k), at which a narrowed space begins.
    quantiles = np.maximum(quantiles, np.finfo(float).tiny)
    k = distribution.ppf(quantiles)
    return np.where(distribution.cdf(k) < quantiles, k + 1, k)


@dataclass(frozen=True)
class Quantiles(Distribution):
    """A distribution restricted to the interval between two of its quantiles.

    Parameters
    ----------
    distribution : object with cdf and ppf
        Distribution of one number, continuous or (if it has ``pmf``) of integers.
    low, high : float in [0, 1]
        The quantiles; low < high.

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
        """Return the probability of a number <= ``x``, elementwise."""
        return plain(np.clip(self._within(np.asarray(self.distribution.cdf(x))), 0, 1))

    def ppf(self, q: Any) -> Any:
        """Return the quantiles at ``q``; nan outside [0, 1]."""
        q = np.asarray(q, dtype=float)
        inside = np.where((q >= 0) & (q <= 1), q, np.nan)
        return plain(value_at(self.distribution, self.low + inside * (self.high - self.low)))

    def narrowed(self, winners: Sequence[Any]) -> Quantiles:
        """Return the part around the values of the best candidates, given best first."""
        if self.high - self.low < NARROWEST:
            return self
        within = np.clip(self._within(quantile_of(self.distribution, list(winners))), 0, 1)
        low, high = neighborhood(within)
        width = self.high - self.low
        return replace(self, low=self.low + low * width, high=self.low + high * width)

    def holds(self, value: Any) -> bool:
        """Return whether a number can be drawn, with a tolerance for rounding at the ends."""
        if is_discrete(self.distribution) and not self.distribution.pmf(value) > 0:
            return False
        low, high = self.ppf([0, 1])
        return bool(low <= value <= high or np.isclose(value, [low, high], 1e-9, 0).any())

    def _within(self, quantiles: Any) -> Any:
        return (quantiles - self.low) / (self.high - self.low)

    def _of_integers(self) -> bool:
        return is_discrete(self.distribution)


def described(distribution: Any) -> str:
    """Return the code that creates a distribution; scipy's ``repr`` shows only an address."""
    if not all(hasattr(distribution, name) for name in ("dist", "args", "kwds")):
        return repr(distribution)
    words = [repr(value) for value in distribution.args]
    words += [f"{name}={value!r}" for name, value in distribution.kwds.items()]
    return f"{distribution.dist.name}({', '.join(words)})"
