"""Penalties on the norms of the weights."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.penalties._penalty import Penalty


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class L1(Penalty):
    """The sum of the absolute weights, ``l1 * sum(|W|)``, which drives weights to zero.

    Parameters
    ----------
    l1 : float >= 0, default=0.01
        Strength, in units of the loss per unit of weight.

    References
    ----------
    Tibshirani, "Regression shrinkage and selection via the lasso", 1996.
    """

    l1: float | Tensor = 0.01

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "l1": [Interval(Real, 0, None, closed="left")]
    }

    def penalty(self, weight: Tensor) -> Tensor:
        """Return ``l1 * sum(|W|)``; its gradient is ``l1 * sign(W)``, zero at zero."""
        return self.l1 * weight.abs().sum()


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class L2(Penalty):
    """Half the squared Frobenius norm, ``l2 / 2 * sum(W²)``, which keeps weights small.

    The gradient is ``l2 * W``, as with the parameter ``weight_decay`` of the estimators. Keras'
    ``L2(l2)`` does not halve the norm, so it equals ``L2(l2=2 * l2)`` here.

    Parameters
    ----------
    l2 : float >= 0, default=0.01
        Strength, in units of the loss per squared unit of weight.

    References
    ----------
    Krogh and Hertz, "A simple weight decay can improve generalization", 1991.
    """

    l2: float | Tensor = 0.01

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "l2": [Interval(Real, 0, None, closed="left")]
    }

    def penalty(self, weight: Tensor) -> Tensor:
        """Return ``l2 / 2 * sum(W²)``."""
        return self.l2 / 2 * weight.square().sum()


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class L1L2(Penalty):
    """The elastic net: ``l1 * sum(|W|) + l2 / 2 * sum(W²)``.

    Parameters
    ----------
    l1 : float >= 0, default=0.01
        Strength of the sum of absolute values, as in ``L1``.
    l2 : float >= 0, default=0.01
        Strength of the sum of squares, as in ``L2``.

    References
    ----------
    Zou and Hastie, "Regularization and variable selection via the elastic net", 2005.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.penalties import L1L2
    >>> L1L2(l1=1.0, l2=2.0).penalty(torch.tensor([[1.0, -2.0]]))
    tensor(8.)
    """

    l1: float | Tensor = 0.01
    l2: float | Tensor = 0.01

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "l1": [Interval(Real, 0, None, closed="left")],
        "l2": [Interval(Real, 0, None, closed="left")],
    }

    def penalty(self, weight: Tensor) -> Tensor:
        """Return ``l1 * sum(|W|) + l2 / 2 * sum(W²)``."""
        return self.l1 * weight.abs().sum() + self.l2 / 2 * weight.square().sum()
