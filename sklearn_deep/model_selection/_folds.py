"""The training rows of each fold, taken once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_deep._shared._sklearn import check_method_params, safe_split
from sklearn_deep.model_selection._running_fit import Job


class Folds:
    """Rows, targets and fit parameters of each training part.

    Parameters
    ----------
    estimator : estimator
        Says whether X is a matrix of pairs.
    X, y : all rows and targets
    fit_params : dict
        Of ``fit``; those as long as X are divided like it.
    splits : sequence of (train, test)
        Places of rows.
    """

    def __init__(
        self, estimator: Any, X: Any, y: Any, fit_params: dict[str, Any], splits: Sequence[Any]
    ) -> None:
        self.parts = [
            (
                *safe_split(estimator, X, y, np.asarray(train)),
                check_method_params(X, params=fit_params, indices=train),
            )
            for train, _ in splits
        ]

    def __len__(self) -> int:
        return len(self.parts)

    def job(self, candidate: Any, fold: int) -> Job:
        """Return the fit of a candidate on the training part of a fold."""
        X, y, params = self.parts[fold]
        return Job(candidate, X, y, params, ("fold", fold))
