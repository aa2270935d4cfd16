"""A figure: one number that the library is measured by, with its floor beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import geometric_mean, median
from typing import NamedTuple

import _report
from _timing import faster, ratio


class Figure(NamedTuple):
    """One line of a table.

    Parameters
    ----------
    name : str
    value : float
        Measured value, usually a ratio.
    aim : str
        What it is meant to be, e.g. ">= 4"; empty: it explains another one.
    floor : float or None
        What it would be if our side took no longer than its matrix products; None: products have no
        part in it.
    seconds : dict of str to float
        Median time of each side.
    """

    name: str
    value: float
    aim: str = ""
    floor: float | None = None
    seconds: Mapping[str, float] = {}


def table(figures: Sequence[Figure]) -> str:
    """Return figures as Markdown."""
    header = ["figure", "measured", "aim", "floor", "median seconds"]
    return _report.table(header, [[*f[:4], _in_words(f.seconds)] for f in figures])


def _in_words(seconds: Mapping[str, float]) -> str:
    return ", ".join(f"{side} {value:.3g}" for side, value in seconds.items())


def times_faster(
    name: str, seconds: Mapping[str, Sequence[float]], other: str, ours: str, aim: str = ""
) -> Figure:
    """Return how many times the time of ours the other side takes."""
    products = faster(seconds)
    floor = ratio(seconds, other, products)
    return Figure(
        name, ratio(seconds, other, ours), aim, floor, _medians(seconds, other, ours, products)
    )


def share(
    name: str, seconds: Mapping[str, Sequence[float]], ours: str, other: str, aim: str = ""
) -> Figure:
    """Return by how much the time of the other side must be multiplied to give ours."""
    products = faster(seconds)
    floor = ratio(seconds, products, other)
    return Figure(
        name, ratio(seconds, ours, other), aim, floor, _medians(seconds, ours, other, products)
    )


def of_ours(
    name: str,
    seconds: Mapping[str, Sequence[float]],
    above: str,
    below: str,
    aim: str,
    floor: float,
) -> Figure:
    """Return the ratio of two of our own times."""
    return Figure(name, ratio(seconds, above, below), aim, floor, _medians(seconds, above, below))


def _medians(seconds: Mapping[str, Sequence[float]], *sides: str) -> dict[str, float]:
    return {side: median(seconds[side]) for side in sides}


def mean(name: str, figures: Sequence[Figure], aim: str) -> Figure:
    """Return the geometric mean of ratios, and of their floors."""
    floors = [figure.floor for figure in figures if figure.floor is not None]
    return Figure(
        name, geometric_mean(figure.value for figure in figures), aim, geometric_mean(floors)
    )


def least(name: str, figures: Sequence[Figure], aim: str) -> Figure:
    """Return the least ratio."""
    return min(figures, key=lambda figure: figure.value)._replace(name=name, aim=aim)
