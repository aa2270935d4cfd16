"""The scale of a searched parameter, which determines the positions of its values on an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from sklearn_deep._spaces import FORWARD, INVERSE
from sklearn_deep.inspection._searches.names import value_key, value_labels

# Values that span this factor are on a log scale if their distribution is unknown: 100, up to rounding.
# Fractions close to one rarely span as much.
_FACTOR = 99.99
_FACTOR_BELOW_ONE = 30
_GAP = 0.2
_FEW_NUMBERS = 5
# Tick labels with more letters in total do not fit below a small panel.
_LONG = 26
# For at most this many decades, there are also ticks at multiples of powers of ten.
_FEW_DECADES = 1.8


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number."""
    is_real = isinstance(value, int | float | np.integer | np.floating)
    return is_real and not isinstance(value, bool) and isfinite(value)


def is_masked(value: Any) -> bool:
    """Return whether the candidate does not have the parameter."""
    return value is np.ma.masked


def kind_of_numbers(numbers: Sequence[float]) -> str:
    """Return the scale of numbers whose distribution is unknown."""
    low, high = min(numbers), max(numbers)
    if low > 0 and high / low >= _FACTOR:
        return "log"
    if low >= 0.5 and high < 1 and (1 - low) / (1 - high) > _FACTOR_BELOW_ONE:
        return "one_minus_log"
    return "linear"


@dataclass(frozen=True)
class Scale:
    """The scale of one parameter.

    Parameters
    ----------
    kind : {"linear", "log", "one_minus_log", "category"}
    low, high : float
        The smallest and the largest number; for categories, the first and the last position.
    words : dict of str to str
        Labels of the categories by key, in order. On an axis of numbers, labels of the values that are no
        numbers (None, 0 on a log scale, missing parameters), which are to the left of the numbers.
    is_whole : bool
        Whether all numbers are integers.
    few : tuple of float
        The numbers, if they are few enough to be ticks.
    """

    kind: str
    low: float
    high: float
    words: dict[str, str]
    is_whole: bool = False
    few: tuple[float, ...] = ()

    @classmethod
    def of(cls, values: Sequence[Any], kind: str | None = None) -> Scale:
        """Return a scale for values; ``kind`` is that of their distribution, if it is known."""
        numbers = [value for value in values if is_number(value)]
        positive = [number for number in numbers if number > 0]
        if not numbers:
            return cls._of_categories(values)
        if kind is None:
            zeros_aside = positive if min(numbers) == 0 and positive else numbers
            kind = kind_of_numbers(zeros_aside)
        if kind == "category" or (kind == "log" and min(numbers) < 0):
            return cls._of_categories(values)
        on_axis = (positive or numbers) if kind == "log" else numbers
        kind = kind if kind != "log" or positive else "linear"
        others = [v for v in values if not is_number(v) or (kind == "log" and v == 0)]
        is_whole = all(float(number).is_integer() for number in numbers)
        distinct = tuple(sorted({float(number) for number in on_axis}))
        few = distinct if len(distinct) <= _FEW_NUMBERS else ()
        return cls(kind, distinct[0], distinct[-1], _category_words(others), is_whole, few)

    @classmethod
    def _of_categories(cls, values: Sequence[Any]) -> Scale:
        numbers = sorted({value for value in values if is_number(value)})
        words = _category_words([*numbers, *(value for value in values if not is_number(value))])
        return cls("category", 0.0, float(len(words) - 1), words)

    def positions(self, values: Sequence[Any]) -> np.ndarray:
        """Return the positions of values, in data coordinates of the axis."""
        keys = list(self.words)
        if self.kind == "category":
            return np.array([keys.index(_category_key(value)) for value in values], dtype=float)
        return np.array(
            [
                self._slot(keys.index(k)) if (k := _category_key(v)) in self.words else float(v)
                for v in values
            ]
        )

    def _slot(self, index: int) -> float:
        low, span = self.forward(self.low), self._span
        # The last one is next to the numbers.
        return float(INVERSE[self.kind](low - _GAP * span * (len(self.words) - index)))

    @property
    def _span(self) -> float:
        low, high = self.forward(self.low), self.forward(self.high)
        return float(high - low) or max(1.0, abs(low))

    def forward(self, positions: Any) -> Any:
        """Transform positions to a linear scale."""
        return positions if self.kind == "category" else FORWARD[self.kind](positions)

    def backward(self, places: Any) -> Any:
        """Transform positions on a linear scale back."""
        return places if self.kind == "category" else INVERSE[self.kind](places)

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest position."""
        if self.kind == "category" or not self.words:
            return self.low, self.high
        return self._slot(0), self.high

    def shares(self, positions: Any) -> Any:
        """Return positions as fractions of the distance from the lowest to the highest one."""
        low, high = (self.forward(end) for end in self.limits)
        return (self.forward(positions) - low) / (high - low) if high > low else positions * 0 + 0.5

    def ticks(self) -> tuple[list[float], list[str]]:
        """Return positions and labels of ticks."""
        if self.kind == "category":
            return list(map(float, range(len(self.words)))), list(self.words.values())
        slots = [self._slot(index) for index in range(len(self.words))]
        numbers = self._numbers()
        return [*slots, *numbers], [*self.words.values(), *map(_number_word, numbers)]

    def _numbers(self) -> list[float]:
        if self.few and self._are_apart(self.few):
            return list(self.few)
        found = self._round_numbers()
        slack = 1e-9 * self._span
        low, high = self.forward(self.low) - slack, self.forward(self.high) + slack
        inside = [float(x) for x in found if low <= self.forward(x) <= high]
        return inside if len(inside) > 1 else [self.low, self.high]

    def _are_apart(self, numbers: Sequence[float]) -> bool:
        places = self.forward(np.array(numbers))
        is_short = max(len(_number_word(number)) for number in numbers) <= 5
        return len(numbers) == 1 or (is_short and bool(np.diff(places).min() > _GAP * self._span))

    def _round_numbers(self) -> np.ndarray:
        if self.kind == "linear":
            from matplotlib.ticker import MaxNLocator

            locator = MaxNLocator(4, integer=self.is_whole, steps=[1, 2, 5, 10])
            return np.asarray(locator.tick_values(self.low, self.high))
        low, high = self.forward(np.array([self.low, self.high]))
        step = max(1, round((high - low) / 4))
        decades = 10.0 ** np.arange(np.floor(low), np.ceil(high) + 1, step)
        if step > 1 or high - low > _FEW_DECADES:
            return self._of_powers(decades)
        between = [1, 2, 5] if high - low < 1 else [1, 3 if self.kind == "log" else 2]
        finer = np.sort(np.outer(between, decades).ravel())
        return self._of_powers(finer)

    def _of_powers(self, powers: np.ndarray) -> np.ndarray:
        """Return round numbers: powers of ten and their multiples, or one minus their inverse."""
        return powers if self.kind == "log" else 1 - 1 / powers

    def set_on(self, axis: Any) -> None:
        """Set the scale, limits (with margins) and ticks of a matplotlib axis."""
        positions, words = self.ticks()
        low, high = (self.forward(end) for end in self.limits)
        room = 0.5 if self.kind == "category" else 0.07 * (high - low) or 0.5 * max(1.0, abs(low))
        ends = np.array([low - room, high + room])
        if self.kind == "log":
            _set_scale(axis, "log")
        elif self.kind == "one_minus_log":
            _set_scale(axis, "function", functions=(_forward_below_one, INVERSE[self.kind]))
        axis.set_ticks(positions, words)
        axis.set_ticks([], minor=True)
        getattr(axis.axes, f"set_{axis.axis_name}lim")(*self.backward(ends))
        is_long = sum(map(_n_letters, words)) > _LONG or (self.kind != "category" and self.words)
        if axis.axis_name == "x" and is_long:
            axis.axes.tick_params(axis="x", labelrotation=30)
            for word in axis.get_ticklabels():
                word.set(ha="right", rotation_mode="anchor")


def _set_scale(axis: Any, name: str, **options: Any) -> None:
    getattr(axis.axes, f"set_{axis.axis_name}scale")(name, **options)


def _forward_below_one(x: Any) -> Any:
    # Matplotlib also transforms positions outside the limits.
    return -np.log10(np.maximum(1 - np.asarray(x, dtype=float), 1e-12))


def _category_key(value: Any) -> str:
    return "not set" if is_masked(value) else value_key(value)


def _category_words(values: Sequence[Any]) -> dict[str, str]:
    """Return labels by key; "not set" comes first."""
    words = value_labels(value for value in values if not is_masked(value))
    if len(words) < len({_category_key(value) for value in values}):
        return {"not set": "not set"} | words
    return words


def _number_word(number: float) -> str:
    return (
        f"{number:.6g}" if number == 0 or 1e-3 <= abs(number) < 1e5 else _in_powers_of_ten(number)
    )


def _n_letters(word: str) -> int:
    return len(word.translate(str.maketrans("", "", "${}^")))


def _in_powers_of_ten(number: float) -> str:
    digits, exponent = f"{number:.1e}".split("e")
    factor = "" if float(digits) == 1 else rf"{float(digits):g}\cdot"
    return rf"${factor}10^{{{int(exponent)}}}$"
