"""Numbers whose distance to one is log-uniform, for momentum and Adam's betas."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from sklearn_deep._compat.sklearn import Interval, validate_parameter_constraints
from sklearn_deep._spaces.distribution import Distribution, plain


@dataclass(frozen=True)
class one_minus_loguniform(Distribution):  # noqa: N801 - as scipy names its distributions
    """Numbers x below one such that 1 − x is log-uniform.

    Use it for weights of moving averages, such as momentum and Adam's betas. Their effect depends on
    the number of steps that are averaged, 1 / (1 − x), so the change from 0.9 to 0.99 is as large as
    the one from 0.99 to 0.999. With U uniform in [0, 1]::

        x = 1 − (1 − low) · ((1 − high) / (1 − low))^U

    and ``one_minus_loguniform(0.9, 0.999)`` is 1 − 10^−(1 + 2U).

    Parameters
    ----------
    low : float in [0, 1)
        The smallest value.
    high : float in (low, 1)
        The largest value.

    Raises
    ------
    ValueError
        If not 0 <= low < high < 1.

    See Also
    --------
    scipy.stats.loguniform : For learning rates and strengths of penalties.

    References
    ----------
    Bergstra and Bengio, "Random search for hyper-parameter optimization", JMLR 13, 2012, who draw
    parameters on the scale on which they act.

    Examples
    --------
    >>> from sklearn_deep.model_selection import one_minus_loguniform
    >>> beta = one_minus_loguniform(0.9, 0.999)
    >>> round(beta.ppf(0.5), 9)
    0.99
    >>> beta.rvs(size=3, random_state=0).round(4)
    array([0.992 , 0.9963, 0.9938])
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        name = type(self).__name__
        low = {"low": [Interval(Real, 0, 1, closed="left")]}
        validate_parameter_constraints(low, {"low": self.low}, name)
        high = {"high": [Interval(Real, self.low, 1, closed="neither")]}
        validate_parameter_constraints(high, {"high": self.high}, name)
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))

    def cdf(self, x: Any) -> Any:
        """Return log((1 − x) / (1 − low)) / log((1 − high) / (1 − low)), clipped to [0, 1].

        Parameters
        ----------
        x : float or array-like
            Values.

        Returns
        -------
        float or ndarray
            Probability of a number <= ``x``, in the shape of ``x``.
        """
        inside = np.clip(x, self.low, self.high)
        return plain((np.log1p(-inside) - np.log1p(-self.low)) / self._span)

    def ppf(self, q: Any) -> Any:
        """Return the quantiles at ``q``.

        Parameters
        ----------
        q : float or array-like
            Probabilities.

        Returns
        -------
        float or ndarray
            Values in the shape of ``q``; nan if ``q`` is not in [0, 1].
        """
        q = np.asarray(q, dtype=float)
        values = -np.expm1(np.log1p(-self.low) + q * self._span)
        # Clipped, because rounding could lead out of the range.
        return plain(np.where((q >= 0) & (q <= 1), np.clip(values, self.low, self.high), np.nan))

    @property
    def _span(self) -> float:
        return float(np.log1p(-self.high) - np.log1p(-self.low))
