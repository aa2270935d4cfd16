"""Try ideas of RealMLP and TabM on the MLP with its defaults, in plain torch; see README.md.

``python benchmarks/prototypes.py [--sets NAME ...] [--rows NAME ...] [--seeds N] [--json PATH] [--quick]``
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import _machine  # before all that loads numpy
import numpy as np
from _accuracy_sets import HELD_ASIDE, REGRESSIONS, SETS, Split, split
from _prototypes_fits import classes_found, measure
from _prototypes_nets import Idea
from _prototypes_report import BASELINE, LIBRARY, tables

from sklearn_deep import MLPClassifier, MLPRegressor

PATH = Path(__file__).with_name("prototypes.json")
MOST = 5_000
NAMES = [name for name in SETS if name not in (*HELD_ASIDE, "mnist")]
QUICK = ("segment", "compactiv")
CHECKED = ("phoneme", "compactiv")  # where the baseline is compared with the library

IDEAS = {
    BASELINE: Idea(),
    "quartiles and smooth clipping": Idea(clips=True),
    "NTK parametrization": Idea(ntk=True),
    "parametric ReLU": Idea(parametric=True),
    "parametric ReLU, rate of α × 1": Idea(parametric=True, rate_of_alpha=1.0),
    "SELU or Mish": Idea(activations=("selu", "mish")),
    "parametric SELU or Mish": Idea(parametric=True, activations=("selu", "mish")),
    "coslog4, 100 epochs": Idea(coslog_epochs=100),
    "best epoch by error": Idea(by_error=True),
    "PLR embeddings": Idea(n_frequencies=16),
    "8 heads (TabM)": Idea(n_heads=8),
    "8 networks": Idea(n_networks=8),
}

# Score, log loss of classes, seconds of the processor and epochs, by set, row and seed.
Found = dict[str, dict[str, dict[str, dict[str, float]]]]


def measure_library(data: Split, seed: int) -> dict[str, float]:
    """Fit the library's MLP at its defaults; it is not timed."""
    mlp = (MLPRegressor if data.is_regression else MLPClassifier)(random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlp.fit(data.X, data.y)
    if data.is_regression:
        found = {"score": round(float(mlp.score(data.X_test, data.y_test)), 6)}
    else:
        tiny = np.finfo(np.float32).tiny
        found = classes_found(np.log(mlp.predict_proba(data.X_test) + tiny), data.y_test)
    return found | {"epochs": mlp.n_epochs_}


def planned(sets: list[str], rows: list[str], n_seeds: int) -> list[tuple[str, str, int]]:
    """Return set, row and seed of each fit; seeds vary slowest, so that a stopped run has all sets."""
    return [
        (name, row, seed)
        for seed in range(n_seeds)
        for name in sets
        for row in rows
        if _differs(name, row)
    ]


def _differs(name: str, row: str) -> bool:
    """Return whether a row is to be run on a set; the error of numbers is their loss."""
    if row == LIBRARY:
        return name in CHECKED
    return not (IDEAS[row].by_error and name in REGRESSIONS)


def warm_up() -> None:
    """Fit each idea to a few samples, so that no first call is timed."""
    X = np.random.default_rng(0).normal(size=(256, 3))
    for idea in IDEAS.values():
        measure(idea, Split(X, X[:, 0], X, X[:, 1]), 0)


def run(path: Path, fits: list[tuple[str, str, int]], most: int) -> dict[str, Any]:
    """Make the fits that are missing in the file at ``path``, and write it after each."""
    everything = json.loads(path.read_text()) if path.exists() else {"machine": {}, "found": {}}
    everything["machine"] = _machine.describe()
    found: Found = everything["found"]
    for name, row, seed in fits:
        by_seed = found.setdefault(name, {}).setdefault(row, {})
        if str(seed) in by_seed:
            continue
        data = split(name, seed, most)
        one = measure_library(data, seed) if row == LIBRARY else measure(IDEAS[row], data, seed)
        print(f"{name:10} {row:30} seed {seed}", one, file=sys.stderr, flush=True)
        by_seed[str(seed)] = one
        path.write_text(_as_text(everything))
    return everything


def _as_text(everything: dict[str, Any]) -> str:
    """Return JSON with one line per fit."""
    text = json.dumps(everything, indent=1)
    return re.sub(r"\{\s+(\"score\"[^}]*?)\s+\}", _on_a_line, text) + "\n"


def _on_a_line(match: re.Match[str]) -> str:
    return "{" + " ".join(match[1].split()) + "}"


def main() -> None:
    """Fit every row on each set with each seed, print Markdown, write JSON."""
    options = _options()
    path, most, sets, seeds = options.json, MOST, options.sets, options.seeds
    if options.quick:
        path, most, sets, seeds = path.with_suffix(".quick.json"), 600, list(QUICK), 1
    warm_up()
    everything = run(path, planned(sets, options.rows, seeds), most)
    print(tables(everything))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    rows = [*IDEAS, LIBRARY]
    parser.add_argument("--sets", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--rows", nargs="+", choices=rows, default=rows)
    parser.add_argument("--seeds", type=int, default=3, metavar="N")
    parser.add_argument(
        "--json", type=Path, default=PATH, help="read first; only what is missing is run"
    )
    parser.add_argument(
        "--quick", action="store_true", help="two small sets and one seed, in a separate file"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
