"""Compare scales of the initial weights of first, hidden and output matrices; see README.md.

``python benchmarks/initial_scales.py [--sets NAME ...] [--seeds N ...] [--json PATH]``
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import _machine  # before all that loads numpy
import _report
from _tables import TABLES, Table, load
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.initializers import VarianceScaling

NETWORKS = {"(100,)": (100,), "(256, 256)": (256, 256)}
# The defaults at that time, except for the first two.
TRAINING = {
    "early_stopping": True,
    "max_epochs": 100,
    "learning_rate": 1e-3,
    "batch_size": 200,
    "schedule": None,
}
BEFORE = "He everywhere"
FIXED = ((1.0, 0.1), (0.33, 0.25), (0.1, 1.0), (0.1, 0.25))

# Share of the error removed, in percent, by network, rule, set and seed.
Gains = dict[str, dict[str, dict[str, list[float]]]]


def per_matrix(first: float, output: float, n_matrices: int) -> list[VarianceScaling]:
    """Return an ``init`` that gives z of the first layer and outputs these mean squares."""
    hidden = [VarianceScaling(scale=2.0)] * (n_matrices - 2)
    return [VarianceScaling(scale=first), *hidden, VarianceScaling(scale=2 * output)]


def rules(n_matrices: int) -> dict[str, Any]:
    """Return values of ``init`` by name."""
    named = {BEFORE: "he_normal", "Glorot everywhere": "glorot_normal", "auto": "auto"}
    named["auto, output 1"] = [*["auto"] * (n_matrices - 1), VarianceScaling(scale=2.0)]
    return named | {
        f"first {first:g}, output {output:g}": per_matrix(first, output, n_matrices)
        for first, output in FIXED
    }


def error(table: Table, hidden: tuple[int, ...], init: Any, seed: int) -> float:
    """Return 1 - accuracy or 1 - R² on the test samples."""
    kind = MLPRegressor if table.is_regression else MLPClassifier
    net = kind(hidden, init=init, random_state=seed, **TRAINING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        net.fit(table.X, table.y)
    return 1 - float(net.score(table.X_test, table.y_test))


def add_gains(gains: Gains, name: str, table: Table, seed: int) -> None:
    """Fit all rules on a set with a seed, and add the fraction of the error of ``BEFORE`` that each removes."""
    for network, hidden in NETWORKS.items():
        found = {
            rule: error(table, hidden, init, seed) for rule, init in rules(len(hidden) + 1).items()
        }
        print(name, seed, network, found, file=sys.stderr, flush=True)
        for rule, one in found.items():
            gain = 100 * (1 - one / found[BEFORE])
            gains.setdefault(network, {}).setdefault(rule, {}).setdefault(name, []).append(gain)


def summary(gains: Gains) -> str:
    """Return one table per network, with one line per rule and one column per set."""
    parts = []
    for network, by_rule in gains.items():
        sets = list(by_rule[BEFORE])
        header = ["rule", "mean", "better on", *sets]
        lines = [_line(rule, by_set) for rule, by_set in by_rule.items() if rule != BEFORE]
        parts.append(f"`hidden_layer_sizes={network}`\n\n{_report.table(header, lines)}")
    return "\n\n".join(parts)


def _line(rule: str, by_set: dict[str, list[float]]) -> list[str]:
    means = [mean(values) for values in by_set.values()]
    better = f"{sum(value > 0 for value in means)} of {len(means)}"
    return [rule, f"{mean(means):.1f}", better, *map(_spread, by_set.values())]


def _spread(values: list[float]) -> str:
    return f"{mean(values):.1f}" + (f" ± {stdev(values):.1f}" if len(values) > 1 else "")


def main() -> None:
    """Fit every rule on each set with each seed, print Markdown, write JSON."""
    options = _options()
    machine = _machine.describe() | {"load": _machine.load()}
    print(_report.table(["machine", ""], list(machine.items())), flush=True)
    gains: Gains = {}
    for name in options.sets:
        table = load(name)
        for seed in options.seeds:
            add_gains(gains, name, table, seed)
    print(f"\n{summary(gains)}")
    if options.json is not None:
        everything = {"machine": machine, "seeds": options.seeds, "gains": gains}
        options.json.write_text(json.dumps(everything, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=list(TABLES), default=list(TABLES))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], metavar="N")
    parser.add_argument("--json", type=Path, help="where to write all that was found")
    return parser.parse_args()


if __name__ == "__main__":
    main()
