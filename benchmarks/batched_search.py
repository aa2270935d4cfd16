"""Time whole random searches against scikit-learn's MLP and skorch; see README.md beside this file.

``python benchmarks/batched_search.py [--repeats N] [--quick] [--only NAME] [--device cuda] [--json PATH]``
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import _machine  # before all that loads numpy
import _report
import torch
from _searches import N_CLASSES, SIDES, Search
from _timing import in_turn, product_loops, ratio, timed

NETWORKS = (
    Search((64, 64), 32),
    Search((100,), 64),
    Search((100,), 200),
    Search((256, 256), 128),
)
# skorch is timed on this many candidates and scaled.
SAMPLED = {"skorch": 2}


class Timing(NamedTuple):
    """Seconds of each run of each side, whole searches."""

    search: Search
    seconds: dict[str, list[float]]

    def ratio(self, side: str) -> float | None:
        """Return the median over runs of how many times faster ours is."""
        return ratio(self.seconds, side, "sklearn_deep") if side in self.seconds else None


def measure(
    search: Search,
    others: list[str],
    repeats: int,
    device: str = "cpu",
    sampled: Mapping[str, int] = SAMPLED,
) -> Timing:
    """Time every library in turn, after a short search of each; times of ``sampled`` ones are scaled."""
    sides = ["sklearn_deep", *others]
    for side in sides:
        SIDES[side](search._replace(n_iter=2, epochs=1), device)
    n_iter = {side: min(sampled.get(side, search.n_iter), search.n_iter) for side in sides}
    runs = {
        side: partial(SIDES[side], search._replace(n_iter=n), device) for side, n in n_iter.items()
    }
    seconds = in_turn(runs, repeats)
    return Timing(search, {s: [t * search.n_iter / n_iter[s] for t in seconds[s]] for s in sides})


def products(search: Search) -> float:
    """Return the seconds of only the matrix products of all fits, forward and backward."""
    assert search.hidden is not None
    sizes = (64, *search.hidden, N_CLASSES)
    loops = product_loops(sizes, search.batch_size, search.n_steps).values()
    return min(median(timed(loop) for _ in range(3)) for loop in loops) * search.n_fits


def table(timings: list[Timing], floors: bool) -> str:
    """Return one row per search."""
    header = ["network", "B", "fits", "processes", "sklearn_deep, s"]
    header += [f"{side}, s" for side in _report.OTHERS]
    header += [f"{side} ÷ ours" for side in _report.OTHERS]
    header += ["µs a member and step", "matrix products alone"]
    rows = []
    for timing in timings:
        search, ours = timing.search, median(timing.seconds["sklearn_deep"])
        known = floors and search.hidden is not None and search.n_jobs is None
        rows.append(
            [
                search.hidden or "1–3 layers of 16–256",
                search.batch_size,
                search.n_fits,
                search.n_jobs or 1,
                ours,
                *[_median(timing, side) for side in _report.OTHERS],
                *[timing.ratio(side) for side in _report.OTHERS],
                ours / search.n_fits / search.n_steps * 1e6,
                f"{products(search) / ours:.0%}" if known else None,
            ]
        )
    return _report.table(header, rows)


def _median(timing: Timing, side: str) -> float | None:
    return median(timing.seconds[side]) if side in timing.seconds else None


def growth(repeats: int, device: str = "cpu", n_iter: int = 60) -> dict[str, Any]:
    """Return how time and memory grow with four times the members."""
    few = Search((64, 64), 32, n_iter=n_iter, epochs=5)
    runs = {
        str(search.n_fits): partial(SIDES["sklearn_deep"], search, device)
        for search in (few, few._replace(n_iter=4 * n_iter))
    }
    seconds = in_turn(runs, repeats)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    few_members, many_members = seconds
    grown = ratio(seconds, many_members, few_members)
    return {"seconds": seconds, "ratio": grown, "peak resident MiB": peak}


def main() -> None:
    """Measure, print Markdown, write JSON."""
    options = _options()
    machine = _machine.describe() | {"load": _machine.load()}
    print(_report.table(["machine", ""], list(machine.items())), flush=True)
    found: dict[str, Any] = {"machine": machine}
    if options.device == "cuda" and not torch.cuda.is_available():
        print("\nnot run: no CUDA GPU")
        return
    timings: list[Timing] = []
    for search, who in _plan(options):
        timings.append(measure(search, *who, options.device))
        lines = table(timings[-1:], options.device == "cpu").splitlines()
        # The searches take minutes each, so each row is printed as soon as it is known.
        print("\n".join(["", *lines] if len(timings) == 1 else lines[2:]), flush=True)
    found["searches"] = [t.search._asdict() | {"seconds": t.seconds} for t in timings]
    if options.only is None and not options.quick:
        found["growth"] = growth(options.repeats, options.device)
        print(f"\n300 → 1200 members: {found['growth']}", flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


def _plan(options: argparse.Namespace) -> list[tuple[Search, tuple[list[str], int]]]:
    # All libraries are timed only for the first network, because the slowest takes minutes.
    usual = ["skorch"] if options.device == "cuda" else ["scikit-learn"]
    others = [["scikit-learn", "skorch"], *[usual] * (len(NETWORKS) - 1)]
    searches = list(zip(NETWORKS, others, strict=True))
    if options.device == "cpu":
        searches += [(search._replace(n_jobs=2), ["scikit-learn"]) for search in NETWORKS]
    # Two candidates of skorch are not enough for networks of all sizes.
    searches += [(Search(None, 64), ["scikit-learn"] if options.device == "cpu" else [])]
    if options.only is not None:
        searches = [searches[i] for i in options.only]
    if options.quick:
        searches = [(s._replace(n_iter=6, epochs=3), who) for s, who in searches]
    return [(search, (who, options.repeats)) for search, who in searches]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="runs of each side")
    parser.add_argument("--quick", action="store_true", help="few candidates and epochs")
    parser.add_argument("--only", type=int, nargs="+", help="numbers of searches, from 0")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--json", type=Path, help="where to write all runs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
