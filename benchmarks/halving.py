"""Measure the loss by successive halving with schedules that begin with a small learning rate; see README.md.

``python benchmarks/halving.py [--sets NAME ...] [--seeds N] [--most N]``
"""

from __future__ import annotations

import argparse
import warnings
from typing import Any

import _machine  # before all that loads numpy
import _report
import numpy as np
from _accuracy_sets import SETS, Split, split
from scipy.stats import spearmanr, uniform
from sklearn.model_selection import KFold, StratifiedKFold

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.model_selection import (
    BatchedRandomizedSearchCV,
    hidden_layers,
    loguniform,
)

CASES = ("letter", "segment", "phoneme", "compactiv")
SCHEDULES = ("constant", "cosine", "warm_up", "one_cycle")
N_CANDIDATES, MAX_EPOCHS, MIN_EPOCHS, FACTOR = 27, 27, 3, 3
SPACE = {
    "learning_rate": loguniform(1e-4, 1e-1),
    "weight_decay": loguniform(1e-6, 1e-2),
    "dropout": uniform(0, 0.5),
    "hidden_layer_sizes": hidden_layers(n_layers=(1, 3), n_units=(16, 128)),
}


def run(data: Split, schedule: str, seed: int) -> dict[str, float]:
    """Search with and without halving; return the loss and the savings of halving.

    The candidates are the same, so that all scores are those of the search without halving.
    """
    kind = MLPRegressor if data.is_regression else MLPClassifier
    network = kind(
        schedule=schedule, max_epochs=MAX_EPOCHS, early_stopping=None, batch_size=64, random_state=0
    )
    folds = KFold if data.is_regression else StratifiedKFold
    given: dict[str, Any] = {
        "n_iter": N_CANDIDATES,
        "cv": folds(3, shuffle=True, random_state=seed),
        "random_state": seed,
        "refit": False,
        "n_jobs": 1,
    }
    whole = BatchedRandomizedSearchCV(network, SPACE, **given)
    halved = BatchedRandomizedSearchCV(
        network, SPACE, min_epochs=MIN_EPOCHS, factor=FACTOR, **given
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        final, dropped = (s.fit(data.X, data.y).cv_results_ for s in (whole, halved))
    scores, seen = final["mean_test_score"], dropped["mean_test_score"]
    chosen = int(np.argmin(dropped["rank_test_score"]))
    # Those dropped first have the scores of their first checkpoint.
    first = dropped["n_epochs"] == MIN_EPOCHS if "n_epochs" in dropped else seen != scores
    return {
        "loss": float(scores.max() - scores[chosen]),
        "rank": float(1 + (scores > scores[chosen]).sum()),
        "agreement": float(spearmanr(scores[first], seen[first])[0]),
    }


def main() -> None:
    """Search on each set with each schedule and seed, and print Markdown."""
    options = _options()
    print(_report.table(["machine", ""], list(_machine.describe().items())), flush=True)
    lines = []
    for schedule in SCHEDULES:
        runs = [
            run(split(name, seed, options.most), schedule, seed)
            for name in options.sets
            for seed in range(options.seeds)
        ]
        lost = 100 * np.array([one["loss"] for one in runs])
        ranks = np.array([one["rank"] for one in runs])
        agreement = np.array([one["agreement"] for one in runs])
        lines.append(
            [
                schedule,
                f"{lost.mean():.2f} ± {lost.std(ddof=1):.2f}",
                f"{(ranks == 1).sum()} of {len(runs)}",
                f"{ranks.mean():.1f}",
                f"{np.nanmean(agreement):.2f}",
            ]
        )
        print(lines[-1], flush=True)
    header = [
        "schedule",
        "points lost",
        "best candidate chosen",
        "mean rank of the chosen",
        "rank correlation of those dropped first",
    ]
    print(_report.table(header, lines))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(CASES))
    parser.add_argument("--seeds", type=int, default=5, help="splits and searches")
    parser.add_argument("--most", type=int, default=1000, help="training samples")
    return parser.parse_args()


if __name__ == "__main__":
    main()
