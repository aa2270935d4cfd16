"""Time one fit against scikit-learn's MLP and skorch; see README.md beside this file.

``python benchmarks/single_fit.py [--repeats N] [--quick] [--device cuda] [--json PATH]``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import _machine  # before all that loads numpy
import _report
import torch
from _cases import NETWORKS, VARIANTS, Case
from _fresh import first_fits
from _timing import Timing, floor, measure

# skorch takes most of the time of a run.
SKORCH_REPEATS = 3
NO_GPU = "not run: no CUDA GPU"


def main() -> None:
    """Measure, print Markdown, write JSON."""
    options = _options()
    found = {"machine": _machine.describe() | {"load": _machine.load()}}
    print(_report.table(["machine", ""], list(found["machine"].items())), flush=True)
    measured = _on_gpu(options) if options.device == "cuda" else _on_cpu(options)
    if options.json is not None:
        options.json.write_text(json.dumps(found | measured, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs of each side (skorch: 3)")
    parser.add_argument("--quick", action="store_true", help="small networks, one run, 5 epochs")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--json", type=Path, help="where to write all runs")
    return parser.parse_args()


def _on_cpu(options: argparse.Namespace) -> dict[str, Any]:
    timings = _timings(options)
    _show("Fits", _report.fits_table(timings))
    _show("Geometric means over networks", _report.means_table(timings))
    floors = [floor(case, options.repeats) for case in _networks(options)]
    _show("Floor", _report.floor_table(floors))
    first = first_fits(1 if options.quick else 3, _report.OTHERS)
    _show("Fresh process, seconds", _report.first_table(first))
    gpu = "not run: ask with --device cuda" if torch.cuda.is_available() else NO_GPU
    _show("GPU", gpu)
    return {
        "fits": _report.plain(timings),
        "means": _report.means(timings),
        "floor": [f._asdict() | {"case": f.case._asdict()} for f in floors],
        "first": first,
        "gpu": gpu,
    }


def _on_gpu(options: argparse.Namespace) -> dict[str, Any]:
    if not torch.cuda.is_available():
        _show("GPU", NO_GPU)
        return {"gpu": NO_GPU}
    timings = _timings(options)
    _show("Fits on the GPU", _report.fits_table(timings))
    _show("Geometric means over networks", _report.means_table(timings))
    return {"gpu": _report.plain(timings), "means": _report.means(timings)}


def _show(title: str, text: str) -> None:
    print(f"\n### {title}\n\n{text}", flush=True)


def _timings(options: argparse.Namespace) -> list[Timing]:
    # scikit-learn has no dropout and no GPU: nobody to compare weights alone with.
    variants = [v for v in VARIANTS if options.device == "cpu" or v != "weights"]
    cases = [
        network._replace(epochs=epochs, variant=variant)
        for epochs in ([5] if options.quick else [5, 50])
        for variant in variants
        for network in _networks(options)
    ]
    repeats = 1 if options.quick else options.repeats
    return [t for case in cases for t in measure(case, _repeats(case, repeats), options.device)]


def _networks(options: argparse.Namespace) -> Sequence[Case]:
    return NETWORKS[:2] if options.quick else NETWORKS


def _repeats(case: Case, repeats: int) -> dict[str, int]:
    # Short fits are cheap to repeat and need it: one interruption is a large part of them.
    if case.epochs < 50:
        repeats *= 3
    return {"sklearn_deep": repeats, "skorch": min(SKORCH_REPEATS, repeats)}


if __name__ == "__main__":
    main()
