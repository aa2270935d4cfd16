"""Regression losses: distances between output and target, mean over outputs."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.losses._base import Loss, UnitChange, mean_of_outputs


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class SquaredError(Loss):
    """Half the squared error, mean over outputs: ``(output - target)² / 2``, as in scikit-learn's MLPRegressor.

    The best constant prediction is the mean of the targets.

    Parameters
    ----------
    half : bool, default=True
        Whether to halve the square. Autoencoders set it to False, so their loss is the mean squared
        error.
    """

    half: bool = True

    unit_change: ClassVar[UnitChange] = "shift and scale"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"half": ["boolean"]}

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample."""
        error = mean_of_outputs((output - target).square())
        return error / 2 if self.half else error


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class AbsoluteError(Loss):
    """Absolute error, mean over outputs: ``|output - target|``.

    The best constant prediction is the median of the targets, so outliers have little influence. The
    gradient does not shrink near the target, so lower the learning rate toward the end of training.
    """

    unit_change: ClassVar[UnitChange] = "shift and scale"

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample."""
        return mean_of_outputs((output - target).abs())


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Huber(Loss):
    """Half the squared error for small errors, linear beyond ``delta``; mean over outputs.

    ``d² / 2`` if ``|d| <= delta``, else ``delta (|d| - delta / 2)``, for ``d = output - target``. The
    loss is smooth and robust to outliers.

    Parameters
    ----------
    delta : float > 0, default=1.0
        Magnitude of the error at which the linear part begins. The unit is one standard deviation
        of y with ``normalize_y=True`` (the default of the regressors), and the unit of y otherwise.

    References
    ----------
    Huber, "Robust estimation of a location parameter", 1964.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.losses import Huber
    >>> Huber(delta=1.0).rows(torch.tensor([[0.5], [3.0]]), torch.zeros(2, 1))
    tensor([0.1250, 2.5000])
    """

    delta: float | Tensor = 1.0

    unit_change: ClassVar[UnitChange] = "shift and scale"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "delta": [Interval(Real, 0, None, closed="neither")]
    }

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample."""
        distance = (output - target).abs()
        near = distance.clamp(max=self.delta)
        return mean_of_outputs(near * (distance - near / 2))


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Quantile(Loss):
    """Pinball loss, mean over outputs: ``quantile·d`` if ``d = target - output > 0``, else ``(quantile - 1)·d``.

    The best constant prediction is the quantile of the targets; at 0.5 the loss is half the absolute error.

    Parameters
    ----------
    quantile : float in (0, 1), default=0.5
        Proportion of targets that should be below the output.

    References
    ----------
    Koenker and Bassett, "Regression quantiles", 1978.

    Examples
    --------
    An output that is too low costs nine times as much as one that is too high by as much:

    >>> import torch
    >>> from sklearn_deep.losses import Quantile
    >>> Quantile(quantile=0.9).rows(torch.tensor([[-1.0], [1.0]]), torch.zeros(2, 1))
    tensor([0.9000, 0.1000])
    """

    quantile: float | Tensor = 0.5

    unit_change: ClassVar[UnitChange] = "shift and scale"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "quantile": [Interval(Real, 0, 1, closed="neither")]
    }

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample."""
        d = target - output
        return mean_of_outputs(torch.maximum(self.quantile * d, (self.quantile - 1) * d))
