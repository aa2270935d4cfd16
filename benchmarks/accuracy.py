"""Compare the accuracy of defaults on fifteen data sets; see README.md.

``python benchmarks/accuracy.py [--sets NAME ...] [--rows NAME ...] [--seeds N] [--json PATH] [--page]``
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import _machine  # before all that loads numpy
from _accuracy_page import figures_of, write_page
from _accuracy_rows import ROWS, Row
from _accuracy_sets import SETS, Split, n_splits, split

PATH = Path(__file__).with_name("accuracy.json")

# Score, seconds of the processor and epochs, by set, row, and "split, seed".
Found = dict[str, dict[str, dict[str, dict[str, float]]]]


def measure(make: Row, data: Split, seed: int) -> dict[str, float]:
    """Fit a row once and score it on the test samples."""
    estimator = make(seed, data.is_regression)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.process_time()
        estimator.fit(data.X, data.y)
        seconds = time.process_time() - start
        score = estimator.score(data.X_test, data.y_test)
    inner = getattr(estimator, "regressor_", estimator)
    epochs = getattr(inner, "n_epochs_", getattr(inner, "n_iter_", 0))
    return {"score": round(float(score), 6), "seconds": round(seconds, 3), "epochs": int(epochs)}


def missing(
    found: Found, name: str, rows: dict[str, Row], n_seeds: int
) -> list[tuple[str, int, int]]:
    """Return row, split and seed of the fits of a set that are not in ``found`` yet."""
    every = [
        (row, s, seed) for s in range(n_splits(name)) for row in rows for seed in range(n_seeds)
    ]
    return [fit for fit in every if _key(*fit[1:]) not in found.get(name, {}).get(fit[0], {})]


def add(found: Found, name: str, fit: tuple[str, int, int], make: Row, most: int | None) -> None:
    """Make one fit and enter what it gave."""
    row, number, seed = fit
    one = measure(make, split(name, number, most), seed)
    print(f"{name:10} {row:40} split {number} seed {seed}", one, file=sys.stderr, flush=True)
    found.setdefault(name, {}).setdefault(row, {})[_key(number, seed)] = one


def _key(number: int, seed: int) -> str:
    return f"{number}, {seed}"


def run(
    path: Path, rows: dict[str, Row], sets: list[str], n_seeds: int, most: int | None = None
) -> dict[str, Any]:
    """Make the fits that the file at ``path`` does not hold, and write it after each."""
    everything = json.loads(path.read_text()) if path.exists() else {"machine": {}, "found": {}}
    everything["machine"] = _machine.describe()
    for name in sets:
        for fit in missing(everything["found"], name, rows, n_seeds):
            add(everything["found"], name, fit, rows[fit[0]], most)
            path.write_text(_as_text(everything))
    return everything


def _as_text(everything: dict[str, Any]) -> str:
    """Return JSON with a line for each fit."""
    text = json.dumps(everything, indent=1)
    return re.sub(r"\{\s+(\"score\"[^}]*?)\s+\}", _on_a_line, text) + "\n"


def _on_a_line(match: re.Match[str]) -> str:
    return "{" + " ".join(match[1].split()) + "}"


def main() -> None:
    """Fit every row on each set with each seed, print Markdown, write JSON."""
    options = _options()
    rows = {row: ROWS[row] for row in options.rows}
    everything = run(options.json, rows, options.sets, options.seeds)
    print(figures_of(everything))
    if options.page:
        write_page(everything)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--rows", nargs="+", choices=list(ROWS), default=list(ROWS))
    parser.add_argument("--seeds", type=int, default=3, metavar="N")
    parser.add_argument(
        "--json", type=Path, default=PATH, help="read first; only what is missing is run"
    )
    parser.add_argument("--page", action="store_true", help="write docs/accuracy.md and its chart")
    return parser.parse_args()


if __name__ == "__main__":
    main()
