"""The task of regressors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from scipy.sparse import issparse

from sklearn_deep._shared import Doubt, TargetScale, is_constant
from sklearn_deep.estimators._data import FitCall, Rows, check_range
from sklearn_deep.estimators._doubts import fixed_target_doubts, later_target_doubts
from sklearn_deep.estimators._parameters import of_task
from sklearn_deep.estimators._tasks.task import Task
from sklearn_deep.losses import Loss
from sklearn_deep.plugins import resolve


@dataclass(frozen=True, kw_only=True)
class RegressionTask(Task):
    """Prediction of one or several target values per sample.

    Parameters
    ----------
    loss : Loss
    given_loss : object
        Value of the ``loss`` parameter, for messages.
    normalize_y : bool
    dtype : str
        As in ``MLPRegressor``.
    n_outputs : int or None, default=None
        Number of columns of y; None before the task is fitted.
    is_flat : bool, default=False
        Whether y has one dimension; set when the task is fitted.
    """

    loss: Loss
    given_loss: Any
    normalize_y: bool
    dtype: str
    n_outputs: int | None = None
    is_flat: bool = False

    metric = "r2"
    numeric = True

    @classmethod
    def of(cls, estimator: Any, continues: bool, **terms: Any) -> Self:
        """Return the task for an estimator's parameters; ``terms`` are further fields of ``Task``."""
        owner = type(estimator).__name__
        return cls(
            owner=owner,
            loss=regression_loss(estimator.loss, owner=owner),
            given_loss=estimator.loss,
            normalize_y=estimator.normalize_y,
            dtype=estimator.dtype,
            n_outputs=estimator.n_outputs_ if continues else None,
            is_flat=continues and estimator._flat_target,
            **terms,
        )

    def check_type(self, y: Any, argument: str) -> None:
        check_numbers(y, argument=argument, owner=self.owner)

    def checked(self, y: Any, argument: str) -> np.ndarray:
        dense: np.ndarray = y.toarray() if issparse(y) else y
        return dense

    def fitted(self, y: np.ndarray, call: FitCall) -> Self:
        if call.continues:
            return self
        return replace(self, n_outputs=1 if y.ndim == 1 else y.shape[1], is_flat=y.ndim == 1)

    def encoded(self, y: np.ndarray, argument: str) -> np.ndarray:
        """Return y as ``(n_samples, n_outputs)`` float64, clipped to the range of the loss."""
        y = y.reshape(len(y), -1).astype(np.float64)
        if y.shape[1] != self.n_outputs:
            raise ValueError(
                f"{argument} of {self.owner}.fit must have as many columns as the first y, {self.n_outputs}, "
                f"got {y.shape[1]}."
            )
        self.loss.check_target(y, argument=argument, owner=self.owner)
        check_range(y, getattr(torch, self.dtype), argument=argument, owner=self.owner)
        return np.clip(y, *self.loss.target_range)

    def attributes(self) -> dict[str, Any]:
        return {"n_outputs_": self.n_outputs, "_flat_target": self.is_flat}

    def scale_of(
        self, rows: Rows, earlier: TargetScale | None, call: FitCall
    ) -> TargetScale | None:
        unit_change = self.loss.unit_change
        if call.continues:
            self._check_unit_of_loss(earlier)
            return earlier
        if not self.normalize_y or unit_change == "none":
            return None
        weight = rows.weight_of_labels
        if unit_change == "shift and scale":
            return TargetScale.standard(rows.y, weight)
        # A first call of partial_fit with constant targets does not determine the scale of later calls.
        alike = call.partial & is_constant(rows.y[weight > 0])
        scale = TargetScale.of_mean(rows.y, weight)
        return scale._replace(scale=np.where(alike, 1.0, scale.scale))

    def _check_unit_of_loss(self, scale: TargetScale | None) -> None:
        """Raise an error if a continued fit uses a normalization that its new loss does not allow."""
        if scale is None or self.loss.unit_change == "shift and scale":
            return
        if scale.shift.any() or self.loss.unit_change == "none":
            raise ValueError(
                f"The 'loss' parameter of {self.owner} is {self.given_loss!r}, which cannot be used for the "
                "normalized target that the fitted network predicts. Set warm_start=False to start a new "
                "fit, or keep the loss of the first fit."
            )

    def scale_doubts(
        self, rows: Rows, scale: TargetScale | None, call: FitCall
    ) -> tuple[Doubt, ...]:
        y = rows.y[rows.weight_of_labels > 0]
        if call.continues and scale is not None:
            return later_target_doubts(y, scale, owner=self.owner)
        if self.normalize_y and self.loss.unit_change == "none":
            return fixed_target_doubts(y, loss=self.given_loss, owner=self.owner)
        return ()


def regression_loss(value: Any, *, owner: str) -> Loss:
    """Return the loss for a value of the ``loss`` parameter of a regressor."""
    loss: Loss = resolve(
        "losses", value, argument="loss", owner=owner, accepts=of_task("regression")
    )
    if loss.task != "regression":
        raise ValueError(
            f"The 'loss' parameter of {owner} must be a loss for regression, got {value!r}, which is for "
            "classification. Use 'squared_error', or use MLPClassifier or JointAEClassifier."
        )
    return loss


def check_numbers(y: Any, *, argument: str, owner: str) -> None:
    """Raise an error with advice if y contains values that are no numbers."""
    if y is None or issparse(y) or np.asarray(y).dtype.kind not in "OUS":
        return
    for value in np.asarray(y).ravel().tolist():
        try:
            float(value)
        except (TypeError, ValueError):
            raise ValueError(
                f"{argument} of {owner}.fit must contain numbers, got {value!r}. For classes, use "
                "MLPClassifier or JointAEClassifier."
            ) from None
