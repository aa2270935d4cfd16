"""Properties of activations: from a table for torch's own functions, computed for all others."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sklearn_deep._process import isolated
from sklearn_deep.activations._activation import Activation, identity

# An activation saturates if its value changes by less than this between |z| = 2 and |z| = 3.
_FLAT = 0.25
_STEPS = 16


class KnownFunction(NamedTuple):
    """A layer class of torch, the functions equal to it at its defaults, and scikit-learn's name.

    Parameters
    ----------
    layer : type of nn.Module
    functions : tuple of callable
        Each of them treats every unit separately.
    sklearn_name : str or None
        Name in scikit-learn's MLP.
    """

    layer: Callable[[], nn.Module]
    functions: tuple[Any, ...]
    sklearn_name: str | None = None


KNOWN_FUNCTIONS = (
    KnownFunction(nn.CELU, (torch.celu, F.celu)),
    KnownFunction(nn.ELU, (F.elu,)),
    KnownFunction(nn.GELU, (F.gelu,)),
    KnownFunction(nn.Hardshrink, (F.hardshrink, Tensor.hardshrink)),
    KnownFunction(nn.Hardsigmoid, (F.hardsigmoid,)),
    KnownFunction(nn.Hardswish, (F.hardswish,)),
    KnownFunction(nn.Hardtanh, (F.hardtanh,)),
    KnownFunction(nn.Identity, (identity,), "identity"),
    KnownFunction(nn.LeakyReLU, (F.leaky_relu,)),
    KnownFunction(nn.LogSigmoid, (F.logsigmoid,)),
    KnownFunction(nn.Mish, (F.mish,)),
    KnownFunction(nn.ReLU, (torch.relu, F.relu, Tensor.relu), "relu"),
    KnownFunction(nn.ReLU6, (F.relu6,)),
    KnownFunction(nn.SELU, (torch.selu, F.selu)),
    KnownFunction(nn.SiLU, (F.silu,)),
    KnownFunction(nn.Sigmoid, (torch.sigmoid, F.sigmoid, Tensor.sigmoid), "logistic"),
    KnownFunction(nn.Softplus, (F.softplus,)),
    KnownFunction(nn.Softshrink, (F.softshrink,)),
    KnownFunction(nn.Softsign, (F.softsign,)),
    KnownFunction(nn.Tanh, (torch.tanh, F.tanh, Tensor.tanh), "tanh"),
    KnownFunction(nn.Tanhshrink, (F.tanhshrink,)),
)


class ActivationFacts:
    """Properties of an activation, as needed by networks, initializers and reports.

    Parameters
    ----------
    activation : Activation, ``nn.Module`` class or instance, or callable
        The value that ``plugins.resolve`` returns.
    width : int >= 1, default=1
        Number of units of the layer, for modules that have one parameter per unit.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.activations import ActivationFacts
    >>> facts = ActivationFacts(torch.tanh)
    >>> facts.is_elementwise, facts.saturates, facts.sklearn_name
    (True, True, 'tanh')
    >>> ActivationFacts(torch.relu).mean_square
    0.5
    """

    def __init__(self, activation: Any, width: int = 1) -> None:
        self.activation = activation
        self.width = width

    @classmethod
    def of(cls, activation: Any, width: int = 1) -> ActivationFacts:
        """Return the properties of an activation, cached for torch's own functions.

        Parameters
        ----------
        activation, width : as in the constructor
        """
        facts = cls(activation, width)
        return _facts_of_function(activation) if facts.is_of_torch else facts

    @property
    def is_elementwise(self) -> bool:
        """Whether each unit is known to be treated separately, as in all named activations."""
        return isinstance(self.activation, Activation) or self.is_of_torch

    @property
    def is_of_torch(self) -> bool:
        """Whether this is one of torch's own functions, whose properties are known."""
        # Modules are excluded: a module may have one parameter per unit.
        return self._known is not None and not isinstance(self.activation, nn.Module | type)

    @property
    def torch_layer(self) -> Callable[[], nn.Module] | None:
        """The equivalent layer class of torch, used with its defaults; None if there is none."""
        return None if self._known is None else self._known.layer

    @property
    def sklearn_name(self) -> str | None:
        """The name in scikit-learn's MLP; None if scikit-learn does not have this activation."""
        return None if self._known is None else self._known.sklearn_name

    @cached_property
    def mean_square(self) -> float:
        """E[σ(z)²] for a standard normal z; replaced by 1 if it is 0, infinite or NaN.

        Weights of variance ``1 / (fan_in mean_square)`` keep the mean square of z constant from
        layer to layer: this gives He's 2 / fan_in for ReLU and LeCun's 1 / fan_in for SELU.
        """
        z = _grid()
        density = torch.exp(-z.square() / 2)
        found = float(density / density.sum() @ self._values.square().mean(1))
        # Rounded, so that it is exactly 0.5 for ReLU (He) and exactly 1 for SELU (LeCun).
        return round(found, 6) if math.isfinite(found) and round(found, 6) > 0 else 1.0

    @cached_property
    def saturates(self) -> bool:
        """Whether it is nearly flat on both sides, between 2 and 3 standard deviations from 0."""
        mean = self._values.mean(1)
        middle, two, three = len(mean) // 2, 2 * _STEPS, 3 * _STEPS
        right = abs(mean[middle + three] - mean[middle + two])
        left = abs(mean[middle - three] - mean[middle - two])
        return bool(max(left, right) < _FLAT)

    @property
    def _known(self) -> KnownFunction | None:
        given = self.activation
        kind = type(given) if isinstance(given, nn.Module) else given
        found = (
            k for k in KNOWN_FUNCTIONS if kind is k.layer or any(given is f for f in k.functions)
        )
        return next(found, None)

    @cached_property
    def _values(self) -> Tensor:
        """Return σ(z) on a grid of z, ``(n_points, width)``."""
        z = _grid().unsqueeze(1).expand(-1, self.width).clone()
        # A module may draw random numbers; this must not advance torch's global generator.
        with isolated(None if self._is_pure else 0), torch.no_grad():
            values: Tensor = self._function()(z).double()
        return values

    @property
    def _is_pure(self) -> bool:
        return self._known is not None or isinstance(self.activation, Activation)

    def _function(self) -> Callable[[Tensor], Tensor]:
        given = self.activation
        if isinstance(given, type) and issubclass(given, nn.Module):
            given = given()
        if isinstance(given, nn.Module):
            return copy.deepcopy(given).double().eval()
        function: Callable[[Tensor], Tensor] = given
        return function


@cache
def _facts_of_function(function: Any) -> ActivationFacts:
    return ActivationFacts(function)


def _grid() -> Tensor:
    return torch.arange(-8 * _STEPS, 8 * _STEPS + 1, dtype=torch.float64) / _STEPS


def is_elementwise(activation: Any) -> bool:
    """Return whether each unit is known to be treated separately, as in all named activations.

    Parameters
    ----------
    activation : Activation, ``nn.Module`` class or instance, or callable
        The value that ``plugins.resolve`` returns. A module may have one parameter per unit.
    """
    return ActivationFacts(activation).is_elementwise
