"""Distributions of one number, drawn through their quantiles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from sklearn.utils import check_random_state


class Distribution(ABC):
    """Base class of distributions of one number, with the methods of scipy's frozen distributions.

    Subclasses are frozen dataclasses. A subclass with a method ``pmf`` is a distribution of integers.
    """

    @abstractmethod
    def cdf(self, x: Any) -> Any:
        """Return the probability of a number <= ``x``, elementwise."""

    @abstractmethod
    def ppf(self, q: Any) -> Any:
        """Return the quantiles at ``q``, the inverse of ``cdf``; nan outside [0, 1]."""

    def rvs(self, size: Any = None, random_state: Any = None) -> Any:
        """Draw random numbers.

        Parameters
        ----------
        size : int or tuple of int, default=None
            Shape of the array to draw; ``None`` draws one plain number.
        random_state : int, RandomState, Generator or None, default=None
            Source of randomness. ``None`` uses numpy's global generator; other values do not change it.

        Returns
        -------
        float, int or ndarray of shape ``size``
        """
        values = self.ppf(uniforms(size, random_state))
        return integers(values) if self._of_integers() else values

    def _of_integers(self) -> bool:
        return is_discrete(self)


def is_discrete(distribution: Any) -> bool:
    """Return whether a distribution, also of scipy, is discrete."""
    return hasattr(distribution, "pmf")


def random_source(random_state: Any) -> Any:
    """Return the numpy generator for an argument ``random_state``."""
    is_source = isinstance(random_state, np.random.Generator)
    return random_state if is_source else check_random_state(random_state)


def uniforms(size: Any, random_state: Any) -> Any:
    """Draw uniformly from [0, 1): one float, or an array of shape ``size``."""
    return random_source(random_state).random(size)


def plain(values: Any) -> Any:
    """Return an array unchanged, and an array without axes as a plain number."""
    return values if np.ndim(values) else np.asarray(values).item()


def integers(values: Any) -> Any:
    """Convert whole floats to integers; other values, such as some of scipy's discrete ones, unchanged."""
    if np.any(values != np.floor(values)):
        return values
    return values.astype(int) if np.ndim(values) else int(values)


def smallest_integers(distribution: Any, q: Any, guess: Any) -> Any:
    """Return the smallest integers k with ``cdf(k) >= q``; nan if ``q`` is not in [0, 1].

    Because of rounding, the guess may be too small or too large by one.
    """
    k = np.clip(guess, distribution.low, distribution.high)
    k = np.where((distribution.cdf(k - 1) >= q) & (k > distribution.low), k - 1, k)
    k = np.where((distribution.cdf(k) < q) & (k < distribution.high), k + 1, k)
    return plain(np.where((q >= 0) & (q <= 1), k, np.nan))
