"""Compare outlier detectors on one-class problems with real data; see docs/guide/outliers.md.

``python benchmarks/outliers.py [--sets NAME ...] [--seeds N] [--most N] [--json PATH]``
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import _machine  # before all that loads numpy
import _report
import numpy as np
from _accuracy_sets import REGRESSIONS, SETS, split
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import LocalOutlierFactor

from sklearn_deep import AutoencoderOutlierDetector

SHARE = 0.05  # of outliers among the test samples
Problem = tuple[np.ndarray, np.ndarray, np.ndarray]


def problem(name: str, seed: int, most: int, share: float) -> Problem:
    """Return training samples, test samples, and the outliers among the test samples.

    The outliers are a class that the seed draws; of two classes, the rarer one.

    Parameters
    ----------
    name : str
        One of ``SETS``.
    seed : int
        Seed of the split, of the class and of its samples.
    most : int
        Number of training samples before outliers are taken out.
    share : float
        Fraction of outliers among the training samples, which is not given to the detectors.
    """
    data, rng = split(name, seed, most), np.random.default_rng(seed)
    sizes = np.bincount(data.y)
    of_outliers = int(sizes.argmin() if len(sizes) == 2 else rng.integers(len(sizes)))
    X, _ = _thinned(data.X[:most], data.y[:most] == of_outliers, share, rng)
    return X, *_thinned(data.X_test, data.y_test == of_outliers, SHARE, rng)


def _thinned(
    X: np.ndarray, is_outlier: np.ndarray, share: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return samples of which a share are outliers, or as many as available, and which ones are."""
    inliers, outliers = np.flatnonzero(~is_outlier), np.flatnonzero(is_outlier)
    n_kept = min(len(outliers), round(share / (1 - share) * len(inliers)))
    kept = rng.permutation([*inliers, *rng.choice(outliers, n_kept, replace=False)])
    return X[kept].astype(np.float32), is_outlier[kept]


def pca_scores(X: np.ndarray, X_test: np.ndarray, n_components: float) -> np.ndarray:
    """Return minus the squared error of PCA; ``n_components`` below 1 is a share of the variance."""
    pca = PCA(n_components).fit(X)
    error = np.square(X_test - pca.inverse_transform(pca.transform(X_test))).mean(1)
    return np.asarray(-error)


def detectors(n_features: int, seed: int) -> dict[str, Callable[..., np.ndarray]]:
    """Return functions of training and test samples that return scores, low for outliers."""
    quarter, half = max(2, n_features // 4), max(2, n_features // 2)

    def autoencoder(X: np.ndarray, X_test: np.ndarray, *given: Any, **settings: Any) -> np.ndarray:
        detector = AutoencoderOutlierDetector(*given, **settings, random_state=seed)
        return detector.fit(X).score_samples(X_test)

    return {
        "autoencoder, 2 (default)": autoencoder,
        "autoencoder, p/4": lambda X, T: autoencoder(X, T, quarter),
        "autoencoder, p/2": lambda X, T: autoencoder(X, T, half),
        "autoencoder, p/2, noise 0.3": lambda X, T: autoencoder(X, T, half, input_noise=0.3),
        "PCA, 2": lambda X, T: pca_scores(X, T, 2),
        "PCA, p/4": lambda X, T: pca_scores(X, T, quarter),
        "PCA, p/2": lambda X, T: pca_scores(X, T, half),
        "IsolationForest": lambda X, T: IsolationForest(random_state=seed).fit(X).score_samples(T),
        "LocalOutlierFactor": lambda X, T: LocalOutlierFactor(novelty=True).fit(X).score_samples(T),
    }


def areas(name: str, seed: int, most: int, share: float) -> dict[str, float]:
    """Return the area under the ROC curve of each detector on the test samples."""
    X, X_test, is_outlier = problem(name, seed, most, share)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            kind: float(roc_auc_score(is_outlier, -scores(X, X_test)))
            for kind, scores in detectors(X.shape[1], seed).items()
        }


def alarms(name: str, seed: int, most: int) -> dict[str, float]:
    """Return the proportions of clean test samples and of outliers that are below a threshold."""
    X, X_test, is_outlier = problem(name, seed, most, SHARE)
    detector = AutoencoderOutlierDetector(max(2, X.shape[1] // 4), random_state=seed)
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for contamination in ("auto", SHARE):
            below = detector.set_params(contamination=contamination).fit(X).predict(X_test) == -1
            found[f"{contamination}: clean samples below the threshold"] = below[~is_outlier].mean()
            found[f"{contamination}: outliers below the threshold"] = below[is_outlier].mean()
    return found


def table(found: dict[str, list[dict[str, float]]]) -> str:
    """Return means and standard deviations over seeds, one column per set."""
    names = next(iter(found.values()))[0]
    rows = [
        [name, *(_summary([one[name] for one in seeds]) for seeds in found.values())]
        for name in names
    ]
    return _report.table(["", *found], rows)


def _summary(values: list[float]) -> str:
    spread = np.std(values, ddof=1) if len(values) > 1 else np.nan
    return f"{np.mean(values):.3f} ± {spread:.3f}"


def main() -> None:
    """Measure areas and thresholds, print Markdown, write JSON."""
    options = _options()
    print(_report.table(["machine", ""], list(_machine.describe().items())), flush=True)
    found: dict[str, dict[str, list[dict[str, float]]]] = {}
    measures: dict[str, Callable[[str, int, int], dict[str, float]]] = {
        "Area under the ROC curve, 5 % outliers in training": partial(areas, share=SHARE),
        "Area under the ROC curve, no outliers in training": partial(areas, share=0.0),
        "Thresholds of the autoencoder with p/4 components, 5 % outliers in training": alarms,
    }
    for title, measure in measures.items():
        found[title] = {}
        for name in options.sets:
            seeds = range(options.seeds)
            found[title][name] = [measure(name, seed, options.most) for seed in seeds]
            print(name, end=" ", flush=True)
        print(f"\n\n{title}\n\n{table(found[title])}\n", flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    known = [name for name in SETS if name not in REGRESSIONS]
    sets = ["penbased", "letter", "segment", "texture", "spambase", "mnist"]
    parser.add_argument("--sets", nargs="+", choices=known, default=sets)
    parser.add_argument("--seeds", type=int, default=3, help="splits, classes and networks")
    parser.add_argument("--most", type=int, default=3000, help="training samples")
    parser.add_argument("--json", type=Path, default=None)
    return parser.parse_args()


if __name__ == "__main__":
    main()
