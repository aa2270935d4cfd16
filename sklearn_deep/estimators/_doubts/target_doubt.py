"""What a user is told of targets that are off scale, or outside the range of the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from sklearn_deep._shared import Doubt, ScaleWarning, TargetScale, is_constant
from sklearn_deep.estimators._data import Rows
from sklearn_deep.estimators._doubts.scale import off_scale, some_samples
from sklearn_deep.estimators._doubts.scale_doubt import SILENCE, listed
from sklearn_deep.losses import Loss

# Sizes of a normalized target that are let pass; they are 1 where the scale was estimated.
_LARGEST = 10.0
_SMALLEST = 1e-3


def fixed_target_doubts(y: np.ndarray, *, loss: Any, owner: str) -> tuple[Doubt, ...]:
    """Return at most one doubt, about a target that a loss does not allow to be normalized.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n_outputs)
        Targets of samples that count, in their own unit.
    loss : object
        The parameter of this name.
    owner : str
        Class of the estimator.
    """
    found = off_scale(some_samples(y)) if len(y) else None
    if found is None or not len(found.columns):
        return ()
    message = (
        f"{owner} got a target that is off scale, in column {listed(found, None)}, and learns it as it "
        f"is, since loss={loss!r} does not say that it may be normalized. Give the loss "
        "unit_change='shift and scale' if it may, or wrap the network: "
        f"TransformedTargetRegressor({owner}(...), transformer=StandardScaler()). {SILENCE}"
    )
    return (Doubt("scale of y", ScaleWarning(message)),)


def later_target_doubts(y: np.ndarray, scale: TargetScale, *, owner: str) -> tuple[Doubt, ...]:
    """Return at most one doubt, about a target far from the scale of an earlier call.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n_outputs)
        Normalized targets of samples that count.
    scale : TargetScale
    owner : str
        Class of the estimator.
    """
    sizes = _sizes(y, scale)
    # Equal targets may all be the mean of the first call.
    small = (sizes < _SMALLEST) & ~is_constant(y)
    far = np.flatnonzero((sizes > _LARGEST) | small)
    if not len(far):
        return ()
    column = far[0]
    message = (
        f"{owner} got targets that are far from the scale of its first call, which later calls keep: "
        f"minus {scale.shift[column]:.3g} and divided by {scale.scale[column]:.3g}, their size in column "
        f"{column} is {sizes[column]:.3g} instead of about 1. Begin anew, with a first call whose "
        f"targets are typical of all. {SILENCE}"
    )
    return (Doubt("scale of later y", ScaleWarning(message)),)


def _sizes(y: np.ndarray, scale: TargetScale) -> np.ndarray:
    """Return the root mean square of each column; the mean of targets that have no shift, as counts."""
    if not len(y):
        return np.zeros(y.shape[1])
    with np.errstate(over="ignore"):
        if not scale.shift.any():
            return np.asarray(np.abs(y).mean(0))
        return np.asarray(np.sqrt(np.square(y).mean(0)))


def clipped_doubts(held_out: Rows | None, loss: Loss | None, *, owner: str) -> tuple[Doubt, ...]:
    """Return at most one doubt, about values of X_val that ``loss``, of the reconstruction, clips."""
    if held_out is None or loss is None or not held_out.n_outside:
        return ()
    low, high = loss.target_range
    n_samples, n_features = held_out.X.shape
    text = (
        f"{held_out.n_outside} of {n_samples * n_features} values of X_val of "
        f"{owner}.fit are outside [{low:g}, {high:g}], the range of the "
        "reconstruction loss, and were clipped. A scaler that is fitted on X alone leaves "
        "such values; use MinMaxScaler(clip=True) to clip them there and silence this warning."
    )
    return (Doubt("clipped X_val", UserWarning(text)),)
