"""A pipeline from a raw table to predictions."""

from __future__ import annotations

from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor
from sklearn_deep.preprocessing._column_kinds import (
    ColumnsOf,
    as_categories,
    as_dates,
    as_numbers,
    date_names,
)
from sklearn_deep.preprocessing._piecewise_linear_encoder import PiecewiseLinearEncoder

_NAMES = {"classifier": DeepEnsembleClassifier, "regressor": DeepEnsembleRegressor}

# See docs/guide/tables.md: with fewer distinct values, bins reduced the accuracy on some data sets.
_N_BINS, _DISTINCT_VALUES = 16, 32
# Categories with fewer samples are pooled.
_SAMPLES_OF_A_CATEGORY = 10


def tabular_pipeline(estimator: Any) -> Pipeline:
    """Return a pipeline that preprocesses a raw table and fits an estimator.

    * Numbers and booleans: missing values are replaced by the median, with an indicator column; then
      ``StandardScaler``. Columns with at least 32 distinct values are also encoded with
      ``PiecewiseLinearEncoder`` with 16 bins.
    * Strings and pandas categories: ``OneHotEncoder``. Categories with fewer than 10 samples, and those not
      seen in ``fit``, share one column.
    * Dates: days since 1970, and sine and cosine of the time of year, week and day.

    The kind of each column is determined in ``fit``. Prefer data frames, whose columns are identified by
    name; columns of an array are identified by position.

    Parameters
    ----------
    estimator : {"classifier", "regressor"} or estimator
        Last step of the pipeline. "classifier" means ``DeepEnsembleClassifier()``, "regressor" means
        ``DeepEnsembleRegressor()``; both have eight networks.

    Returns
    -------
    Pipeline
        Pipeline with the steps "features" (a ``ColumnTransformer``) and "estimator".

    Raises
    ------
    ValueError
        If ``estimator`` is another string. ``fit`` of the pipeline raises it if a column contains text.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from sklearn_deep import MLPClassifier, tabular_pipeline
    >>> X = pd.DataFrame({"age": [31, 54, np.nan, 23] * 10, "city": ["Rome", "Oslo", "Rome", "Bern"] * 10})
    >>> y = [0, 1, 1, 0] * 10
    >>> mlp = MLPClassifier((8,), max_epochs=60, learning_rate=0.01, early_stopping=None, random_state=0)
    >>> pipeline = tabular_pipeline(mlp).fit(X, y)
    >>> pipeline.predict(pd.DataFrame({"age": [60], "city": ["Oslo"]}))
    array([1])
    """
    if isinstance(estimator, str):
        if estimator not in _NAMES:
            raise ValueError(
                f"estimator of tabular_pipeline must be 'classifier', 'regressor' or an estimator; got "
                f"{estimator!r}."
            )
        estimator = _NAMES[estimator]()
    parts = [
        ("numbers", _numbers(), ColumnsOf("number")),
        ("bins", _bins(), ColumnsOf("number", _DISTINCT_VALUES)),
        ("categories", _categories(), ColumnsOf("category")),
        ("dates", _dates(), ColumnsOf("date")),
    ]
    return Pipeline([("features", ColumnTransformer(parts)), ("estimator", estimator)])


def _median(**settings: Any) -> SimpleImputer:
    return SimpleImputer(strategy="median", keep_empty_features=True, **settings)


def _numbers() -> Pipeline:
    numbers = FunctionTransformer(as_numbers, feature_names_out="one-to-one")
    return make_pipeline(numbers, _median(add_indicator=True), StandardScaler())


def _bins() -> Pipeline:
    numbers = FunctionTransformer(as_numbers, feature_names_out="one-to-one")
    return make_pipeline(numbers, _median(), PiecewiseLinearEncoder(_N_BINS))


def _categories() -> Pipeline:
    objects = FunctionTransformer(as_categories, feature_names_out="one-to-one")
    encoder = OneHotEncoder(
        min_frequency=_SAMPLES_OF_A_CATEGORY,
        handle_unknown="infrequent_if_exist",
        sparse_output=False,
    )
    return make_pipeline(objects, encoder)


def _dates() -> Pipeline:
    dates = FunctionTransformer(as_dates, feature_names_out=date_names)
    return make_pipeline(dates, _median(add_indicator=True), StandardScaler())
