"""Compare ensembles on raw tables with gradient boosting and RealMLP on fourteen data sets; see README.md.

``python benchmarks/tables.py [--sets NAME ...] [--rows NAME ...] [--seeds N] [--json PATH]``
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import _machine  # noqa: F401  # before all that loads numpy
import pandas as pd
from _accuracy_fits import Study
from _accuracy_rows import Row, boosting
from _accuracy_sets import SETS, Split, raw_split
from _tables_report import BOOSTING, EIGHT, ONE, REAL_MLP, report

from sklearn_deep import MLPClassifier, MLPRegressor, tabular_pipeline
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor

PATH = Path(__file__).with_name("tables.json")
TABLES = [name for name in SETS if name != "mnist"]


def one_network(seed: int, is_regression: bool) -> Any:
    """Return a pipeline that ends in one network."""
    return tabular_pipeline((MLPRegressor if is_regression else MLPClassifier)(random_state=seed))


def eight_networks(seed: int, is_regression: bool) -> Any:
    """Return ``tabular_pipeline("classifier")``, or "regressor", with a seed."""
    kind = DeepEnsembleRegressor if is_regression else DeepEnsembleClassifier
    return tabular_pipeline(kind(random_state=seed))


def real_mlp(seed: int, is_regression: bool) -> Any:
    """Return RealMLP with its tuned defaults, simplified; needs pytabkit."""
    from pytabkit import RealMLP_TD_S_Classifier, RealMLP_TD_S_Regressor

    kind = RealMLP_TD_S_Regressor if is_regression else RealMLP_TD_S_Classifier
    return kind(random_state=seed, device="cpu", n_threads=1)


ROWS: dict[str, Row] = {
    BOOSTING: boosting,
    REAL_MLP: real_mlp,
    ONE: one_network,
    EIGHT: eight_networks,
}


def table(name: str, number: int) -> Split:
    """Return a split of a set with its text columns as categories."""
    X, y, X_test, y_test = raw_split(name, number)
    kinds = {c: _categories(X[c], X_test[c]) for c in X if X[c].dtype.kind not in "biuf"}
    return Split(X.astype(kinds), y, X_test.astype(kinds), y_test)


def _categories(*parts: pd.Series) -> pd.CategoricalDtype:
    """Return the type that has the values of some columns as categories."""
    return pd.CategoricalDtype(sorted(pd.concat(parts).dropna().unique()))


def main() -> None:
    """Fit every row on each table with each seed, print Markdown, write JSON."""
    options = _options()
    rows = {row: ROWS[row] for row in options.rows}
    everything = Study(options.json, rows, table, options.seeds).run(options.sets)
    print(report(everything))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=TABLES, default=TABLES)
    parser.add_argument("--rows", nargs="+", choices=list(ROWS), default=list(ROWS))
    parser.add_argument("--seeds", type=int, default=3, metavar="N")
    parser.add_argument(
        "--json", type=Path, default=PATH, help="read first; only what is missing is run"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
