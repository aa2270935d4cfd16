"""Piecewise linear encoding of columns."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from sklearn_deep._compat.sklearn import (
    Interval,
    StrOptions,
    check_feature_names_in,
    check_sample_weight,
    validate_params,
)
from sklearn_deep._compat.sklearn_doc_links import LinksToDocs
from sklearn_deep._shared import ExplainsNames, explained, weighted_quantiles


@explained
class PiecewiseLinearEncoder(LinksToDocs, ExplainsNames, TransformerMixin, BaseEstimator):
    """Encode each column by features that increase from 0 to 1 within one bin each.

    With knots ``k[0] < k[1] < ... < k[n_bins]``, feature ``t`` is ``(x - k[t]) / (k[t+1] - k[t])``, clipped
    to [0, 1]. The first feature is not clipped below and the last one not above, so that values beyond the
    knots remain distinguishable. A linear function of these features is a piecewise linear function of the
    column, so a network learns steep and local effects of a column faster.

    ``sklearn.preprocessing.SplineTransformer(degree=1)`` spans the same functions with features that
    increase and decrease again. In our comparison, networks were less accurate with them.

    Parameters
    ----------
    n_bins : int >= 1, default=16
        Maximum number of bins per column; there are fewer if quantiles coincide.
    knots : "quantile" or sequence of array-like, default="quantile"
        "quantile" uses ``n_bins + 1`` equidistant quantiles of each column. Otherwise, the knots of each
        column: at least two, strictly increasing.
    min_distinct : int >= 2, default=32
        Columns with fewer distinct values are passed through unchanged. Only used with
        ``knots="quantile"``.

    Attributes
    ----------
    knots_ : list of ndarray, one for each column
        Knots of each column, ``(n_knots,)``; None for columns that are passed through.
    n_features_in_, feature_names_in_
        Number and names of the features seen in ``fit``.

    Notes
    -----
    NaN raises an error; impute missing values first. The result needs up to ``n_bins`` times the memory of X.

    References
    ----------
    Gorishniy, Rubachev and Babenko, "On embeddings for numerical features in tabular deep learning", 2022,
    equation 1.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep.preprocessing import PiecewiseLinearEncoder
    >>> encoder = PiecewiseLinearEncoder(knots=[[0, 1, 3]]).fit([[0.0], [3.0]])
    >>> encoder.transform([[-1.0], [0.5], [2.0], [5.0]])
    array([[-1. ,  0. ],
           [ 0.5,  0. ],
           [ 1. ,  0.5],
           [ 1. ,  2. ]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_bins": [Interval(Integral, 1, None, closed="left")],
        "knots": [StrOptions({"quantile"}), "array-like"],
        "min_distinct": [Interval(Integral, 2, None, closed="left")],
    }

    def __init__(
        self,
        n_bins: int = 16,
        *,
        knots: str | Sequence[Any] = "quantile",
        min_distinct: int = 32,
    ) -> None:
        self.n_bins = n_bins
        self.knots = knots
        self.min_distinct = min_distinct

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Compute the knots.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numerical columns.
        y : object, default=None
            Ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample in the quantiles; None means 1 for all.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X is not finite, or ``knots`` do not match its columns.
        """
        validate_params(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        if isinstance(self.knots, str):
            weight = check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
            self.knots_ = [self._quantiles(column, weight) for column in X.T]
        else:
            self.knots_ = self._checked(self.knots)
        return self

    def _quantiles(self, column: np.ndarray, weight: np.ndarray) -> np.ndarray | None:
        column, weight = column[weight > 0].astype(float), weight[weight > 0]
        if len(np.unique(column)) < self.min_distinct:
            return None
        knots = np.unique(weighted_quantiles(column, weight, np.linspace(0, 1, self.n_bins + 1)))
        return knots if len(knots) > 1 else None

    def _checked(self, knots: Sequence[Any]) -> list[np.ndarray | None]:
        owner = type(self).__name__
        if len(knots) != self.n_features_in_:
            raise ValueError(
                f"The 'knots' parameter of {owner} must have one array for each of the {self.n_features_in_} "
                f"columns of X; got {len(knots)}."
            )
        found: list[np.ndarray | None] = []
        for i, given in enumerate(knots):
            own = check_array(given, ensure_2d=False, dtype=float, input_name=f"knots[{i}]")
            if own.ndim != 1 or len(own) < 2 or not (np.diff(own) > 0).all():
                raise ValueError(
                    f"The 'knots' parameter of {owner} must have at least two strictly increasing numbers for "
                    f"each column; got {np.array2string(own, threshold=6)} for column {i}."
                )
            found.append(own)
        return found

    def transform(self, X: Any) -> np.ndarray:
        """Encode the columns.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numerical columns.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out)
            Encoded features, those of the first column first, in the float type of X.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return np.column_stack(
            [
                column if knots is None else _encoded(column, knots)
                for column, knots in zip(X.T, self.knots_, strict=True)
            ]
        )

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Return the original values of encoded columns.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features_out)
            Encoded columns.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Numerical columns.
        """
        check_is_fitted(self)
        X = check_array(X, dtype=[np.float64, np.float32])
        widths = self._widths()
        if X.shape[1] != sum(widths):
            raise ValueError(
                f"X of {type(self).__name__}.inverse_transform must have the {sum(widths)} columns that transform "
                f"returns; got {X.shape[1]}."
            )
        parts = np.split(X, np.cumsum(widths)[:-1], axis=1)
        columns = [
            part[:, 0] if knots is None else knots[0] + part @ np.diff(knots)
            for part, knots in zip(parts, self.knots_, strict=True)
        ]
        return np.column_stack(columns).astype(X.dtype, copy=False)

    def _widths(self) -> list[int]:
        return [1 if knots is None else len(knots) - 1 for knots in self.knots_]

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the output features, ``<column>_bin<number>`` for encoded columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the columns of X. None uses those seen in ``fit``, or x0, x1, ...

        Returns
        -------
        ndarray of str
            Names; columns that are passed through keep theirs.
        """
        check_is_fitted(self)
        names = check_feature_names_in(self, input_features)
        found: list[str] = []
        for name, knots in zip(names, self.knots_, strict=True):
            bins = [] if knots is None else range(len(knots) - 1)
            found += [f"{name}_bin{t}" for t in bins] if knots is not None else [name]
        return np.array(found, dtype=object)

    @property
    def _n_features_out(self) -> int:
        return sum(self._widths())

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _encoded(column: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Return the features of a column, ``(n_samples, n_bins)``."""
    lower = knots[:-1].astype(column.dtype)
    features = (column[:, None] - lower) / np.diff(knots).astype(column.dtype)
    least, most = np.zeros(len(lower)), np.ones(len(lower))
    least[0], most[-1] = -np.inf, np.inf
    encoded: np.ndarray = np.clip(features, least, most, dtype=column.dtype)
    return encoded
