"""Draw ``docs/_static/speed.svg`` from the results of ``cpu_figures.py`` in README.md beside this file."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent
CHART = FOLDER.parent / "docs" / "_static" / "speed.svg"
NETWORKS = ("64, 64; batch 32", "100; batch 64", "100; batch 200", "256, 256; batch 128")
# Panels by title: the beginning of the row with the figures of the four networks.
PANELS = {
    "A fit of 50 epochs: times faster than scikit-learn's MLP": "the same, (64, 64) B=32",
    "A fit of 50 epochs: times faster than skorch": "fit, skorch ÷ ours",
    "A random search, 60 candidates × 5 folds: times faster than scikit-learn": "search, scikit-learn ÷ ours",
}
_COLORS = ("#0b6e99", "#b5651d", "#0b6e99")


def figures() -> dict[str, list[float]]:
    """Read the ratios of the four networks, by title of the panel."""
    lines = (FOLDER / "README.md").read_text().splitlines()
    found = {}
    for title, beginning in PANELS.items():
        (line,) = [line for line in lines if line.startswith(f"| {beginning}")]
        numbers = [float(number) for number in re.findall(r"[\d.]+", line.split("|")[2])]
        found[title] = numbers[-len(NETWORKS) :]
    return found


def main() -> None:
    """Draw one panel per comparison, one bar per network."""
    import matplotlib as mpl

    mpl.use("svg")
    # Text stays text, and names of elements are fixed: the same figures give the same file.
    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "speed", "font.family": "sans-serif"}
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5.4), layout="constrained")
    panels = figure.subplots(len(PANELS), sharex=True)
    for axes, (title, ratios), color in zip(panels, figures().items(), _COLORS, strict=True):
        bars = axes.barh(NETWORKS, ratios, color=color, height=0.65)
        axes.bar_label(bars, labels=[f"{ratio:g}×" for ratio in ratios], padding=4)
        axes.invert_yaxis()
        axes.set_xlim(0, 28)
        axes.axvline(1, color="black", linewidth=0.8, linestyle=":")
        axes.set_title(title, loc="left", fontsize=11)
        axes.spines[["top", "right"]].set_visible(False)
    panels[-1].set_xlabel("ratio of times on one core; hidden units and batch size of each network")
    figure.savefig(CHART, metadata={"Date": None})


if __name__ == "__main__":
    main()
