"""Losses: the functions that training minimizes. Regressors also accept a function as their loss.

In: outputs of a network and targets, ``(n_samples, n_outputs)``. Out: one loss per sample. Read
``_base``, then ``_regression``, ``_poisson`` and ``_binary_cross_entropy``, then ``_classification``.
"""

from sklearn_deep.losses._base import CallableLoss, Loss
from sklearn_deep.losses._binary_cross_entropy import BinaryCrossEntropy
from sklearn_deep.losses._classification import ClassificationLoss, CrossEntropy, Focal
from sklearn_deep.losses._poisson import Poisson
from sklearn_deep.losses._regression import AbsoluteError, Huber, Quantile, SquaredError
from sklearn_deep.plugins import declare_family, register

declare_family("losses", Loss, CallableLoss)
register("losses", "squared_error", SquaredError)
register("losses", "absolute_error", AbsoluteError)
register("losses", "huber", Huber)
register("losses", "poisson", Poisson)
register("losses", "quantile", Quantile)
register("losses", "binary_cross_entropy", BinaryCrossEntropy)
register("losses", "cross_entropy", CrossEntropy)
register("losses", "focal", Focal)

__all__ = [
    "AbsoluteError",
    "BinaryCrossEntropy",
    "CallableLoss",
    "ClassificationLoss",
    "CrossEntropy",
    "Focal",
    "Huber",
    "Loss",
    "Poisson",
    "Quantile",
    "SquaredError",
]
