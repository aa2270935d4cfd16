"""Hidden layers with their noise."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor, nn

from sklearn_deep.activations import Activation
from sklearn_deep.networks._layers.linear import Linear, TiedLinear
from sklearn_deep.networks._layers.normalization import BatchNorm, LayerNorm
from sklearn_deep.networks._layers.passes import TrainingPass
from sklearn_deep.networks._layers.plugin_layer import ActivationLayer, FunctionLayer, NoiseLayer
from sklearn_deep.networks._layers.units import of_units
from sklearn_deep.noise import Noise

NoiseSites = Mapping[str, Noise]


class DenseBlock(nn.Module):
    """A hidden layer: linear, normalization, activation, noise and dropout, in this order.

    Parameters
    ----------
    linear : Linear or TiedLinear
    normalization, activation : nn.Module
        ``normalization`` may be None.
    noise : list of NoiseLayer
    masked : bool, default=False
        Whether there is a buffer ``units`` that marks the units the network has (see ``of_units``).
        Initially it marks all of them.
    """

    units: Tensor | None

    def __init__(
        self,
        linear: Linear | TiedLinear,
        normalization: nn.Module | None,
        activation: nn.Module,
        noise: list[NoiseLayer],
        masked: bool = False,
    ) -> None:
        super().__init__()
        self.linear = linear
        self.normalization = normalization
        self.activation = activation
        self.noise = nn.ModuleList(noise)
        units = torch.ones(self.width, dtype=torch.bool) if masked else None
        self.register_buffer("units", units, persistent=False)

    @property
    def width(self) -> int:
        """Number of units."""
        return len(self.linear.bias)

    def forward(self, h: Tensor, training: TrainingPass | None = None, *tied: Tensor) -> Tensor:
        """Map ``(n_samples, n_in)`` to ``(n_samples, n_out)``; the weight of a tied layer is an argument."""
        z = self.linear(h, training, *tied)
        if self.normalization is not None:
            z = self.normalization(z, training, self.units)
        h = self.activation(z)
        for noise in self.noise:
            h = noise(h, training)
        return of_units(h, self.units)


class LayerMaker(NamedTuple):
    """Makes the layers of one network.

    Parameters
    ----------
    activation : Activation, ``nn.Module`` class or instance, or callable
    normalization : {None, "batch", "layer"}
    dtype : torch.dtype
    noise : mapping of str to Noise
        Noise by site.
    masked : bool, default=False
        As in ``DenseBlock``.
    """

    activation: Any
    normalization: str | None
    dtype: torch.dtype
    noise: NoiseSites
    masked: bool = False

    def linear(self, place: str, n_in: int, n_out: int, tied: bool = False) -> Any:
        """Return a linear layer, with weight noise if it is given; a tied layer has no weight."""
        noise = self.noise.get(f"weight_noise.{place}")
        on_weight = on_bias = None
        if noise is not None:
            on_weight = NoiseLayer(noise, f"weight_noise.{place}", (n_out, n_in), by_row=False)
            on_bias = NoiseLayer(noise, f"bias_noise.{place}", (n_out,), by_row=False)
        kind = TiedLinear if tied else Linear
        return kind(n_in, n_out, self.dtype, on_weight, on_bias)

    def block(self, name: str, place: str, linear: Linear | TiedLinear, width: int) -> DenseBlock:
        """Return a hidden layer.

        Parameters
        ----------
        name : str
            Name of the block in the network.
        place : str
            Name of the site of its noise.
        linear : Linear or TiedLinear
        width : int
        """
        sites = (f"hidden_noise.{place}", f"dropout.{place}")
        return DenseBlock(
            linear,
            self._normalization(name, width),
            activation_layer(self.activation),
            self.signal_noise(sites, width),
            self.masked,
        )

    def signal_noise(self, sites: Sequence[str], width: int) -> list[NoiseLayer]:
        """Return noise layers for those of the sites that have noise."""
        return [NoiseLayer(self.noise[s], s, (width,)) for s in sites if s in self.noise]

    def _normalization(self, name: str, width: int) -> nn.Module | None:
        if self.normalization == "batch":
            return BatchNorm(width, f"{name}.normalization", self.dtype)
        if self.normalization == "layer":
            return LayerNorm(width, self.dtype)
        return None


def activation_layer(activation: Any) -> nn.Module:
    """Return a new layer that applies ``activation``."""
    if isinstance(activation, Activation):
        return ActivationLayer(activation)
    if isinstance(activation, nn.Module):
        return copy.deepcopy(activation)
    if isinstance(activation, type) and issubclass(activation, nn.Module):
        return cast(Callable[[], nn.Module], activation)()
    return FunctionLayer(activation)


def activation_structure(activation: Any) -> Any:
    """Return a hashable key of the structure of an activation."""
    return activation.structure() if isinstance(activation, Activation) else activation
