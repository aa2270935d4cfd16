"""Rows to train on or to validate on."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Data(NamedTuple):
    """Rows with their targets and weights, on the device and in the dtype of training.

    Parameters
    ----------
    x : Tensor of shape (n_samples, n_features)
    y : Tensor of shape (n_samples, n_outputs)
        Targets as the loss takes them: one-hot, 0/1 or numbers.
    weight : Tensor of shape (n_samples,)
        Weight in the objective: sample weight times class weight.
    sample_weight : Tensor of shape (n_samples,)
        Weight in metrics.
    """

    x: Tensor
    y: Tensor
    weight: Tensor
    sample_weight: Tensor
