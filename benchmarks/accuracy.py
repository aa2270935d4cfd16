"""Compare the accuracy of defaults on fifteen data sets; see README.md.

``python benchmarks/accuracy.py [--sets NAME ...] [--rows NAME ...] [--seeds N] [--json PATH] [--page]``
"""

from __future__ import annotations

import argparse
from pathlib import Path

import _machine  # noqa: F401  # before all that loads numpy
from _accuracy_fits import Study
from _accuracy_page import figures_of, write_page
from _accuracy_rows import ROWS
from _accuracy_sets import SETS, split

PATH = Path(__file__).with_name("accuracy.json")


def main() -> None:
    """Fit every row on each set with each seed, print Markdown, write JSON."""
    options = _options()
    rows = {row: ROWS[row] for row in options.rows}
    everything = Study(options.json, rows, split, options.seeds).run(options.sets)
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
