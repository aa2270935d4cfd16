"""Log-uniform integers, for example for numbers of units, batch sizes and patience."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np

from sklearn_deep._compat.sklearn import Interval, validate_parameter_constraints
from sklearn_deep._spaces.distribution import (
    Distribution,
    plain,
    smallest_integers,
)

# Above this number, floats (the type of quantiles) cannot represent every integer.
LARGEST = 2**53


@dataclass(frozen=True)
class int_loguniform(Distribution):  # noqa: N801 - as scipy names its distributions
    """Log-uniform integers; both ends are included.

    A log-uniform number between low − ½ and high + ½ is rounded. The probability of k is exactly::

        log((k + ½) / (k − ½)) / log((high + ½) / (low − ½))

    which is close to 1 / k, so 8 to 16 is about as likely as 64 to 128.

    Parameters
    ----------
    low : int >= 1
        The smallest value.
    high : int >= low
        The largest value, at most 2**53.

    Raises
    ------
    ValueError
        If not 1 <= low <= high <= 2**53, or one is not an integer.

    See Also
    --------
    hidden_layers : Draws numbers of layers and of units.

    References
    ----------
    Bergstra and Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012, who draw
    numbers of units in this way.

    Examples
    --------
    >>> from sklearn_deep.model_selection import int_loguniform
    >>> units = int_loguniform(16, 1024)
    >>> units.ppf([0, 0.5, 1])
    array([  16.,  126., 1024.])
    >>> units.rvs(size=4, random_state=0)
    array([155, 311, 194, 152])
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        name = type(self).__name__
        low = {"low": [Interval(Integral, 1, LARGEST, closed="both")]}
        validate_parameter_constraints(low, {"low": self.low}, name)
        high = {"high": [Interval(Integral, self.low, LARGEST, closed="both")]}
        validate_parameter_constraints(high, {"high": self.high}, name)
        object.__setattr__(self, "low", int(self.low))
        object.__setattr__(self, "high", int(self.high))

    def pmf(self, k: Any) -> Any:
        """Return the probability of each value.

        Parameters
        ----------
        k : int or array-like
            Values. All except integers from ``low`` to ``high`` have probability 0.

        Returns
        -------
        float or ndarray
            Probabilities, in the shape of ``k``.
        """
        k = np.asarray(k, dtype=float)
        possible = (k == np.floor(k)) & (k >= self.low) & (k <= self.high)
        inside = np.clip(k, self.low, self.high)
        return plain(np.where(possible, np.log1p(1 / (inside - 0.5)) / self._span, 0.0))

    def cdf(self, x: Any) -> Any:
        """Return the probability of a number <= ``x``.

        Parameters
        ----------
        x : float or array-like
            Values.

        Returns
        -------
        float or ndarray
            Probabilities, in the shape of ``x``.
        """
        k = np.clip(np.floor(x), self.low - 1, self.high)
        return plain(np.log((k + 0.5) / (self.low - 0.5)) / self._span)

    def ppf(self, q: Any) -> Any:
        """Return the quantiles: the smallest integer k with ``cdf(k) >= q``.

        Parameters
        ----------
        q : float or array-like
            Probabilities.

        Returns
        -------
        float or ndarray
            Whole numbers from ``low`` to ``high``, in the shape of ``q``, as floats (like scipy's); nan
            if ``q`` is not in [0, 1].
        """
        q = np.asarray(q, dtype=float)
        guess = np.ceil((self.low - 0.5) * np.exp(q * self._span) - 0.5)
        return smallest_integers(self, q, guess)

    @property
    def _span(self) -> float:
        return float(np.log((self.high + 0.5) / (self.low - 0.5)))
