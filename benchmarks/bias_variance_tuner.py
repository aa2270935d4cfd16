"""Compare ``BiasVarianceTuner`` with a random search and with ensembles of equal budget; see README.md.

``python benchmarks/bias_variance_tuner.py [--sets NAME ...] [--seeds N] [--most N] [--json PATH]``
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path
from time import process_time
from typing import Any

import _machine  # before all that loads numpy
import _report
import numpy as np
from _accuracy_sets import SETS, Split, split
from search_ensembles import SPACE
from sklearn.model_selection import KFold, StratifiedKFold

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor
from sklearn_deep.model_selection import BatchedRandomizedSearchCV, BiasVarianceTuner

DEFAULTS, TUNER, SEARCH = "defaults", "tuner", "random search"
SEARCHED_EIGHT, EIGHT = "random search, ensemble of 8", "8 networks at the defaults"
ROWS = (DEFAULTS, TUNER, SEARCH, SEARCHED_EIGHT, EIGHT)
CASES = ("letter", "phoneme", "segment", "german", "spambase", "compactiv", "protein")

# A diagnosis and three rounds of 12 candidates, on three folds each.
N_FOLDS, N_CANDIDATES = 3, 37
# Test score and seconds of the processor by row.
Found = dict[str, tuple[float, float]]


def run(data: Split, seed: int) -> Found:
    """Fit all rows; the seed determines the folds, the networks and the draws."""
    mlp = (MLPRegressor if data.is_regression else MLPClassifier)(random_state=seed)
    ensemble = DeepEnsembleRegressor if data.is_regression else DeepEnsembleClassifier
    folds = (KFold if data.is_regression else StratifiedKFold)(
        N_FOLDS, shuffle=True, random_state=seed
    )
    given = {"cv": folds, "random_state": seed}
    tuner = BiasVarianceTuner(mlp, max_fits=N_FOLDS * N_CANDIDATES, **given)
    search = BatchedRandomizedSearchCV(
        mlp, SPACE, n_iter=N_CANDIDATES, n_jobs=1, ensemble_size=8, **given
    )
    found = {
        DEFAULTS: _fitted(mlp, data),
        TUNER: _fitted(tuner, data),
        SEARCH: _fitted(search, data),
        EIGHT: _fitted(ensemble(mlp, random_state=seed, n_jobs=1), data),
    }
    score = search.ensemble_.score(data.X_test, data.y_test)
    return found | {SEARCHED_EIGHT: (score, found[SEARCH][1])}


def _fitted(estimator: Any, data: Split) -> tuple[float, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = process_time()
        estimator.fit(data.X, data.y)
        seconds = process_time() - start
        return float(estimator.score(data.X_test, data.y_test)), seconds


def scores_table(found: dict[str, list[Found]]) -> str:
    """Return one line per set: mean test scores, and standard deviations over seeds."""
    lines = [
        [name, *(_spread([one[row][0] for one in runs], 1, "") for row in ROWS)]
        for name, runs in found.items()
    ]
    return _report.table(["set", *ROWS], lines)


def gains_table(found: dict[str, list[Found]]) -> str:
    """Return one line per row: the fraction of the defaults' error that it removes."""
    lines = []
    for row in ROWS[1:]:
        means = [np.mean([_gain(one, row) for one in runs]) for runs in found.values()]
        pairs = [_gain(one, row) for runs in found.values() for one in runs]
        ratios = [one[row][1] / one[DEFAULTS][1] for runs in found.values() for one in runs]
        lines.append(
            [
                row,
                _spread(means, 100, " %"),
                f"{sum(m > 0 for m in means)} of {len(means)}",
                f"{sum(p > 0 for p in pairs)} of {len(pairs)}",
                f"{np.median(ratios):.0f}",
            ]
        )
    header = ["row", "error removed, over sets", "sets", "fits", "time, defaults = 1"]
    return _report.table(header, lines)


def _gain(one: Found, row: str) -> float:
    return 1 - (1 - one[row][0]) / (1 - one[DEFAULTS][0])


def _spread(values: Any, factor: float, unit: str) -> str:
    digits = 1 if factor > 1 else 4
    spread = factor * float(np.std(values, ddof=1)) if len(values) > 1 else np.nan
    return f"{factor * float(np.mean(values)):.{digits}f} ± {spread:.{digits}f}{unit}"


def main() -> None:
    """Fit all rows on each set with each seed, print Markdown, write JSON."""
    options = _options()
    print(_report.table(["machine", ""], list(_machine.describe().items())), flush=True)
    found: dict[str, list[Found]] = {}
    for name in options.sets:
        for seed in range(options.seeds):
            found.setdefault(name, []).append(run(split(name, seed, options.most), seed))
            print(name, seed, found[name][-1], flush=True)
        if options.json is not None:
            options.json.write_text(json.dumps(found, indent=1) + "\n")
    print(f"\n{scores_table(found)}\n\n{gains_table(found)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(CASES))
    parser.add_argument("--seeds", type=int, default=3, help="splits and seeds")
    parser.add_argument("--most", type=int, default=800, help="training samples")
    parser.add_argument("--json", type=Path, default=None)
    return parser.parse_args()


if __name__ == "__main__":
    main()
