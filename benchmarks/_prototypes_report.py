"""Gains over the baseline of ``prototypes.py``, as Markdown."""

from __future__ import annotations

from math import sqrt
from statistics import geometric_mean, mean, stdev
from typing import Any, NamedTuple

import _report

BASELINE, LIBRARY = "baseline", "sklearn_deep"
# Requirements for a row, fixed before anything was measured.
LEAST_GAIN, LEAST_SHARE = 2.0, 2 / 3

Fits = dict[str, dict[str, float]]
Found = dict[str, dict[str, Fits]]


class Summary(NamedTuple):
    """Comparison of a row with the baseline, over the sets on which both were run."""

    gains: list[float]  # percent of the error removed, one per set
    log_loss: list[float]  # change in percent, one per set with classes
    time: float  # seconds by those of the baseline, geometric mean
    n_fits: int  # sets × seeds

    @property
    def n_better(self) -> int:
        """Number of sets with a smaller mean error."""
        return sum(gain > 0 for gain in self.gains)

    @property
    def passes(self) -> bool:
        """Whether the row fulfills the requirements."""
        enough = mean(self.gains) >= LEAST_GAIN
        often = self.n_better >= LEAST_SHARE * len(self.gains)
        return enough and often and mean(self.log_loss) <= 0


def gains(fits: Fits, baseline: Fits) -> list[float]:
    """Return the percentage of the error that is removed, for each seed of both."""
    both = [seed for seed in fits if seed in baseline]
    return [100 * (1 - (1 - fits[s]["score"]) / (1 - baseline[s]["score"])) for s in both]


def _changes(fits: Fits, baseline: Fits, name: str) -> list[float]:
    both = [seed for seed in fits if seed in baseline and name in fits[seed]]
    return [fits[seed][name] / baseline[seed][name] for seed in both]


def summary(found: Found, row: str) -> Summary:
    """Return how a row compares."""
    pairs = [(by_row[row], by_row[BASELINE]) for by_row in found.values() if row in by_row]
    changes = [mean(c) for pair in pairs if (c := _changes(*pair, "log_loss"))]
    times = [geometric_mean(_changes(*pair, "seconds")) for pair in pairs]
    return Summary(
        [mean(gains(*pair)) for pair in pairs],
        [100 * (change - 1) for change in changes],
        geometric_mean(times),
        sum(len(gains(*pair)) for pair in pairs),
    )


def _rows(found: Found) -> list[str]:
    rows = dict.fromkeys(row for by_row in found.values() for row in by_row)
    return [row for row in rows if row != LIBRARY]


def summary_table(found: Found) -> str:
    """Return a line for each row."""
    header = [
        "row",
        "fits",
        "error removed, %",
        "better on",
        "log loss, %",
        "better on",
        "time",
        "passes",
    ]
    lines = []
    for row in _rows(found):
        s = summary(found, row)
        lines.append(
            [
                row,
                s.n_fits,
                _with_error(s.gains),
                f"{s.n_better} of {len(s.gains)}",
                _with_error(s.log_loss),
                f"{sum(change < 0 for change in s.log_loss)} of {len(s.log_loss)}",
                f"{s.time:.2f}",
                "yes" if s.passes else "no",
            ]
        )
    return _report.table(header, [line for line in lines if line[0] != BASELINE])


def _with_error(values: list[float]) -> str:
    if len(values) < 2:
        return "–"
    return f"{mean(values):+.1f} ± {stdev(values) / sqrt(len(values)):.1f}"


def gains_table(found: Found) -> str:
    """Return a line for each row and a column for each set: mean and deviation over seeds."""
    scores = [_with_spread([one["score"] for one in r[BASELINE].values()]) for r in found.values()]
    lines = [["baseline: score", *scores]]
    for row in _rows(found):
        if row != BASELINE:
            cells = (gains(r.get(row, {}), r[BASELINE]) for r in found.values())
            lines.append([row, *(_with_spread(values, "+.1f") for values in cells)])
    return _report.table(["row", *found], lines)


def _with_spread(values: list[float], form: str = ".4f") -> str | None:
    if not values:
        return None
    spread = f" ± {stdev(values):{form.lstrip('+')}}" if len(values) > 1 else ""
    return f"{mean(values):{form}}{spread}"


def check_table(found: Found) -> str:
    """Return a line for each fit of the library: baseline, then library."""
    keys = ("score", "log_loss", "epochs")
    lines = [
        [name, seed, *(_both(by_row[BASELINE][seed], one, key) for key in keys)]
        for name, by_row in found.items()
        for seed, one in by_row.get(LIBRARY, {}).items()
    ]
    return _report.table(["set", "seed", "score", "log loss", "epochs"], lines)


def _both(baseline: dict[str, float], library: dict[str, float], key: str) -> str | None:
    if key not in library:
        return None
    form = ".0f" if key == "epochs" else ".4f"
    return f"{baseline[key]:{form}}, {library[key]:{form}}"


def tables(everything: dict[str, Any]) -> str:
    """Return all tables."""
    found = everything["found"]
    machine = _report.table(["machine", ""], list(everything["machine"].items()))
    return "\n\n".join([summary_table(found), gains_table(found), check_table(found), machine])
