"""What ``tables.py`` found, as Markdown."""

from __future__ import annotations

from math import isnan
from statistics import mean, median
from typing import Any

import _report
from _accuracy_report import Fits, cell, gain
from _accuracy_sets import HELD_ASIDE, SETS

BOOSTING, REAL_MLP = "HistGradientBoosting", "RealMLP_TD_S"
ONE, EIGHT = "one network", "ensemble of 8"
_PEERS = (BOOSTING, REAL_MLP)


def report(everything: dict[str, Any]) -> str:
    """Return all tables."""
    found = {name: everything["found"][name] for name in SETS if name in everything["found"]}
    rows = [BOOSTING, REAL_MLP, ONE, EIGHT]
    return "\n\n".join(
        [
            _report.table(["set", *rows], [[_title(s), *_scores(found[s], rows)] for s in found]),
            _log_losses(found, rows),
            _comparison(found),
            _report.table(["set", *rows], [[_title(s), *_seconds(found[s], rows)] for s in found]),
            _report.table(["machine", ""], list(everything["machine"].items())),
        ]
    )


def _title(name: str) -> str:
    return f"{name} *" if name in HELD_ASIDE else name


def _scores(by_row: dict[str, Fits], rows: list[str]) -> list[str | None]:
    cells = [cell(by_row[row]) if row in by_row else None for row in rows]
    return [None if c is None else f"{c.score:.4f}{_spread(c.error)}" for c in cells]


def _spread(error: float) -> str:
    return "" if isnan(error) else f" ± {error:.4f}"


def _seconds(by_row: dict[str, Fits], rows: list[str]) -> list[str | None]:
    return [f"{cell(by_row[row]).seconds:.1f}" if row in by_row else None for row in rows]


def _log_loss(fits: Fits) -> float:
    return mean(one["log_loss"] for one in fits.values())


def _log_losses(found: dict[str, dict[str, Fits]], rows: list[str]) -> str:
    lines = [
        [_title(s), *(f"{_log_loss(by[r]):.4f}" if r in by else None for r in rows)]
        for s, by in found.items()
        if any("log_loss" in fit for fits in by.values() for fit in fits.values())
    ]
    return _report.table(["set, log loss", *rows], lines)


def _comparison(found: dict[str, dict[str, Fits]]) -> str:
    lines = [_against(found, row, peer) for peer in _PEERS for row in (ONE, EIGHT)]
    header = ["row", "against", "better on", "held aside", "error removed", "log loss", "time"]
    return _report.table(header, [line for line in lines if line])


def _against(found: dict[str, dict[str, Fits]], row: str, peer: str) -> list[str] | None:
    """Return how a row stands against a peer on the sets on which both were run."""
    sets = [name for name, by_row in found.items() if {row, peer} <= set(by_row)]
    if not sets:
        return None
    pairs = {s: (cell(found[s][row]), cell(found[s][peer])) for s in sets}
    better = [s for s, (own, other) in pairs.items() if own.score > other.score]
    aside = [s for s in sets if s in HELD_ASIDE]
    classes = [s for s in sets if "log_loss" in next(iter(found[s][row].values()))]
    surer = [s for s in classes if _log_loss(found[s][row]) < _log_loss(found[s][peer])]
    return [
        row,
        peer,
        f"{len(better)} of {len(sets)}",
        f"{len(set(better) & set(aside))} of {len(aside)}",
        f"{100 * mean(gain(*pair) for pair in pairs.values()):+.1f} %",
        f"{len(surer)} of {len(classes)}",
        f"{median(own.seconds / other.seconds for own, other in pairs.values()):.2f}",
    ]
