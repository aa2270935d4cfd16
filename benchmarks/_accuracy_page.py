"""The page of the documentation, and its chart, from what ``accuracy.py`` found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import _report
from _accuracy_report import (
    DEFAULT,
    STOPPED,
    cell,
    comparison_table,
    gain,
    rows_of,
    scores_table,
    seconds_table,
)
from _accuracy_sets import HELD_ASIDE, SETS

DOCS = Path(__file__).parents[1] / "docs"
PAGE, CHART = DOCS / "accuracy.md", DOCS / "_static" / "accuracy.svg"
BEGIN, END = "<!-- begin of figures -->", "<!-- end of figures -->"
_COLORS = ("#0b6e99", "#d9730d", "#6a6a6a", "#9065b0", "#4d6461")


def write_page(everything: dict[str, Any]) -> None:
    """Put the figures into the page between its marks, and draw the chart."""
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    figures = figures_of(everything)
    PAGE.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}")
    draw(everything["found"])


def figures_of(everything: dict[str, Any]) -> str:
    """Return all tables as Markdown."""
    found = {name: everything["found"][name] for name in SETS if name in everything["found"]}
    aside = [name for name in found if name in HELD_ASIDE]
    others = [name for name in found if name not in HELD_ASIDE]
    parts = [
        "## Sets held aside until the end",
        comparison_table(found, aside),
        scores_table(found, aside),
        "## Sets on which defaults were chosen",
        comparison_table(found, others),
        scores_table(found, others),
        "## All sets",
        comparison_table(found, list(found)),
        "## Processor time of one fit, in seconds",
        seconds_table(found, list(found)),
        "## Machine",
        _report.table(["machine", ""], list(everything["machine"].items())),
    ]
    return "\n\n".join(part for part in parts if part)


def draw(found: dict[str, Any]) -> None:
    """Draw how much of the error of scikit-learn's early-stopped MLP each row removes on each set."""
    import matplotlib as mpl

    mpl.use("svg")
    # Fixed names of the elements, so that the same figures give the same file.
    mpl.rcParams["svg.hashsalt"] = "accuracy"
    from matplotlib.figure import Figure

    sets = [name for name in SETS if name in found]
    shown = [row for row in rows_of(found) if row != STOPPED and _is_main(row)]
    figure = Figure(figsize=(9, 0.42 * len(sets) + 1.6), layout="constrained")
    axes = figure.subplots()
    for row, color in zip(shown, _COLORS, strict=False):
        places = [i for i, name in enumerate(sets) if {row, STOPPED} <= set(found[name])]
        gains = [100 * gain(*(cell(found[sets[i]][r]) for r in (row, STOPPED))) for i in places]
        marker = "o" if row.startswith("ours") else "s"
        size = 60 if row == "ours" else 28
        axes.scatter(gains, places, s=size, color=color, marker=marker, label=row, zorder=3)
    axes.axvline(0, color="black", linewidth=1)
    axes.set_yticks(range(len(sets)), [f"{s} *" if s in HELD_ASIDE else s for s in sets])
    axes.invert_yaxis()
    axes.set_xlim(-65, 65)
    axes.grid(axis="x", linewidth=0.4)
    axes.set_xlabel(f"% of the error of {STOPPED} removed; further right is better (* held aside)")
    figure.legend(loc="outside upper center", ncols=3, frameon=False, fontsize=9)
    figure.savefig(CHART, metadata={"Date": None})


def _is_main(row: str) -> bool:
    return row in (DEFAULT, "HistGradientBoosting", "ours", "ours, old defaults")
