"""The kinds of entries of a search space, and the operations on them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict
from numbers import Real
from typing import Any

from sklearn_deep._equality import same
from sklearn_deep._spaces.axes import kind_of_distribution
from sklearn_deep._spaces.distribution import integers, is_discrete
from sklearn_deep._spaces.hidden_layers import hidden_layers
from sklearn_deep._spaces.quantiles import Quantiles, described


def dimension_of(entry: Any) -> Dimension:
    """Return the dimension for an entry of a search space."""
    if isinstance(entry, hidden_layers):
        return LayersDimension(entry)
    if hasattr(entry, "cdf") and hasattr(entry, "ppf"):
        return NumberDimension(entry)
    return OpaqueDimension(entry) if hasattr(entry, "rvs") else ListDimension(entry)


class Dimension(ABC):
    """An entry of a search space. Its own methods ``holds`` and ``narrowed``, if any, take precedence.

    Parameters
    ----------
    entry : sequence, or object with ``rvs``
    """

    def __init__(self, entry: Any) -> None:
        self.entry = entry

    def holds(self, value: Any) -> bool:
        """Return whether a value can be drawn; True if that is not known."""
        return bool(self.entry.holds(value)) if hasattr(self.entry, "holds") else self._holds(value)

    def around(self, winners: Sequence[Any]) -> Any:
        """Return the part of the entry around the values of the best candidates, given best first."""
        if not winners:
            return self.entry
        if hasattr(self.entry, "narrowed"):
            return self.entry.narrowed(winners)
        return self._around(winners)

    @abstractmethod
    def plain(self) -> Any:
        """Return a description of the entry as plain data."""

    def values(self) -> list[Any]:
        """Return the values of a list; an empty list for distributions."""
        return []

    def axis(self) -> str | None:
        """Return the name of the axis on which draws are most uniform; None if it is unknown."""
        return None

    def _holds(self, value: Any) -> bool:
        return True

    def _around(self, winners: Sequence[Any]) -> Any:
        return self.entry


class LayersDimension(Dimension):
    """The distribution ``hidden_layers``, which has its own method ``narrowed``."""

    def plain(self) -> dict[str, Any]:
        """Return the fields of ``hidden_layers`` by name."""
        return asdict(self.entry)


class OpaqueDimension(Dimension):
    """A distribution of which only draws are known. It is never narrowed, and any value may be drawn."""

    def plain(self) -> str:
        """Return its ``repr``; for scipy's distributions, their names and arguments."""
        return described(self.entry)


class NumberDimension(Dimension):
    """A distribution of continuous or integer numbers, with known quantiles."""

    def plain(self) -> tuple[float, float]:
        """Return the smallest and the largest number that can be drawn."""
        low, high = map(float, self._part.ppf([0, 1]))
        is_whole = is_discrete(self._part.distribution)
        return (integers(low), integers(high)) if is_whole else (low, high)

    def axis(self) -> str | None:
        """Return the name of the axis on which the quantiles are most evenly spread."""
        return kind_of_distribution(self.entry)

    @property
    def _part(self) -> Quantiles:
        return self.entry if isinstance(self.entry, Quantiles) else Quantiles(self.entry)

    def _holds(self, value: Any) -> bool:
        return isinstance(value, Real) and self._part.holds(value)

    def _around(self, winners: Sequence[Any]) -> Quantiles:
        return self._part.narrowed(winners)


class ListDimension(Dimension):
    """A list of values."""

    def plain(self) -> list[Any]:
        """Return the values."""
        return self.values()

    def values(self) -> list[Any]:
        """Return the values in order."""
        return list(self.entry)

    def _holds(self, value: Any) -> bool:
        return any(same(value, entry) for entry in self.entry)

    def _around(self, winners: Sequence[Any]) -> list[Any]:
        """Return the selected values in order; if only one value was selected, also a neighbor of it."""
        values = list(self.entry)
        won = [i for i, value in enumerate(values) if any(same(value, w) for w in winners)]
        if not won:
            return values
        others = [i for i, value in enumerate(values) if not same(value, values[won[0]])]
        if others and not set(others) & set(won):
            # The order of a list may have a meaning: take the nearest value, and of two the later one.
            won.append(min(others, key=lambda i: (abs(i - won[0]), -i)))
        return [values[i] for i in sorted(won)]
