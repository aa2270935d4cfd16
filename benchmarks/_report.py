"""Timings as Markdown tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import geometric_mean
from typing import Any

from _cases import Case
from _timing import Floor, Timing

SIDES = ("sklearn_deep", "scikit-learn", "skorch")
OTHERS = SIDES[1:]


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a Markdown table; None is a dash, numbers get three digits."""
    lines = [header, ["---"] * len(header), *[[_cell(value) for value in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return str(value)


def fits_table(timings: Sequence[Timing]) -> str:
    """Return a row a timing: microseconds a step of each side, ratios."""
    header = ["network", "B", "n", "epochs", "variant", "recordings"]
    header += [f"{side}, µs a step" for side in SIDES] + [f"{side} ÷ ours" for side in OTHERS]
    rows = [
        [
            *_named(t.case),
            t.case.n_samples,
            t.case.epochs,
            t.case.variant,
            t.recordings,
            *[t.step_microseconds(side) for side in SIDES],
            *[t.ratio(side) for side in OTHERS],
        ]
        for t in timings
    ]
    return table(header, rows)


def means(timings: Sequence[Timing]) -> list[dict[str, Any]]:
    """Return geometric mean and least ratio over the networks, by everything else."""
    groups: dict[tuple[int, str, str], list[Timing]] = {}
    for t in timings:
        groups.setdefault((t.case.epochs, t.case.variant, t.recordings), []).append(t)
    found = []
    for (epochs, variant, recordings), members in groups.items():
        entry: dict[str, Any] = {"epochs": epochs, "variant": variant, "recordings": recordings}
        for side in OTHERS:
            ratios = [ratio for t in members if (ratio := t.ratio(side)) is not None]
            entry[f"{side} ÷ ours, mean"] = geometric_mean(ratios) if ratios else None
            entry[f"{side} ÷ ours, least"] = min(ratios, default=None)
        found.append(entry)
    return found


def means_table(timings: Sequence[Timing]) -> str:
    """Return the geometric means as a table."""
    entries = means(timings)
    return table(list(entries[0]), [list(entry.values()) for entry in entries])


def floor_table(floors: Sequence[Floor]) -> str:
    """Return, for each network, products and whole step in microseconds, and the share."""
    header = ["network", "B", "matrix products alone, µs", "our step, µs", "share"]
    rows = [[*_named(f.case), f.products, f.step, f"{f.share:.0%}"] for f in floors]
    return table(header, rows)


def first_table(first: dict[str, dict[str, float]]) -> str:
    """Return the seconds of each side in a fresh process."""
    names = list(next(iter(first.values())))
    return table(["side", *names], [[side, *times.values()] for side, times in first.items()])


def _named(case: Case) -> list[Any]:
    return [case.hidden, case.batch_size]


def plain(timings: Sequence[Timing]) -> list[dict[str, Any]]:
    """Return timings as JSON takes them."""
    return [
        t.case._asdict()
        | {
            "recordings": t.recordings,
            "n_steps": t.case.n_steps,
            "seconds": t.seconds,
            "ratios": t.ratios,
        }
        for t in timings
    ]
