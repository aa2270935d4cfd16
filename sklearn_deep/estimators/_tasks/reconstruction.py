"""What an estimator does that learns from rows alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from sklearn_deep.estimators._data import FLOATS, Request, Rows, Validation, checked_weight, naming


class Reconstructing:
    """Rows in, and nothing to predict."""

    _held: Any

    def _checked(self, request: Request) -> Rows:
        X = self._given(request.X, reset=not request.goes_on)
        return self._rows_of(X, request.sample_weight, "")

    def _checked_validation(self, validation: Validation) -> Rows:
        with naming("X_val", owner=type(self).__name__):
            X = self._given(validation.X, reset=False)
        return self._rows_of(X, validation.sample_weight, "_val")

    def _given(self, X: Any, reset: bool) -> Any:
        return validate_data(self, X, dtype=FLOATS, accept_sparse="csr", reset=reset)

    def _rows_of(self, X: Any, sample_weight: Any, part: str) -> Rows:
        owner = type(self).__name__
        weight = checked_weight(sample_weight, X, argument=f"sample_weight{part}", owner=owner)
        return Rows(self._held(X, part), np.empty((X.shape[0], 0)), weight)

    def _validation_rows(self, validation: Validation) -> Rows | None:
        if validation.X is not None:
            return self._checked_validation(validation)
        if validation.sample_weight is not None:
            raise ValueError(
                f"{type(self).__name__}.fit got sample_weight_val but no X_val, whose rows it weights."
            )
        return None

    def _loss(self) -> None:
        return None

    def _targets(self, y: np.ndarray, training: bool) -> np.ndarray:
        return y
