"""Means, standard errors and gains of the scores in ``accuracy.json``, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, isnan, nan, sqrt
from statistics import mean, median
from typing import NamedTuple

import _report

DEFAULT, STOPPED = "scikit-learn", "scikit-learn, (256, 256), early stopping"

# Score, seconds of the processor and epochs, by set, row, and "split, seed".
Fits = dict[str, dict[str, float]]
Found = dict[str, dict[str, Fits]]


class Cell(NamedTuple):
    """Mean score of a row on a set, its standard error over seeds, mean seconds of a fit."""

    score: float
    error: float
    seconds: float


def cell(fits: Fits) -> Cell:
    """Return the mean of some fits and the standard error over seeds within each split.

    Parameters
    ----------
    fits : dict
        The standard error is NaN if there is only one seed per split.
    """
    scores: dict[str, list[float]] = {}
    for key, one in fits.items():
        scores.setdefault(key.partition(",")[0], []).append(one["score"])
    squares = sum((s - mean(same)) ** 2 for same in scores.values() for s in same)
    freedom = len(fits) - len(scores)
    error = sqrt(squares / freedom / len(fits)) if freedom else nan
    averages = (mean(one[name] for one in fits.values()) for name in ("score", "seconds"))
    score, seconds = averages
    return Cell(score, error, seconds)


class Comparison(NamedTuple):
    """How a row stands against scikit-learn's two rows over some sets."""

    n_sets: int
    n_better: int  # than both
    n_not_worse: int  # better than both, or within one pooled standard error of the better
    gain: float  # share of the error of STOPPED removed, mean, in percent
    least: float  # difference from STOPPED in pooled standard errors, on the worst set
    time: float  # seconds by those of DEFAULT, median


def compare(found: Found, row: str, sets: Sequence[str]) -> Comparison:
    """Compare a row with scikit-learn's MLPs on the sets on which all three were run."""
    sets = [s for s in sets if {row, DEFAULT, STOPPED} <= set(found.get(s, {}))]
    triples = [[cell(found[s][r]) for r in (row, DEFAULT, STOPPED)] for s in sets]
    leads = [[_lead(own, other) for other in others] for own, *others in triples]
    return Comparison(
        len(sets),
        sum(min(lead) > 0 for lead in leads),
        sum(min(lead) > -1 for lead in leads),
        100 * mean(gain(own, stopped) for own, _, stopped in triples),
        min(lead[1] for lead in leads),
        median(own.seconds / default.seconds for own, default, _ in triples),
    )


def gain(own: Cell, other: Cell) -> float:
    """Return the share of the other's error that is removed."""
    return 1 - (1 - own.score) / (1 - other.score)


def _lead(own: Cell, other: Cell) -> float:
    """Return by how many pooled standard errors a mean is larger; an error is at least 1e-4."""
    # Seeds may agree by chance, and make none or little difference to boosting.
    return (own.score - other.score) / max(hypot(own.error, other.error), 1e-4)


def rows_of(found: Found) -> list[str]:
    """Return the names of all rows, in their order."""
    return list(dict.fromkeys(row for by_row in found.values() for row in by_row))


def scores_table(found: Found, sets: Sequence[str]) -> str:
    """Return a line for each set, a column for each row."""
    rows = rows_of(found)
    lines = [[name, *(score_in_words(found[name].get(row)) for row in rows)] for name in sets]
    return _report.table(["set", *rows], lines)


def score_in_words(fits: Fits | None) -> str | None:
    """Return the mean score with its standard error, if it has one."""
    if not fits:
        return None
    one = cell(fits)
    return f"{one.score:.4f}" + ("" if isnan(one.error) else f" ± {one.error:.4f}")


def seconds_table(found: Found, sets: Sequence[str]) -> str:
    """Return the mean seconds of the processor that a fit takes."""
    rows = rows_of(found)
    lines = [[name, *(seconds_in_words(found[name].get(row)) for row in rows)] for name in sets]
    return _report.table(["set", *rows], lines)


def seconds_in_words(fits: Fits | None) -> str | None:
    """Return the mean seconds of a fit."""
    return f"{cell(fits).seconds:.1f}" if fits else None


def comparison_table(found: Found, sets: Sequence[str]) -> str:
    """Return a line for each row: how it stands against scikit-learn's MLPs."""
    header = [
        "row",
        "better than both",
        "or within one standard error",
        f"gain over {STOPPED}",
        "worst set, standard errors",
        f"time, {DEFAULT} = 1",
    ]
    lines = []
    for row in rows_of(found):
        if not any({row, DEFAULT, STOPPED} <= set(found.get(s, {})) for s in sets):
            continue
        c = compare(found, row, sets)
        counts = (f"{n} of {c.n_sets}" for n in (c.n_better, c.n_not_worse))
        lines.append([row, *counts, f"{c.gain:+.1f} %", f"{c.least:+.1f}", f"{c.time:.2f}"])
    return _report.table(header, lines)
