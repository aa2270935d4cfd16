"""What every estimator that predicts numbers does with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from scipy.sparse import issparse
from sklearn.base import RegressorMixin
from sklearn.utils import Tags, check_consistent_length
from sklearn.utils.validation import validate_data

from sklearn_deep._shared import Doubt, TargetScale, is_constant
from sklearn_deep.estimators._data import (
    FLOATS,
    Request,
    Rows,
    Validation,
    check_range,
    checked_weight,
    naming,
)
from sklearn_deep.estimators._doubts import fixed_target_doubts, later_target_doubts
from sklearn_deep.estimators._hosting import predictions
from sklearn_deep.estimators._parameters import of_task
from sklearn_deep.losses import Loss, Poisson
from sklearn_deep.plugins import resolve


class Regressing(RegressorMixin):
    """Numbers in, numbers out."""

    n_outputs_: int
    dtype: str
    loss: Any
    normalize_y: bool
    net_: Any
    _flat_target: bool
    _outputs: Any
    _with_labels: Any
    _held: Any

    _metric: str | None = "r2"

    def predict(self, X: Any) -> np.ndarray:
        """Return the predicted numbers.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            As y was in ``fit``.
        """
        outputs = torch.from_numpy(self._outputs(X))
        loss, scale = self.net_.criterion_.loss, self.net_.target_scale_
        predicted: np.ndarray = predictions(outputs, loss, scale).numpy()
        return predicted[:, 0] if self._flat_target else predicted

    def _checked(self, request: Request) -> Rows:
        owner = type(self).__name__
        with naming("X and y", owner=owner):
            check_consistent_length(request.X, request.y)
        n_outputs = self.n_outputs_ if request.goes_on else None
        given, unlabeled = self._with_labels(request.y, "y")
        X, y = self._numbers(request.X, given, "y", reset=not request.goes_on)
        if n_outputs is None:
            self._flat_target = y.ndim == 1
        y = self._columns(y, n_outputs, "y")
        self.n_outputs_ = y.shape[1]
        return self._rows_of(X, y, request.sample_weight, "", unlabeled)

    def _checked_validation(self, validation: Validation) -> Rows:
        owner = type(self).__name__
        given, unlabeled = self._with_labels(validation.y, "y_val")
        with naming("X_val and y_val", owner=owner):
            X, y = self._numbers(validation.X, given, "y_val", reset=False)
        y = self._columns(y, self.n_outputs_, "y_val")
        return self._rows_of(X, y, validation.sample_weight, "_val", unlabeled)

    def _rows_of(
        self, X: Any, y: np.ndarray, sample_weight: Any, part: str, unlabeled: np.ndarray | None
    ) -> Rows:
        owner = type(self).__name__
        weight = checked_weight(sample_weight, X, argument=f"sample_weight{part}", owner=owner)
        return Rows(self._held(X, part), y, weight, unlabeled)

    def _numbers(self, X: Any, y: Any, argument: str, reset: bool) -> tuple[Any, np.ndarray]:
        """Return X and y checked, y of numbers."""
        check_numbers(y, argument=argument, owner=type(self).__name__)
        X, y = validate_data(
            self,
            X,
            y,
            dtype=FLOATS,
            accept_sparse="csr",
            multi_output=True,
            y_numeric=True,
            reset=reset,
        )
        return X, y.toarray() if issparse(y) else y

    def _columns(self, y: np.ndarray, n_outputs: int | None, argument: str) -> np.ndarray:
        """Return y as ``(n_samples, n_outputs)`` float64, if it has as many columns as it must."""
        y = y.reshape(len(y), -1).astype(np.float64)
        owner = type(self).__name__
        if n_outputs is not None and y.shape[1] != n_outputs:
            raise ValueError(
                f"{argument} of {owner}.fit must have as many columns as y had, {n_outputs}, got "
                f"{y.shape[1]}."
            )
        loss = self._loss()
        loss.check_target(y, argument=argument, owner=owner)
        check_range(y, getattr(torch, self.dtype), argument=argument, owner=owner)
        return np.clip(y, *loss.target_range)

    def _loss(self) -> Loss:
        owner = type(self).__name__
        loss: Loss = resolve(
            "losses",
            self.loss,
            argument="loss",
            owner=owner,
            accepts=of_task("regression"),
        )
        if loss.task != "regression":
            raise ValueError(
                f"The 'loss' parameter of {owner} must be a loss for numbers, got {self.loss!r}, which "
                "is for classes. Use 'squared_error', or MLPClassifier or JointAEClassifier."
            )
        return loss

    def _targets(self, y: np.ndarray, training: bool) -> np.ndarray:
        return y

    def _scale_for_target(self, rows: Rows, request: Request) -> TargetScale | None:
        loss = self._loss()
        if request.goes_on:
            scale: TargetScale | None = self.net_.target_scale_
            self._check_unit_of_loss(loss, scale)
            return scale
        if not self.normalize_y or loss.unit_change == "none":
            return None
        weight = _weight_of_targets(rows)
        if loss.unit_change == "shift and scale":
            return TargetScale.standard(rows.y, weight)
        # One number, of a first call of partial_fit, says nothing about the unit of those to come.
        alike = request.partial & is_constant(rows.y[weight > 0])
        scale = TargetScale.of_mean(rows.y, weight)
        return scale._replace(scale=np.where(alike, 1.0, scale.scale))

    def _check_unit_of_loss(self, loss: Loss, scale: TargetScale | None) -> None:
        """Raise if a loss continues in a unit that another loss chose and that it does not allow."""
        if scale is None or loss.unit_change == "shift and scale":
            return
        if scale.shift.any() or loss.unit_change == "none":
            raise ValueError(
                f"The 'loss' parameter of {type(self).__name__} is {self.loss!r}, which has no meaning for "
                "the normalized target that the fitted network predicts. Set warm_start=False to begin "
                "anew, or keep the loss of the first fit."
            )

    def _scale_doubts(
        self, request: Request, rows: Rows, held_out: Rows | None
    ) -> tuple[Doubt, ...]:
        owner = type(self).__name__
        doubts: tuple[Doubt, ...] = super()._scale_doubts(request, rows, held_out)
        y = rows.y[_weight_of_targets(rows) > 0]
        if request.goes_on and self.net_.target_scale_ is not None:
            return *doubts, *later_target_doubts(y, self.net_.target_scale_, owner=owner)
        if self.normalize_y and self._loss().unit_change == "none":
            return *doubts, *fixed_target_doubts(y, loss=self.loss, owner=owner)
        return doubts

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.positive_only = self.loss == "poisson" or isinstance(self.loss, Poisson)
        return tags


def _weight_of_targets(rows: Rows) -> np.ndarray:
    """Return sample weights, 0 where there is no target."""
    return rows.sample_weight if rows.unlabeled is None else rows.sample_weight * ~rows.unlabeled


def check_numbers(y: Any, *, argument: str, owner: str) -> None:
    if y is None or issparse(y) or np.asarray(y).dtype.kind not in "OUS":
        return
    for value in np.asarray(y).ravel().tolist():
        try:
            float(value)
        except (TypeError, ValueError):
            raise ValueError(
                f"{argument} of {owner}.fit must hold numbers, got {value!r}. For classes use "
                "MLPClassifier or JointAEClassifier."
            ) from None
