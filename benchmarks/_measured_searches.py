"""Figures of searches."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median

import _measured
from _measured import Figure
from _searches import SIDES, Search
from _timing import in_turn, ratio
from batched_search import NETWORKS, growth, measure, products

# scikit-learn's time is proportional to the number of candidates, so it is scaled from this number.
SAMPLED = {"scikit-learn": 12}


def search(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare searches with those of scikit-learn."""
    for own, aim in zip(NETWORKS, (">= 8", ">= 6", ">= 3", ">= 1.9"), strict=True):
        timing = measure(_short(own, quick), ["scikit-learn"], repeats, sampled=SAMPLED)
        seconds = timing.seconds
        floor = median(seconds["scikit-learn"]) / products(timing.search)
        yield Figure(
            f"search, scikit-learn ÷ ours, {_named(own)}",
            ratio(seconds, "scikit-learn", "sklearn_deep"),
            aim,
            floor,
            {side: median(runs) for side, runs in seconds.items()},
        )


def dropout_search(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare a search that includes dropout with the same search without dropout."""
    for own in _two(quick):
        sides = {"dropout": own._replace(dropout=True), "without": own}
        name = f"search over dropout ÷ without, {_named(own)}"
        yield _measured.of_ours(name, _ours(sides, repeats), "dropout", "without", "<= 1.2", 1.0)


def n_jobs(repeats: int, quick: bool) -> Iterator[Figure]:
    """Compare two jobs with one; both cores must be free."""
    for own in _two(quick):
        sides = {f"n_jobs={n}": own._replace(n_jobs=n) for n in (1, 2)}
        name = f"search, time of n_jobs=1 ÷ n_jobs=2, {_named(own)}"
        yield _measured.of_ours(name, _ours(sides, repeats), *sides, ">= 1.9", 2.0)


def members(repeats: int, quick: bool) -> Iterator[Figure]:
    """Measure how time grows with the number of members."""
    found = growth(repeats, n_iter=6 if quick else 60)
    few, many = found["seconds"]
    yield _measured.of_ours(
        f"search, time of {many} members ÷ {few}", found["seconds"], many, few, "<= 4.2", 4.0
    )


def _two(quick: bool) -> list[Search]:
    return [_short(own, quick) for own in (NETWORKS[0], NETWORKS[3]._replace(n_iter=12))]


def _short(own: Search, quick: bool) -> Search:
    return own._replace(n_iter=4, epochs=2) if quick else own


def _ours(sides: dict[str, Search], repeats: int) -> dict[str, list[float]]:
    """Return the seconds of some of our searches, after one with one epoch, which starts all processes."""
    search = SIDES["sklearn_deep"]
    for own in sides.values():
        search(own._replace(epochs=1))
    return in_turn({name: partial(search, own) for name, own in sides.items()}, repeats)


def _named(own: Search) -> str:
    return f"{own.hidden} B={own.batch_size}"
