"""Compare a search in stages with plain random search; see README.md beside this file.

``python benchmarks/staged_search.py [--space narrow] [--seeds N ...] [--sides NAME ...] [--quick]
[--json PATH]``
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev
from time import perf_counter
from typing import Any, NamedTuple

import _machine  # before all that loads numpy
import _report
import numpy as np
from real_data import letter
from scipy.stats import uniform
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier
from sklearn_deep.model_selection import (
    BatchedRandomizedSearchCV,
    loguniform,
    one_minus_loguniform,
)
from sklearn_deep.optimizers import Adam

N_ROWS, N_FOLDS, EPOCHS = 2000, 3, 20
# The folds have 667 and 666 samples, so equal numbers of hits may give means that differ by less.
TIE = 2e-5
INITS = ["he_normal", "glorot_uniform", "lecun_normal", "orthogonal"]
SPACES = {
    "wide": {
        "learning_rate": loguniform(1e-4, 1),
        "weight_decay": loguniform(1e-7, 1e-1),
        "dropout": uniform(0, 0.6),
        "label_smoothing": uniform(0, 0.3),
        "optimizer__beta_1": one_minus_loguniform(0.5, 0.99),
        "init": INITS,
    },
    # For users who already know where to look.
    "narrow": {
        "learning_rate": loguniform(3e-3, 3e-2),
        "weight_decay": loguniform(1e-7, 1e-3),
        "dropout": uniform(0, 0.2),
        "label_smoothing": uniform(0, 0.2),
        "optimizer__beta_1": one_minus_loguniform(0.8, 0.99),
        "init": INITS,
    },
}


class Side(NamedTuple):
    """A number of candidates, and the number of stages into which it is divided."""

    n_iter: int
    n_stages: int

    @property
    def name(self) -> str:
        """Its name in tables."""
        return f"random, {self.n_iter}" if self.n_stages == 1 else f"{self.n_stages} stages"


class Found(NamedTuple):
    """The results of one search."""

    cv: float
    test: float
    stage: int
    seconds: float
    params: dict[str, Any]


# Differences are relative to the first.
SIDES = (Side(60, 1), Side(60, 2), Side(60, 3), Side(60, 4), Side(180, 1))


def rows() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return X, X_test, y, y_test: 2,000 standardized letters for the search, and all others for testing."""
    X, y = letter()
    X, X_test, y, y_test = train_test_split(X, y, train_size=N_ROWS, stratify=y, random_state=0)
    scaler = StandardScaler().fit(X)
    return (*(scaler.transform(part).astype(np.float32) for part in (X, X_test)), y, y_test)


def run(side: Side, seed: int, space: str, epochs: int, data: Sequence[np.ndarray]) -> Found:
    """Search once; the seed determines the candidates, and everything else is equal for all searches."""
    X, X_test, y, y_test = data
    mlp = MLPClassifier(
        (64, 64),
        optimizer=Adam(),
        batch_size=64,
        max_epochs=epochs,
        early_stopping=False,
        random_state=0,
    )
    cv = StratifiedKFold(N_FOLDS, shuffle=True, random_state=0)
    search = BatchedRandomizedSearchCV(
        mlp, SPACES[space], **side._asdict(), cv=cv, random_state=seed
    )
    start = perf_counter()
    with warnings.catch_warnings():
        # Learning rates up to 1 diverge, as they do in a search.
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(X, y)
    seconds = perf_counter() - start
    return Found(
        float(search.best_score_),
        float(search.score(X_test, y_test)),
        int(search.cv_results_["stage"][search.best_index_]),
        seconds,
        {name: _plain(value) for name, value in search.best_params_.items()},
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else float(value)


def summary(found: dict[str, list[Found]]) -> str:
    """Return one row per budget: means and standard deviations over seeds, in percent."""
    header = ["search", "best CV score", "test accuracy", "CV − random's", "wins"]
    header += ["test − random's", "wins", "seconds"]
    first = next(iter(found.values()))
    entries = []
    for name, results in found.items():
        entry: list[Any] = [name]
        entry += [_spread([getattr(r, part) for r in results]) for part in ("cv", "test")]
        for part in ("cv", "test"):
            pairs = zip(results, first, strict=True)
            gains = [getattr(ours, part) - getattr(other, part) for ours, other in pairs]
            wins = f"{sum(gain > TIE for gain in gains)} of {len(gains)}"
            entry += [None, None] if results is first else [_spread(gains, "+"), wins]
        entries.append([*entry, mean(r.seconds for r in results)])
    return _report.table(header, entries)


def _spread(values: Sequence[float], sign: str = "") -> str:
    spread = f" ± {100 * stdev(values):.2f}" if len(values) > 1 else ""
    return f"{100 * mean(values):{sign}.2f}{spread}"


def by_seed(found: dict[str, list[Found]], seeds: Sequence[int]) -> str:
    """Return one row per seed: best CV score and test accuracy of each budget, in percent."""
    entries = [
        [
            seed,
            *(
                f"{100 * results[i].cv:.2f}, {100 * results[i].test:.2f}"
                for results in found.values()
            ),
        ]
        for i, seed in enumerate(seeds)
    ]
    return _report.table(["seed", *(f"{name}: CV, test" for name in found)], entries)


def main() -> None:
    """Search with each seed, the budgets in turn, print Markdown, write JSON."""
    options = _options()
    machine = _machine.describe() | {"load": _machine.load()}
    print(_report.table(["machine", ""], list(machine.items())), flush=True)
    sides = [side for side in SIDES if not options.sides or side.name in options.sides]
    seeds = options.seeds[:2] if options.quick else options.seeds
    found: dict[str, list[Found]] = {side.name: [] for side in sides}
    data = rows()
    for i, seed in enumerate(seeds):
        for side in sides[:: -1 if i % 2 else 1]:
            used = side._replace(n_iter=side.n_iter // 5) if options.quick else side
            epochs = 2 if options.quick else EPOCHS
            found[side.name].append(run(used, seed, options.space, epochs, data))
    print(f"\n{summary(found)}\n\n{by_seed(found, seeds)}")
    if options.json is not None:
        plain = {name: [r._asdict() for r in results] for name, results in found.items()}
        everything = {"machine": machine, "space": options.space, "seeds": seeds, "found": plain}
        options.json.write_text(json.dumps(everything, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(10)), metavar="N")
    names = [side.name for side in SIDES]
    parser.add_argument("--sides", nargs="+", choices=names, help="the first is compared with")
    parser.add_argument("--space", choices=list(SPACES), default="wide")
    parser.add_argument("--quick", action="store_true", help="few candidates, epochs and seeds")
    parser.add_argument("--json", type=Path, help="where to write all that was found")
    return parser.parse_args()


if __name__ == "__main__":
    main()
