"""What is known of activations: of torch's functions by a table, of any other by computing it."""

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

# An activation that is flatter than this two to three standard deviations from zero saturates there.
_FLAT = 0.25
_STEPS = 16


class KnownFunction(NamedTuple):
    """A layer of torch, the functions that compute the same as it does at its defaults, and names.

    Parameters
    ----------
    layer : type of nn.Module
    functions : tuple of callable
        All treat each unit by itself.
    sklearn_name : str or None
        Its name in scikit-learn's MLP.
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
    """What networks, initializers and reports ask of an activation.

    Parameters
    ----------
    activation : Activation, ``nn.Module`` class or instance, or callable
        As ``plugins.resolve`` returns it.
    width : int >= 1, default=1
        Units of the layer, for modules that have a parameter per unit.

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
        """Return the facts of an activation; those of a function of torch are computed once.

        Parameters
        ----------
        activation, width : as of the class
        """
        facts = cls(activation, width)
        return _facts_of_function(activation) if facts.is_of_torch else facts

    @property
    def is_elementwise(self) -> bool:
        """Whether it is known to treat each unit by itself, as all that have a name do."""
        return isinstance(self.activation, Activation) or self.is_of_torch

    @property
    def is_of_torch(self) -> bool:
        """Whether it is one of torch's functions, of which everything is known."""
        # A module may have a parameter per unit, and what another function does is unknown.
        return self._known is not None and not isinstance(self.activation, nn.Module | type)

    @property
    def torch_layer(self) -> Callable[[], nn.Module] | None:
        """The class of torch that computes the same at its defaults; None if there is none."""
        return None if self._known is None else self._known.layer

    @property
    def sklearn_name(self) -> str | None:
        """The name in scikit-learn's MLP; None if it has no such activation."""
        return None if self._known is None else self._known.sklearn_name

    @cached_property
    def mean_square(self) -> float:
        """E[σ(z)²] for a standard normal z; 1 where that is 0, infinite or NaN.

        Weights of variance ``1 / (fan_in mean_square)`` keep the mean square of z from layer to
        layer: He's 2 / fan_in for ReLU, LeCun's 1 / fan_in for SELU.
        """
        z = _grid()
        density = torch.exp(-z.square() / 2)
        found = float(density / density.sum() @ self._values.square().mean(1))
        # Rounded so that ReLU gives He's 2 exactly, and SELU LeCun's 1.
        return round(found, 6) if math.isfinite(found) and round(found, 6) > 0 else 1.0

    @cached_property
    def saturates(self) -> bool:
        """Whether it is nearly flat on both sides, two to three standard deviations from 0."""
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
        # A module that draws numbers must not move torch's generator here.
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
    """Return whether an activation is known to treat each unit by itself, as all that have a name do.

    Parameters
    ----------
    activation : Activation, ``nn.Module`` class or instance, or callable
        As ``plugins.resolve`` returns it. A module may have a parameter for each unit.
    """
    return ActivationFacts(activation).is_elementwise
