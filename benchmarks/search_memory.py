"""Compare the peak memory of a batched search with scikit-learn's, each in its own process.

Run ``python benchmarks/search_memory.py``; ``--quick`` takes a quarter of the samples.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import warnings
from pathlib import Path

import numpy as np
from _memory import in_fresh_process
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

N_FEATURES, N_FOLDS = 60, 10
KINDS = {"sklearn": RandomizedSearchCV, "batched": BatchedRandomizedSearchCV}
STEPS = {"no step": [], "StandardScaler": [StandardScaler()]}
SOURCES = {"array": None, "memmap": "r"}


def peak() -> float:
    """Return the most memory that this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def measure(kind: str, step: str, source: str, path: str) -> float:
    """Return by how much a search raises the peak memory of this process, in MB."""
    warnings.simplefilter("ignore")
    X = np.load(path, mmap_mode=SOURCES[source])
    y = (np.asarray(X[:, 0]) > 0).astype(int)
    before = peak()
    mlp = MLPClassifier((8,), max_epochs=1, batch_size=5000, early_stopping=None, random_state=0)
    space = {"mlpclassifier__learning_rate": [0.01, 0.001]}
    search = KINDS[kind](
        make_pipeline(*STEPS[step], mlp), space, n_iter=2, cv=N_FOLDS, random_state=0, refit=False
    )
    search.fit(X, y)
    return peak() - before


def main() -> None:
    """Print a table of all cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--case", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        print(measure(*given.case))
        return
    n_samples = 40_000 if given.quick else 150_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "X.npy"
        X = np.random.default_rng(0).normal(size=(n_samples, N_FEATURES))
        np.save(path, X)
        print(f"X: {n_samples} x {N_FEATURES} float64, {X.nbytes / 1e6:.0f} MB; cv={N_FOLDS}")
        print("source step           sklearn MB  batched MB  ratio")
        for source in SOURCES:
            for step in STEPS:
                theirs, ours = (
                    in_fresh_process(__file__, kind, step, source, path) for kind in KINDS
                )
                print(f"{source:6} {step:14} {theirs:10.0f} {ours:11.0f} {ours / theirs:6.2f}")


if __name__ == "__main__":
    main()
