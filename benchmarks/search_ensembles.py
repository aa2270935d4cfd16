"""Compare the ensemble of a search with its best estimator on fifteen data sets; see README.md.

``python benchmarks/search_ensembles.py [--sets NAME ...] [--seeds N] [--most N] [--json PATH]``
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path
from typing import Any

import _machine  # before all that loads numpy
import _report
import numpy as np
from _accuracy_sets import SETS, Split, split
from scipy.stats import uniform

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.model_selection import BatchedRandomizedSearchCV, hidden_layers, loguniform

SPACE = {
    "learning_rate": loguniform(3e-4, 1e-2),
    "weight_decay": loguniform(1e-6, 1e-2),
    "dropout": uniform(0, 0.3),
    "hidden_layer_sizes": hidden_layers(n_layers=(1, 3), n_units=(32, 256)),
}


def scores(data: Split, seed: int) -> tuple[float, float]:
    """Search once; return the test scores of the best estimator and of the ensemble."""
    network = MLPRegressor if data.is_regression else MLPClassifier
    search = BatchedRandomizedSearchCV(
        network(early_stopping=True, random_state=0),
        SPACE,
        n_iter=12,
        cv=4,
        random_state=seed,
        n_jobs=1,
        ensemble_size=8,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search.fit(data.X.astype(np.float32), data.y)
    X = data.X_test.astype(np.float32)
    return search.best_estimator_.score(X, data.y_test), search.ensemble_.score(X, data.y_test)


def row(name: str, found: list[tuple[float, float]]) -> list[Any]:
    """Return mean scores, and the mean and spread of the fraction of the error that the ensemble removes."""
    best, ensemble = np.array(found).T
    gains = 100 * (ensemble - best) / (1 - best)
    spread = gains.std(ddof=1) if len(gains) > 1 else np.nan
    return [
        name,
        f"{best.mean():.4f}",
        f"{ensemble.mean():.4f}",
        f"{gains.mean():+.1f} ± {spread:.1f} %",
        f"{(gains > 0).sum()} of {len(gains)}",
    ]


def main() -> None:
    """Search on each set with each seed, print Markdown, write JSON."""
    options = _options()
    print(_report.table(["machine", ""], list(_machine.describe().items())), flush=True)
    found: dict[str, list[tuple[float, float]]] = {}
    for name in options.sets:
        for seed in range(options.seeds):
            found.setdefault(name, []).append(scores(split(name, seed, options.most), seed))
        print(row(name, found[name]), flush=True)
        if options.json is not None:
            options.json.write_text(json.dumps(found, indent=1) + "\n")
    columns = ["set", "best estimator", "ensemble of 8", "error removed", "better"]
    print(_report.table(columns, [row(name, own) for name, own in found.items()]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--seeds", type=int, default=3, help="searches and splits")
    parser.add_argument("--most", type=int, default=3000, help="training samples")
    parser.add_argument("--json", type=Path, default=None)
    return parser.parse_args()


if __name__ == "__main__":
    main()
