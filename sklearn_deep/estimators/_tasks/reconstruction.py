"""The task of autoencoders: the targets are the samples themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isinf
from typing import Any, Self

import numpy as np

from sklearn_deep.estimators._data import FitCall, dense_blocks, held, n_beyond
from sklearn_deep.estimators._parameters import of_task
from sklearn_deep.estimators._tasks.task import Task
from sklearn_deep.estimators._tasks.unlabeled import LabelMarker
from sklearn_deep.losses import Loss, SquaredError
from sklearn_deep.plugins import resolve
from sklearn_deep.training import LazyRows


@dataclass(frozen=True, kw_only=True)
class ReconstructionTask(Task):
    """Reconstruction of samples without predictions; y has no columns."""

    @classmethod
    def of(cls, estimator: Any) -> Self:
        """Return the task for an estimator's parameters."""
        owner = type(estimator).__name__
        loss = reconstruction_loss(estimator.loss, "loss", owner=owner)
        return cls(owner=owner, reconstruction_loss=loss)

    def checked(self, y: Any, argument: str) -> np.ndarray:
        checked: np.ndarray = y
        return checked

    def fitted(self, y: np.ndarray, call: FitCall) -> Self:
        return self

    def encoded(self, y: np.ndarray, argument: str) -> np.ndarray:
        return y


def joint_terms(estimator: Any) -> dict[str, Any]:
    """Return the fields that a task with predictions needs for reconstructions in addition."""
    owner, given = type(estimator).__name__, estimator.reconstruction_loss
    loss = reconstruction_loss(given, "reconstruction_loss", owner=owner)
    return {
        "reconstruction_loss": loss,
        "beta": float(estimator.beta),
        "marker": LabelMarker.of(estimator),
    }


def in_range_of(
    loss: Loss, X: Any, *, is_validation: bool, owner: str
) -> tuple[np.ndarray | LazyRows, int]:
    """Return checked samples, clipped to the range of the reconstruction loss.

    Parameters
    ----------
    loss : Loss
        Reconstruction loss. Its range contains 0, so clipping does not change the zeros of sparse samples.
    X : ndarray or CSR matrix of shape (n_samples, n_features)
    is_validation : bool
        Whether values outside the range are counted (validation) or raise an error (training).
    owner : str

    Returns
    -------
    X : ndarray or LazyRows
    n_outside : int
        Number of values outside the range by more than rounding errors.

    Raises
    ------
    ValueError
        If the loss is not defined for a training sample.
    """
    low, high = loss.target_range
    has_range = not (isinf(low) and isinf(high))
    has_check = type(loss).check_target is not Loss.check_target and not is_validation
    n_outside, is_outside = 0, False
    for block in dense_blocks(X) if has_range or has_check else ():
        if has_check:
            loss.check_target(block, argument="X", owner=owner)
        if is_validation:
            n_outside += n_beyond(block, low, high)
        is_outside |= bool(block.min() < low or block.max() > high)
    rows = held(X)
    if not is_outside:
        return rows, n_outside
    clipped = rows.clipped(low, high) if isinstance(rows, LazyRows) else np.clip(rows, low, high)
    return clipped, n_outside


def reconstruction_loss(value: Any, argument: str, *, owner: str) -> Loss:
    """Return the reconstruction loss; "squared_error" is the mean squared error, without a factor 1/2."""
    loss: Loss = resolve(
        "losses", value, argument=argument, owner=owner, accepts=of_task("regression")
    )
    if loss.task != "regression":
        raise ValueError(
            f"The {argument!r} parameter of {owner} must be a loss for regression, got {value!r}, which is "
            "for classification. Use 'squared_error', or 'binary_cross_entropy' for features in [0, 1]."
        )
    return replace(loss, half=False) if isinstance(loss, SquaredError) else loss
