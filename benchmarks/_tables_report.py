"""The results of ``tables.py``, as Markdown."""

from __future__ import annotations

from collections.abc import Callable
from statistics import mean, median
from typing import Any

import _report
from _accuracy_report import Fits, cell, gain, score_in_words, seconds_in_words
from _accuracy_sets import HELD_ASIDE, SETS

BOOSTING, REAL_MLP = "HistGradientBoosting", "RealMLP_TD_S"
ONE, EIGHT = "one network", "ensemble of 8"
_PEERS = (BOOSTING, REAL_MLP)
_ROWS = (*_PEERS, ONE, EIGHT)


def report(everything: dict[str, Any]) -> str:
    """Return all tables."""
    found = {name: everything["found"][name] for name in SETS if name in everything["found"]}
    return "\n\n".join(
        [
            _table(found, score_in_words),
            _log_losses(found),
            _comparison(found),
            _table(found, seconds_in_words),
            _report.table(["machine", ""], list(everything["machine"].items())),
        ]
    )


def _title(name: str) -> str:
    return f"{name} *" if name in HELD_ASIDE else name


def _table(found: dict[str, dict[str, Fits]], words: Callable[[Fits | None], str | None]) -> str:
    """Return one line per set, with one column per row."""
    lines = [[_title(s), *(words(by.get(row)) for row in _ROWS)] for s, by in found.items()]
    return _report.table(["set", *_ROWS], lines)


def _log_loss(fits: Fits) -> float:
    return mean(one["log_loss"] for one in fits.values())


def _log_losses(found: dict[str, dict[str, Fits]]) -> str:
    lines = [
        [_title(s), *(f"{_log_loss(by[r]):.4f}" if r in by else None for r in _ROWS)]
        for s, by in found.items()
        if any("log_loss" in fit for fits in by.values() for fit in fits.values())
    ]
    return _report.table(["set, log loss", *_ROWS], lines)


def _comparison(found: dict[str, dict[str, Fits]]) -> str:
    lines = [_against(found, row, peer) for peer in _PEERS for row in (ONE, EIGHT)]
    header = ["row", "against", "better on", "held aside", "error removed", "log loss", "time"]
    return _report.table(header, [line for line in lines if line])


def _against(found: dict[str, dict[str, Fits]], row: str, peer: str) -> list[str] | None:
    """Return the comparison of a row with a peer on the sets on which both were run."""
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
