"""The multilayer perceptron."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from sklearn_deep.activations import Activation
from sklearn_deep.networks._linear import Linear
from sklearn_deep.networks._normalization import BatchNorm, LayerNorm
from sklearn_deep.networks._passes import TrainingPass
from sklearn_deep.networks._plugin_layer import ActivationLayer, FunctionLayer, NoiseLayer
from sklearn_deep.noise import Noise

NoiseSites = Mapping[str, Noise]


class DenseBlock(nn.Module):
    """One hidden layer: linear, normalisation, activation, noise, dropout, in this order."""

    def __init__(
        self,
        linear: Linear,
        normalization: nn.Module | None,
        activation: nn.Module,
        noise: list[NoiseLayer],
    ) -> None:
        super().__init__()
        self.linear = linear
        self.normalization = normalization
        self.activation = activation
        self.noise = nn.ModuleList(noise)

    def forward(self, h: Tensor, training: TrainingPass | None = None) -> Tensor:
        """Map ``(n_samples, n_in)`` to ``(n_samples, n_out)``."""
        z = self.linear(h, training)
        if self.normalization is not None:
            z = self.normalization(z, training)
        h = self.activation(z)
        for noise in self.noise:
            h = noise(h, training)
        return h


class MLP(nn.Module):
    """A multilayer perceptron: hidden blocks and a linear output layer.

    ``forward(x)`` is the network in evaluation mode, whatever ``training`` says: noise and batch
    statistics come with a ``TrainingPass``.

    Notes
    -----
    Shape: ``(n_samples, n_features)`` to ``(n_samples, n_outputs)``.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.networks import MLPArchitecture
    >>> network = MLPArchitecture(sizes=(4, 8, 3), activation=torch.relu).build()
    >>> network(torch.zeros(5, 4)).shape
    torch.Size([5, 3])
    """

    def __init__(
        self, input_noise: list[NoiseLayer], hidden: list[DenseBlock], output: Linear
    ) -> None:
        super().__init__()
        self.input_noise = nn.ModuleList(input_noise)
        self.hidden = nn.ModuleList(hidden)
        self.output = output

    def forward(self, x: Tensor, training: TrainingPass | None = None) -> Tensor:
        """Return the outputs: logits for a classifier, predictions for a regressor."""
        for noise in self.input_noise:
            x = noise(x, training)
        for block in self.hidden:
            x = block(x, training)
        return self.output(x, training)


@dataclass(frozen=True)
class MLPArchitecture:
    """The structure of an MLP: all that must be equal for two to be stacked.

    Parameters
    ----------
    sizes : tuple of int
        Number of features, width of each hidden layer, number of outputs.
    activation : Activation, ``nn.Module`` class or instance, or callable
    normalization : {None, "batch", "layer"}, default=None
    dtype : torch.dtype, default=torch.float32
    """

    sizes: tuple[int, ...]
    activation: Any
    normalization: str | None = None
    dtype: torch.dtype = torch.float32

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        """Widths at which elementwise functions are applied."""
        return self.sizes[1:-1]

    def structure(self) -> Hashable:
        """Return the key of this architecture."""
        activation = self.activation
        if isinstance(activation, Activation):
            activation = activation.structure()
        return (self.sizes, activation, self.normalization, self.dtype)

    def build(self, noise: NoiseSites | None = None) -> MLP:
        """Return the network, with uninitialised weights and zero biases.

        Parameters
        ----------
        noise : mapping of str to Noise, optional
            Noise by site: ``"input_noise.0"``, ``"dropout.l"``, ``"hidden_noise.l"``,
            ``"weight_noise.l"`` with ``l`` the layer, 0 the input (for weights, the first matrix).
        """
        # Numbers held as buffers take the network's dtype, so that no formula promotes.
        return _Builder(self, noise or {}).network().to(self.dtype)


class _Builder:
    def __init__(self, architecture: MLPArchitecture, noise: NoiseSites) -> None:
        self.architecture = architecture
        self.noise = noise

    def network(self) -> MLP:
        sizes = self.architecture.sizes
        hidden = [self._block(layer) for layer in range(len(sizes) - 2)]
        at_input = self._signal_noise(("input_noise.0", "dropout.0"), sizes[0])
        return MLP(at_input, hidden, self._linear(len(sizes) - 2))

    def _block(self, layer: int) -> DenseBlock:
        width = self.architecture.sizes[layer + 1]
        sites = (f"hidden_noise.{layer + 1}", f"dropout.{layer + 1}")
        return DenseBlock(
            self._linear(layer),
            self._normalization(layer, width),
            activation_layer(self.architecture.activation),
            self._signal_noise(sites, width),
        )

    def _linear(self, layer: int) -> Linear:
        n_in, n_out = self.architecture.sizes[layer : layer + 2]
        noise = self.noise.get(f"weight_noise.{layer}")
        on_weight = on_bias = None
        if noise is not None:
            on_weight = NoiseLayer(noise, f"weight_noise.{layer}", (n_out, n_in), by_row=False)
            on_bias = NoiseLayer(noise, f"bias_noise.{layer}", (n_out,), by_row=False)
        return Linear(n_in, n_out, self.architecture.dtype, on_weight, on_bias)

    def _signal_noise(self, sites: tuple[str, ...], width: int) -> list[NoiseLayer]:
        return [NoiseLayer(self.noise[s], s, (width,)) for s in sites if s in self.noise]

    def _normalization(self, layer: int, width: int) -> nn.Module | None:
        if self.architecture.normalization == "batch":
            return BatchNorm(width, f"hidden.{layer}.normalization", self.architecture.dtype)
        if self.architecture.normalization == "layer":
            return LayerNorm(width, self.architecture.dtype)
        return None


def activation_layer(activation: Any) -> nn.Module:
    """Return a fresh layer that applies ``activation``."""
    if isinstance(activation, Activation):
        return ActivationLayer(activation)
    if isinstance(activation, nn.Module):
        return copy.deepcopy(activation)
    if isinstance(activation, type) and issubclass(activation, nn.Module):
        return cast(Callable[[], nn.Module], activation)()
    return FunctionLayer(activation)
