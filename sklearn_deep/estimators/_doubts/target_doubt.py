"""Warnings about targets that are not scaled or outside the range of the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from sklearn_deep._shared import Doubt, ScaleWarning, TargetScale, is_constant
from sklearn_deep.estimators._data import Rows
from sklearn_deep.estimators._doubts.scale import off_scale, some_samples
from sklearn_deep.estimators._doubts.scale_doubt import SILENCE, listed
from sklearn_deep.losses import Loss

# Accepted magnitudes of a normalized target; it is 1 for the data from which the scale was estimated.
_LARGEST = 10.0
_SMALLEST = 1e-3


def fixed_target_doubts(y: np.ndarray, *, loss: Any, owner: str) -> tuple[Doubt, ...]:
    """Return at most one warning about an unscaled target that the loss does not allow to normalize.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n_outputs)
        Targets of samples of positive weight, in original units.
    loss : object
        The ``loss`` parameter.
    owner : str
        Class of the estimator.
    """
    found = off_scale(some_samples(y)) if len(y) else None
    if found is None or not len(found.columns):
        return ()
    message = (
        f"{owner} got a target that is not scaled, in column {listed(found, None)}. It is used unchanged, "
        f"because loss={loss!r} does not allow it to be normalized. Set unit_change='shift and scale' of "
        "the loss if this is allowed, or wrap the network: "
        f"TransformedTargetRegressor({owner}(...), transformer=StandardScaler()). {SILENCE}"
    )
    return (Doubt("scale of y", ScaleWarning(message)),)


def later_target_doubts(y: np.ndarray, scale: TargetScale, *, owner: str) -> tuple[Doubt, ...]:
    """Return at most one warning about a target far from the scale of an earlier call.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n_outputs)
        Normalized targets of samples of positive weight.
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
        f"minus {scale.shift[column]:.3g} and divided by {scale.scale[column]:.3g}, their magnitude in column "
        f"{column} is {sizes[column]:.3g} instead of about 1. Start again with a first call whose "
        f"targets are typical of all calls. {SILENCE}"
    )
    return (Doubt("scale of later y", ScaleWarning(message)),)


def _sizes(y: np.ndarray, scale: TargetScale) -> np.ndarray:
    """Return the root mean square of each column; the mean for targets without a shift, such as counts."""
    if not len(y):
        return np.zeros(y.shape[1])
    with np.errstate(over="ignore"):
        if not scale.shift.any():
            return np.asarray(np.abs(y).mean(0))
        return np.asarray(np.sqrt(np.square(y).mean(0)))


def clipped_doubts(held_out: Rows | None, loss: Loss | None, *, owner: str) -> tuple[Doubt, ...]:
    """Return at most one warning about values of X_val that are clipped to the range of ``loss``."""
    if held_out is None or loss is None or not held_out.n_outside:
        return ()
    low, high = loss.target_range
    n_samples, n_features = held_out.X.shape
    text = (
        f"{held_out.n_outside} of {n_samples * n_features} values of X_val of "
        f"{owner}.fit are outside [{low:g}, {high:g}], the range of the "
        "reconstruction loss, and were clipped. A scaler that is fitted on X can produce such values; use "
        "MinMaxScaler(clip=True), which clips them without this warning."
    )
    return (Doubt("clipped X_val", UserWarning(text)),)
