"""Distributions of one number, drawn through their quantiles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from sklearn.utils import check_random_state


class Distribution(ABC):
    """A distribution of one number with the methods of a frozen distribution of scipy.

    Subclasses are frozen dataclasses. One with a ``pmf`` is a distribution of integers.
    """

    @abstractmethod
    def cdf(self, x: Any) -> Any:
        """Return the probability of at most ``x``, element by element."""

    @abstractmethod
    def ppf(self, q: Any) -> Any:
        """Return the quantiles ``q``, the inverse of ``cdf``; nan outside [0, 1]."""

    def rvs(self, size: Any = None, random_state: Any = None) -> Any:
        """Draw at random.

        Parameters
        ----------
        size : int or tuple of int, default=None
            Shape of the array to draw; ``None`` draws one plain number.
        random_state : int, RandomState, Generator or None, default=None
            Source of randomness. ``None`` is numpy's global one; no other touches that.

        Returns
        -------
        float, int or ndarray of shape ``size``
        """
        values = self.ppf(uniforms(size, random_state))
        return integers(values) if self._of_integers() else values

    def _of_integers(self) -> bool:
        return is_discrete(self)


def is_discrete(distribution: Any) -> bool:
    """Tell whether a distribution, ours or scipy's, has probabilities of single values."""
    return hasattr(distribution, "pmf")


def random_source(random_state: Any) -> Any:
    """Return the numpy generator that an argument ``random_state`` stands for."""
    is_source = isinstance(random_state, np.random.Generator)
    return random_state if is_source else check_random_state(random_state)


def uniforms(size: Any, random_state: Any) -> Any:
    """Draw uniformly from [0, 1): one float, or an array of shape ``size``."""
    return random_source(random_state).random(size)


def plain(values: Any) -> Any:
    """Return an array as it is, and one without axes as a plain number."""
    return values if np.ndim(values) else np.asarray(values).item()


def integers(values: Any) -> Any:
    """Return whole floats, one or an array, as integers; scipy has discrete ones that are not whole."""
    if np.any(values != np.floor(values)):
        return values
    return values.astype(int) if np.ndim(values) else int(values)


def smallest_integers(distribution: Any, q: Any, guess: Any) -> Any:
    """Return the smallest integers of probability ``cdf >= q``, nan where ``q`` is not in [0, 1].

    The guess may be a neighbor of it, by rounding.
    """
    k = np.clip(guess, distribution.low, distribution.high)
    k = np.where((distribution.cdf(k - 1) >= q) & (k > distribution.low), k - 1, k)
    k = np.where((distribution.cdf(k) < q) & (k < distribution.high), k + 1, k)
    return plain(np.where((q >= 0) & (q <= 1), k, np.nan))
