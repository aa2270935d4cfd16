"""Fits of estimators on data sets, each written to a file at once, so that a run can be resumed."""

from __future__ import annotations

import json
import re
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import _machine
import numpy as np
from _accuracy_rows import Row
from _accuracy_sets import Split, n_splits
from sklearn.metrics import log_loss

# Score, seconds of the processor, epochs and log loss, by set, row, and "split, seed".
Found = dict[str, dict[str, dict[str, dict[str, float]]]]


class Study(NamedTuple):
    """The estimators that are compared, and the data sets.

    Parameters
    ----------
    path : Path
        Path of the JSON file with the fits made so far.
    rows : mapping of str to Row
    split : callable
        Returns the samples from the name of a set and the number of the split.
    n_seeds : int
    """

    path: Path
    rows: Mapping[str, Row]
    split: Callable[[str, int], Split]
    n_seeds: int

    def run(self, sets: Sequence[str]) -> dict[str, Any]:
        """Make the fits that the file does not hold, and write it after each."""
        everything = {"machine": {}, "found": {}}
        if self.path.exists():
            everything = json.loads(self.path.read_text())
        everything["machine"] = _machine.describe()
        for name in sets:
            for fit in self._missing(everything["found"], name):
                self._add(everything["found"], name, fit)
                self.path.write_text(_as_text(everything))
        return everything

    def _missing(self, found: Found, name: str) -> list[tuple[str, int, int]]:
        """Return row, split and seed of the fits of a set that are not in ``found`` yet."""
        every = [
            (row, s, seed)
            for s in range(n_splits(name))
            for row in self.rows
            for seed in range(self.n_seeds)
        ]
        return [fit for fit in every if _key(*fit[1:]) not in found.get(name, {}).get(fit[0], {})]

    def _add(self, found: Found, name: str, fit: tuple[str, int, int]) -> None:
        """Make one fit and enter what it gave."""
        row, number, seed = fit
        one = measure(self.rows[row], self.split(name, number), seed)
        print(f"{name:10} {row:40} split {number} seed {seed}", one, file=sys.stderr, flush=True)
        found.setdefault(name, {}).setdefault(row, {})[_key(number, seed)] = one


def measure(make: Row, data: Split, seed: int) -> dict[str, float]:
    """Fit a row once and score it on the test samples."""
    estimator = make(seed, data.is_regression)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.process_time()
        estimator.fit(data.X, data.y)
        seconds = time.process_time() - start
        score = estimator.score(data.X_test, data.y_test)
        probabilities = {} if data.is_regression else {"log_loss": _log_loss(estimator, data)}
    inner = getattr(estimator, "regressor_", estimator)
    epochs = getattr(inner, "n_epochs_", getattr(inner, "n_iter_", 0))
    return {
        "score": round(float(score), 6),
        "seconds": round(seconds, 3),
        "epochs": int(epochs),
        **probabilities,
    }


def _log_loss(estimator: Any, data: Split) -> float:
    labels = np.arange(1 + data.y.max())
    return round(
        float(log_loss(data.y_test, estimator.predict_proba(data.X_test), labels=labels)), 6
    )


def _key(number: int, seed: int) -> str:
    return f"{number}, {seed}"


def _as_text(everything: dict[str, Any]) -> str:
    """Return JSON with a line for each fit."""
    text = json.dumps(everything, indent=1)
    return re.sub(r"\{\s+(\"score\"[^}]*?)\s+\}", _on_a_line, text) + "\n"


def _on_a_line(match: re.Match[str]) -> str:
    return "{" + " ".join(match[1].split()) + "}"
