"""The training samples of many fits: subsets of the same data, copied for each fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils import get_tags

from sklearn_deep._compat.sklearn import check_method_params, safe_split
from sklearn_deep._equality import Key
from sklearn_deep._fits.active_fit import Job
from sklearn_deep._fits.samples import Samples


class TrainingSubsets:
    """Samples, targets and further arguments of ``fit`` for subsets of the data.

    A subset holds the training samples of a fit, such as the training part of a fold or a bootstrap sample.
    Only indices are stored; each fit copies its samples when it needs them.

    Parameters
    ----------
    X, y : all samples and targets
    fit_params : dict
        Further arguments of ``fit``; arrays as long as X are indexed like X.
    subsets : sequence of array-like
        Indices of the samples of each subset, or a mask.
    reads_X_back : bool, default=False
        Whether in-place changes by a fit to its X are read afterward.
    """

    def __init__(
        self,
        X: Any,
        y: Any,
        fit_params: dict[str, Any],
        subsets: Sequence[Any],
        reads_X_back: bool = False,
    ) -> None:
        self.X, self.y, self.fit_params = X, y, fit_params
        self.reads_X_back = reads_X_back
        self.indices = [_indices(some) for some in subsets]

    def __len__(self) -> int:
        return len(self.indices)

    def job(self, estimator: Any, subset: int) -> Job:
        """Return the fit of an estimator on a subset."""
        index = self.indices[subset]
        pairwise = get_tags(estimator).input_tags.pairwise
        if pairwise:
            safe_split(estimator, self.X, None, index[:1])  # raises unless X is square
        X = Samples(self.X, Key("X", subset, pairwise), index, pairwise)
        X.is_watched = self.reads_X_back
        y = None if self.y is None else Samples(self.y, Key("y", subset), index)
        params = {name: self._param(name, subset) for name in self.fit_params}
        return Job(estimator, X, y, params, subset)

    def _param(self, name: str, subset: int) -> Samples | None:
        value, index = self.fit_params[name], self.indices[subset]
        if value is None:
            return None  # as if it were not passed
        # scikit-learn decides which arguments are indexed: only for these does it return a new object.
        some = check_method_params(self.X, params={name: value}, indices=index[:1])[name]
        return Samples(value, Key("param", name, subset), None if some is value else index)


def _indices(subset: Any) -> np.ndarray:
    subset = np.asarray(subset)
    return np.flatnonzero(subset) if subset.dtype == bool else subset
