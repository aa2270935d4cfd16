"""Run everything that needs a CUDA GPU, and write a report: ``python benchmarks/gpu.py``, or ``make gpu``.

The tests marked ``gpu`` are run first, then the benchmarks with ``--device cuda``. All of them together
take at most ``--seconds``: a step that does not end in time is stopped, and the report says so.
``--device cpu`` and ``--quick`` allow testing the script without a GPU.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import _machine  # before all that loads numpy
import _report
import torch
from _searches import Search

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent


class Step(NamedTuple):
    """What one step printed, how it ended and how long it took, in seconds."""

    text: str
    ending: str
    seconds: float


def commands(options: argparse.Namespace, found: Path) -> dict[str, list[str]]:
    """Return the command of each step, by its title."""
    quick = ["--quick"] if options.quick else []
    marked = ["-m", "gpu"] if options.device == "cuda" else ["-k", "cpu"]
    chosen = ["tests"] if options.device == "cuda" else ["tests/gpu", "tests/recording"]
    benchmark = ["--device", options.device, "--repeats", "2", *quick, "--json"]
    return {
        "Tests": ["-m", "pytest", "-p", "no:cacheprovider", *marked, *chosen],
        "Searches": [str(FOLDER / "batched_search.py"), *benchmark, str(found / "searches.json")],
        "Fits": [str(FOLDER / "single_fit.py"), *benchmark, str(found / "fits.json")],
    }


def run(command: list[str], seconds: float) -> Step:
    """Run a command with this Python for at most the given number of seconds."""
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        text, _ = process.communicate(timeout=max(seconds, 1))
        ending = (
            "passed" if process.returncode == 0 else f"failed, exit status {process.returncode}"
        )
    except subprocess.TimeoutExpired:
        process.kill()
        text, _ = process.communicate()
        ending = "stopped, no time left"
    return Step(text, ending, time.monotonic() - start)


def figures(found: Path) -> list[list[Any]]:
    """Return name, aim and measurement of each figure; None if it was not measured."""
    searches, fits = (_read(found / name) for name in ("searches.json", "fits.json"))
    first: Mapping[str, Any] = next(iter(searches.get("searches", [])), {})
    seconds = first.get("seconds", {})
    ours = _middle(seconds.get("sklearn_deep"))
    per_step = ours and ours / _steps(first) * 1e6
    means = [m for m in fits.get("means", []) if m["epochs"] == 50 and m["variant"] == "plain"]
    single = means[-1]["skorch ÷ ours, mean"] if means else None
    return [
        ["search 60 × 5 of (64, 64): skorch ÷ ours", "≥ 300", _over(seconds, "skorch", ours)],
        ["the same: scikit-learn, all cores ÷ ours", "≥ 3", _over(seconds, "scikit-learn", ours)],
        ["the same: µs per network and step", "≤ 1.5", per_step],
        ["fit of 50 epochs: skorch ÷ ours, mean over networks", "≥ 8", single],
    ]


def _steps(recorded: Mapping[str, Any]) -> int:
    search = Search(**{name: recorded[name] for name in Search._fields})
    return search.n_fits * search.n_steps


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text()) if path.exists() else {}


def _middle(values: list[float] | None) -> float | None:
    return sorted(values)[len(values) // 2] if values else None


def _over(seconds: Mapping[str, list[float]], side: str, ours: float | None) -> float | None:
    theirs = _middle(seconds.get(side))
    return theirs / ours if theirs and ours else None


def report(machine: Mapping[str, str], steps: Mapping[str, Step], found: Path) -> str:
    """Return the report in Markdown."""
    parts = ["# GPU report", _report.table(["machine", ""], list(machine.items()))]
    parts += ["## Figures", _report.table(["figure", "aim", "measured"], figures(found))]
    for title, step in steps.items():
        ending = f"{step.ending}, {step.seconds:.0f} s"
        parts += [f"## {title}: {ending}", f"```text\n{step.text.strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Run all steps, write the report, return 1 if a step failed."""
    options = _options()
    if options.device == "cuda" and not torch.cuda.is_available():
        print("torch sees no CUDA GPU: nothing was run. --device cpu tries the script itself.")
        return 1
    found = options.report.parent / f"{options.report.stem}-runs"
    found.mkdir(parents=True, exist_ok=True)
    for old in found.glob("*.json"):
        old.unlink()
    end = time.monotonic() + options.seconds
    machine, steps = _machine.describe(), {}
    for title, command in commands(options, found).items():
        steps[title] = run(command, end - time.monotonic())
        print(f"{title}: {steps[title].ending}, {steps[title].seconds:.0f} s", flush=True)
        options.report.write_text(report(machine, steps, found))
    print(f"written: {options.report}")
    return int(any(step.ending.startswith("failed") for step in steps.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda")
    parser.add_argument("--quick", action="store_true", help="few candidates and epochs")
    parser.add_argument("--seconds", type=float, default=520.0, help="for all steps together")
    parser.add_argument("--report", type=Path, default=ROOT / "build" / "gpu" / "report.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
