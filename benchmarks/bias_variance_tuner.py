"""Compare what ``BiasVarianceTuner`` makes of a network with the network's defaults; see README.md.

``python benchmarks/bias_variance_tuner.py [--sets NAME ...] [--seeds N ...] [--max-fits N]
[--json PATH]``
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, stdev
from time import perf_counter
from typing import Any, NamedTuple

import _machine  # before all that loads numpy
import _report
import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.model_selection import BiasVarianceTuner

sys.path.append(str(Path(__file__).parents[1] / "examples"))
from real_data import letter

N_FOLDS = 3


class Case(NamedTuple):
    """A set of data, how many of its rows are to learn from, and the estimator at its defaults."""

    load: Callable[[], tuple[np.ndarray, np.ndarray]]
    n_rows: int
    estimator: Any


class Found(NamedTuple):
    """Errors of the defaults and of the tuned estimator."""

    validation: float
    tuned_validation: float
    test: float
    tuned_test: float
    n_rounds: int
    n_fits: int
    seconds: float
    stop_reason: str
    steps: str


CLASSIFIER = make_pipeline(StandardScaler(), MLPClassifier())
# Targets from 25 to 346 would leave the defaults far from any use.
REGRESSOR = make_pipeline(
    StandardScaler(), TransformedTargetRegressor(MLPRegressor(), transformer=StandardScaler())
)
CASES = {
    "letter": Case(letter, 800, CLASSIFIER),
    "digits": Case(lambda: load_digits(return_X_y=True), 300, CLASSIFIER),
    "diabetes": Case(lambda: load_diabetes(return_X_y=True), 221, REGRESSOR),
}


def run(case: Case, data: Sequence[np.ndarray], seed: int, max_fits: int) -> Found:
    """Tune once; the seed is that of the rows, the folds, the network and the draws."""
    X, y = data
    labels = y if is_classifier(case.estimator) else None
    X, X_test, y, y_test = train_test_split(
        X, y, train_size=case.n_rows, stratify=labels, random_state=seed
    )
    pipeline = clone(case.estimator)
    seeded = [name for name in pipeline.get_params() if name.endswith("random_state")]
    pipeline.set_params(**dict.fromkeys(seeded, seed))
    folds = KFold if labels is None else StratifiedKFold
    cv = folds(N_FOLDS, shuffle=True, random_state=seed)
    tuner = BiasVarianceTuner(pipeline, cv=cv, max_fits=max_fits, random_state=seed)
    start = perf_counter()
    tuner.fit(X, y)
    seconds = perf_counter() - start
    return Found(
        tuner.steps_[0].validation_error,
        tuner.report_.validation_error,
        1 - clone(pipeline).fit(X, y).score(X_test, y_test),
        1 - tuner.score(X_test, y_test),
        len(tuner.steps_) - 1,
        tuner.n_fits_,
        seconds,
        tuner.stop_reason_,
        repr(tuner.steps_),
    )


def summary(found: dict[str, list[Found]]) -> str:
    """Return a row a set: means and standard deviations of errors over seeds, and of differences."""
    header = ["set", "validation: defaults", "tuned", "wins", "test: defaults", "tuned"]
    header += ["gain on test", "wins", "rounds", "fits", "seconds"]
    return _report.table(header, [[name, *_entries(runs)] for name, runs in found.items()])


def _entries(runs: Sequence[Found]) -> list[Any]:
    entries: list[Any] = []
    for before, after in (("validation", "tuned_validation"), ("test", "tuned_test")):
        pairs = [(getattr(r, before), getattr(r, after)) for r in runs]
        gains = [default - tuned for default, tuned in pairs]
        entries += [_spread([p[0] for p in pairs]), _spread([p[1] for p in pairs])]
        entries += [_spread(gains)] if before == "test" else []
        entries += [f"{sum(gain > 0 for gain in gains)} of {len(gains)}"]
    entries += [f"{mean(r.n_rounds for r in runs):.1f}", f"{mean(r.n_fits for r in runs):.0f}"]
    return [*entries, f"{mean(r.seconds for r in runs):.0f}"]


def _spread(values: Sequence[float]) -> str:
    spread = f" ± {100 * stdev(values):.2f}" if len(values) > 1 else ""
    return f"{100 * mean(values):.2f}{spread}"


def main() -> None:
    """Tune on each set with each seed, print Markdown, write JSON."""
    options = _options()
    machine = _machine.describe() | {"load": _machine.load()}
    print(_report.table(["machine", ""], list(machine.items())), flush=True)
    found: dict[str, list[Found]] = {}
    for name in options.sets:
        data = CASES[name].load()
        for seed in options.seeds:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                one = run(CASES[name], data, seed, options.max_fits)
            found.setdefault(name, []).append(one)
            print(f"\n{name}, seed {seed}, {one.stop_reason}\n{one.steps}", file=sys.stderr)
    print(f"\n{summary(found)}")
    if options.json is not None:
        plain = {name: [r._asdict() for r in runs] for name, runs in found.items()}
        everything = {"machine": machine, "seeds": options.seeds, "found": plain}
        options.json.write_text(json.dumps(everything, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=list(CASES), default=list(CASES))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], metavar="N")
    parser.add_argument("--max-fits", type=int, default=111, metavar="N")
    parser.add_argument("--json", type=Path, help="where to write all that was found")
    return parser.parse_args()


if __name__ == "__main__":
    main()
