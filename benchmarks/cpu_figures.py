"""Print all speed figures of training on a CPU; see README.md beside this file.

``python benchmarks/cpu_figures.py [--repeats N] [--quick] [--processor-time] [--only NAME ...] [--json PATH]``
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import _machine  # before all that loads numpy
import _measured
import _measured_fits as of_fits
import _measured_searches as of_searches
import _report
from _timing import Clock

PARTS: dict[str, Callable[[int, bool], Iterator[_measured.Figure]]] = {
    "fits": of_fits.fits,
    "short": of_fits.short,
    "step": of_fits.step,
    "widths": of_fits.widths,
    "autoencoder": of_fits.autoencoder,
    "eight": of_fits.eight,
    "predict": of_fits.predict,
    "samples": of_fits.samples,
    "first": of_fits.first,
    "search": of_searches.search,
    "dropout_search": of_searches.dropout_search,
    "n_jobs": of_searches.n_jobs,
    "members": of_searches.members,
}


def main() -> None:
    """Measure, print Markdown, write JSON."""
    options = _options()
    machine = _machine.describe() | {"load": _machine.load()}
    print(_report.table(["machine", ""], list(machine.items())), flush=True)
    print(f"\n{_measured.table([])}", flush=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for part in options.only:
        # Two jobs are to save time of the clock alone.
        by_processor = options.processor_time and part != "n_jobs"
        Clock.read = time.process_time if by_processor else time.perf_counter
        for figure in PARTS[part](1 if options.quick else options.repeats, options.quick):
            # Some take minutes: a line as soon as it is known.
            print(_measured.table([figure]).splitlines()[-1], flush=True)
            found.setdefault(part, []).append(figure._asdict())
    if options.json is not None:
        options.json.write_text(json.dumps({"machine": machine, "figures": found}, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each side")
    parser.add_argument("--quick", action="store_true", help="a check that it works")
    parser.add_argument(
        "--processor-time", action="store_true", help="where other programs use the machine"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="NAME")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    return parser.parse_args()


if __name__ == "__main__":
    main()
