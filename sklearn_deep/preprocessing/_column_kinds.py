"""Kinds of columns of a table."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, Literal

import numpy as np
from sklearn.base import BaseEstimator

Kind = Literal["number", "category", "date", "text"]

# Strings count as text if there are more distinct ones than this, and most are distinct or they are long.
_MANY_STRINGS = 50
_WORDS_OF_TEXT = 4

_OF_OBJECTS: dict[str, Kind] = {
    "string": "category",
    "categorical": "category",
    "datetime": "date",
    "datetime64": "date",
    "date": "date",
}
_NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "boolean", "complex", "empty")


def _pandas() -> Any:
    """Import pandas only when it is needed, because the rest of the library does not need it."""
    try:
        return import_module("pandas")
    except ImportError as error:
        raise ImportError("tabular_pipeline requires pandas: pip install pandas") from error


def columns_of(X: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the key (name or index) and the values of each column."""
    pd = _pandas()
    if hasattr(X, "columns"):
        names = list(X.columns)
        for place, name in enumerate(names):
            values = X.iloc[:, place] if hasattr(X, "iloc") else X[name].to_numpy()
            yield name, pd.Series(values)
        return
    if np.ndim(X) != 2:
        raise ValueError(
            f"X of tabular_pipeline must be a data frame or a 2D array; got {type(X).__name__} with "
            f"{np.ndim(X)} dimension{'s' * (np.ndim(X) != 1)}."
        )
    for place, values in enumerate(np.asarray(X).T):
        yield place, pd.Series(values)


def column_kind(values: Any) -> Kind:
    """Return the kind of a column.

    Raises
    ------
    TypeError
        If it contains other values, such as lists, or values of several kinds.
    """
    pd, types = _pandas(), _pandas().api.types
    if types.is_bool_dtype(values.dtype) or types.is_numeric_dtype(values.dtype):
        return "number"
    if isinstance(values.dtype, pd.CategoricalDtype):
        return "category"
    if types.is_datetime64_any_dtype(values.dtype):
        return "date"
    held = types.infer_dtype(values, skipna=True)
    if held in _NUMBERS:
        return "number"
    if held not in _OF_OBJECTS:
        raise TypeError(
            f"columns of a table must contain numbers, booleans, strings, categories or dates; got {held} values "
            f"in column {values.name!r}. Convert or remove the column."
        )
    kind = _OF_OBJECTS[held]
    return "text" if kind == "category" and _is_text(values) else kind


def _is_text(values: Any) -> bool:
    there = values.dropna().astype(str)
    distinct = there.unique()
    if len(distinct) <= _MANY_STRINGS:
        return False
    n_words = np.mean([len(text.split()) for text in distinct])
    return bool(len(distinct) > len(there) / 2 or n_words >= _WORDS_OF_TEXT)


class ColumnsOf(BaseEstimator):
    """Selects columns by kind, for a ``ColumnTransformer``.

    Parameters
    ----------
    kind : {"number", "category", "date"}
    least : int, default=0
        Minimum number of distinct values of a column.
    """

    def __init__(self, kind: Kind, least: int = 0) -> None:
        self.kind, self.least = kind, least

    def __call__(self, X: Any) -> list[Any]:
        """Return the keys of the selected columns.

        Raises
        ------
        ValueError
            If a column contains text.
        """
        found = [(key, values, column_kind(values)) for key, values in columns_of(X)]
        texts = [key for key, _, kind in found if kind == "text"]
        if texts:
            raise ValueError(
                f"tabular_pipeline cannot encode text, which column{'s' * (len(texts) > 1)} "
                f"{', '.join(map(repr, texts))} contain{'s' * (len(texts) == 1)}. Use skrub's TableVectorizer, which has "
                "encoders for text, before the estimator, or drop the column. If the strings are categories, "
                "convert them with astype('category')."
            )
        return [key for key, values, kind in found if kind == self.kind and self._is_rich(values)]

    def _is_rich(self, values: Any) -> bool:
        return self.least == 0 or values.nunique() >= self.least


def as_numbers(X: Any) -> np.ndarray:
    """Return columns of numbers or booleans as float64, with missing values as NaN."""
    return np.column_stack([_floats(values) for _, values in columns_of(X)])


def _floats(values: Any) -> np.ndarray:
    found: np.ndarray = _pandas().to_numeric(values).to_numpy(dtype=float, na_value=np.nan)
    return found


def as_categories(X: Any) -> np.ndarray:
    """Return categories as objects, with missing values as NaN."""
    columns = []
    for _, values in columns_of(X):
        column = values.to_numpy(dtype=object, copy=True)
        column[values.isna().to_numpy()] = np.nan
        columns.append(column)
    return np.column_stack(columns)


def as_dates(X: Any) -> np.ndarray:
    """Return numbers for dates: days since 1970, and sine and cosine of the time of year, week and day.

    Missing dates are NaN.

    Returns
    -------
    ndarray of shape (n_samples, 7 * n_columns)
    """
    return np.column_stack([_date_features(values) for _, values in columns_of(X)])


DATE_FEATURES = (
    "days",
    *(f"{part}_{f}" for part in ("year", "week", "day") for f in ("sin", "cos")),
)


def _date_features(values: Any) -> np.ndarray:
    pd = _pandas()
    dates = pd.to_datetime(values, utc=True)
    days = (dates - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    shares = [(dates.dt.day_of_year - 1) / 366, dates.dt.day_of_week / 7, days % 1]
    circles = [f(2 * np.pi * share) for share in shares for f in (np.sin, np.cos)]
    return np.column_stack([days, *circles]).astype(float)


def date_names(_: Any, names: Any) -> list[str]:
    """Return the names of the features computed from dates."""
    return [f"{name}_{feature}" for name in names for feature in DATE_FEATURES]
