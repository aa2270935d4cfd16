"""Equally likely integers.

scipy's ``randint`` rounds quantiles: one just above ``cdf(k)`` gives k and not k + 1. Narrowing asks for
such quantiles, so stages would have other ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sklearn_deep._spaces.distribution import (
    Distribution,
    plain,
    smallest_integers,
)


@dataclass(frozen=True)
class UniformIntegers(Distribution):
    """The integers from ``low`` to ``high``, both included."""

    low: int
    high: int

    def pmf(self, k: Any) -> Any:
        """Return the probability of each value, element by element."""
        k = np.asarray(k, dtype=float)
        possible = (k == np.floor(k)) & (k >= self.low) & (k <= self.high)
        return plain(possible / self._count)

    def cdf(self, x: Any) -> Any:
        """Return the probability of at most ``x``, element by element."""
        return plain(np.clip((np.floor(x) - self.low + 1) / self._count, 0, 1))

    def ppf(self, q: Any) -> Any:
        """Return the smallest integer with ``cdf >= q`` as a float; nan outside [0, 1]."""
        q = np.asarray(q, dtype=float)
        return smallest_integers(self, q, self.low - 1 + np.ceil(q * self._count))

    @property
    def _count(self) -> int:
        return self.high - self.low + 1
