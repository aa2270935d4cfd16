"""Anonymous memory of fits and predictions on a file of 8 GB, and its growth over many fits.

Run ``python benchmarks/memory.py`` on Linux, with 8 GB free for the pages of the file or a fast disk;
``--quick`` uses a file of 40 MB and a few fits. The file is sparse, so it takes next to no disk.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import _machine
import numpy as np
from _memory import Peak, anonymous, in_fresh_process

from sklearn_deep import (
    AutoencoderOutlierDetector,
    AutoencoderTransformer,
    JointAEClassifier,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

BOUND = 1000.0  # MB
# Shapes of the file in float32: 8 GB, and 40 MB.
FULL, QUICK = (2_000_000, 1000), (40_000, 250)
# Samples that are written to; the rest of the file is a hole, which reads as zeros.
N_WRITTEN = 10_000
ESTIMATORS = {
    "MLPClassifier": (MLPClassifier, ["predict", "predict_proba", "score"]),
    "MLPRegressor": (MLPRegressor, ["predict", "score"]),
    "AutoencoderTransformer": (AutoencoderTransformer, ["transform", "score_samples"]),
    "AutoencoderOutlierDetector": (AutoencoderOutlierDetector, ["predict"]),
    "JointAEClassifier": (JointAEClassifier, ["predict", "transform"]),
}
GROWTH = {"fits": (300, 50), "searches": (50, 10)}
QUICK_GROWTH = {"fits": (9, 3), "searches": (2, 1)}


def on_disk(path: Path, shape: tuple[int, int]) -> np.ndarray:
    """Write a sparse file of float32 and return it, read-only."""
    X = np.memmap(path, np.float32, "w+", shape=shape)
    n_written = min(N_WRITTEN, shape[0])
    X[:n_written] = np.random.default_rng(0).normal(size=(n_written, shape[1]))
    X.flush()
    return np.memmap(path, np.float32, "r", shape=shape)


def labels_of(name: str, n_samples: int) -> tuple[np.ndarray, ...]:
    """Return y of an estimator as a tuple, which is empty if it learns without labels."""
    generator = np.random.default_rng(1)
    if name.endswith("Classifier"):
        return (generator.integers(0, 3, n_samples),)
    return (generator.normal(size=n_samples),) if name.endswith("Regressor") else ()


def peaks(name: str, path: Path, shape: tuple[int, int]) -> Iterator[tuple[str, float, float]]:
    """Yield method, most anonymous memory in MB, and seconds, of an estimator on the file."""
    kind, methods = ESTIMATORS[name]
    X, y = on_disk(path, shape), labels_of(name, shape[0])
    weight = np.random.default_rng(2).uniform(0.5, 1.5, shape[0])
    estimator = kind(max_epochs=1, batch_size=2000, random_state=0)
    calls: dict[str, Callable[[], Any]] = {
        "fit": lambda: estimator.fit(X, *y, sample_weight=weight)
    }
    for method in methods:
        given = (X, *y) if method == "score" else (X,)
        calls[method] = lambda method=method, given=given: getattr(estimator, method)(*given)
    for method, call in calls.items():
        start = time.perf_counter()
        with Peak() as peak:
            call()
        yield method, peak.most, time.perf_counter() - start


def growth(kind: str, n_runs: int, interval: int) -> Iterator[tuple[int, float]]:
    """Yield anonymous memory in MB after each ``interval`` of fits, or of searches.

    Layer sizes, activation and rates are others each time, so that caches get new entries.
    """
    generator = np.random.default_rng(0)
    X = generator.normal(size=(600, 20)).astype("float32")
    y = generator.integers(0, 3, len(X))
    run = _fit if kind == "fits" else _search
    for number in range(n_runs):
        run(number, X, y, generator)
        if number == 0 or (number + 1) % interval == 0:
            yield number + 1, anonymous()


def _sizes(generator: np.random.Generator) -> tuple[int, ...]:
    return tuple(generator.integers(4, 200, generator.integers(1, 4)).tolist())


def _fit(number: int, X: np.ndarray, y: np.ndarray, generator: np.random.Generator) -> None:
    settings: dict[str, Any] = {
        "activation": ("relu", "tanh", "gelu", "silu")[number % 4],
        "dropout": float(generator.uniform(0, 0.5)) * (number % 2),
        "max_epochs": 3,
        "random_state": number,
    }
    if number % 3 == 2:
        AutoencoderTransformer(2, encoder_layer_sizes=_sizes(generator), **settings).fit_transform(
            X
        )
    else:
        kind = (MLPClassifier, MLPRegressor)[number % 3]
        kind(_sizes(generator), **settings).fit(X, y).predict(X)


def _search(number: int, X: np.ndarray, y: np.ndarray, generator: np.random.Generator) -> None:
    space = {
        "learning_rate": [1e-3, 1e-2, 1e-1],
        "hidden_layer_sizes": [_sizes(generator) for _ in range(2)],
    }
    mlp = MLPClassifier(max_epochs=3, random_state=number)
    search = BatchedRandomizedSearchCV(mlp, space, n_iter=4, cv=3, random_state=number)
    search.fit(X, y).predict(X)


def measure(case: str, *numbers: str) -> list[Any]:
    """Return the figures of one case, measured in this process."""
    warnings.simplefilter("ignore")
    n_one, n_other = map(int, numbers)
    if case in GROWTH:
        return list(growth(case, n_one, n_other))
    with tempfile.TemporaryDirectory() as folder:
        return list(peaks(case, Path(folder) / "X.dat", (n_one, n_other)))


def print_peaks(names: list[str], shape: tuple[int, int]) -> None:
    """Print a table of the memory of all methods beside the bound."""
    gigabytes = 4 * shape[0] * shape[1] / 1e9
    print(f"\nX: {shape[0]:,} x {shape[1]:,} float32 on disk, {gigabytes:.2f} GB; one epoch")
    print("\n| estimator | method | anonymous MB, most | asked | seconds |\n|---|---|---|---|---|")
    for name in names:
        for method, most, seconds in in_fresh_process(__file__, name, *shape):
            asked = f"<= {BOUND:.0f}" if method == "fit" else "bounded"
            print(f"| {name} | {method} | {most:.0f} | {asked} | {seconds:.0f} |", flush=True)


def print_growth(runs: dict[str, tuple[int, int]]) -> None:
    """Print the memory after so many fits and searches."""
    for kind, (n_runs, interval) in runs.items():
        found = in_fresh_process(__file__, kind, n_runs, interval)
        print(f"\n| {kind} in one process | anonymous MB |\n|---|---|")
        for number, size in found:
            print(f"| {number} | {size:.0f} |")


def main() -> None:
    """Print tables of peaks and of growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--estimators", nargs="*", choices=ESTIMATORS, default=list(ESTIMATORS))
    parser.add_argument("--no-growth", action="store_true", help="measure the file only")
    parser.add_argument("--case", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        print(json.dumps(measure(*given.case)))
        return
    for name, value in _machine.describe().items():
        print(f"{name}: {value}")
    print_peaks(given.estimators, QUICK if given.quick else FULL)
    if not given.no_growth:
        print_growth(QUICK_GROWTH if given.quick else GROWTH)


if __name__ == "__main__":
    main()
