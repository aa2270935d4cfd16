"""Autoencoders, with or without a prediction head."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from sklearn_deep.activations import is_elementwise
from sklearn_deep.networks._layers import (
    DenseBlock,
    LayerMaker,
    Linear,
    NoiseLayer,
    NoiseSites,
    TrainingPass,
    activation_layer,
    activation_structure,
)
from sklearn_deep.networks._weight_matrix import WeightMatrix, matrices_between


class Autoencoder(nn.Module):
    """Samples to codes and back: ``x → encoder → u → decoder → x̂``, and ``u`` or ``x̂ → head``.

    The last encoder block computes the code. If there is a head on the code, ``hidden`` and ``output``
    are the multilayer perceptron formed by encoder and head.

    Notes
    -----
    Shape: ``(n_samples, n_features)`` to the reconstruction of the same shape; with a head, to
    ``((n_samples, n_outputs), (n_samples, n_features))``.
    """

    def __init__(
        self,
        input_noise: list[NoiseLayer],
        hidden: list[DenseBlock],
        n_encoder: int,
        output: Linear | None,
        decoder: list[DenseBlock],
        head_input: str,
        tied: bool,
    ) -> None:
        super().__init__()
        self.input_noise = nn.ModuleList(input_noise)
        self.hidden = nn.ModuleList(hidden)
        self.output = output
        self.decoder = nn.ModuleList(decoder)
        self.n_encoder = n_encoder
        self.head_input = head_input
        self.tied = tied

    @property
    def n_components(self) -> int:
        """Width of the code."""
        return len(self.hidden[self.n_encoder - 1].linear.bias)  # type: ignore[union-attr,arg-type]

    def forward(self, x: Tensor, training: TrainingPass | None = None) -> Any:
        """Return the reconstruction; if there is a head, its outputs and the reconstruction."""
        code = self.encode(x, training)
        if training is not None:
            training.code = code
        reconstruction = self.decode(code, training)
        if self.output is None:
            return reconstruction
        return self._head(code, reconstruction, training), reconstruction

    def encode(self, x: Tensor, training: TrainingPass | None = None) -> Tensor:
        """Return the codes, ``(n_samples, n_components)``."""
        for noise in self.input_noise:
            x = noise(x, training)
        for block in list(self.hidden)[: self.n_encoder]:
            x = block(x, training)
        return x

    def decode(self, code: Tensor, training: TrainingPass | None = None) -> Tensor:
        """Return the reconstructions of codes, ``(n_samples, n_features)``, before the loss's inverse link."""
        weights: list[tuple[Tensor, ...]] = [()] * len(self.decoder)
        if self.tied:
            encoder = [block.linear for block in list(self.hidden)[: self.n_encoder]]
            weights = [(linear.weight,) for linear in reversed(encoder)]  # type: ignore[union-attr,misc]
        for block, tied in zip(self.decoder, weights, strict=True):
            code = block(code, training, *tied)
        return code

    def _head(self, code: Tensor, reconstruction: Tensor, training: TrainingPass | None) -> Tensor:
        assert self.output is not None
        h = code if self.head_input == "code" else reconstruction
        for block in list(self.hidden)[self.n_encoder :]:
            h = block(h, training)
        outputs: Tensor = self.output(h, training)
        return outputs


@dataclass(frozen=True)
class AutoencoderArchitecture:
    """The structure of an autoencoder. Networks can be stacked if all of it is equal.

    Parameters
    ----------
    encoder_sizes : tuple of int
        Number of features, width of each hidden layer, number of components.
    decoder_sizes : tuple of int
        Number of components, width of each hidden layer, number of features.
    activation : Activation, ``nn.Module`` class or instance, or callable
        Activation of hidden layers.
    code_activation, output_activation : likewise
        Activations of the code and of the reconstruction.
    head_sizes : tuple of int, default=()
        Width of each hidden layer of the head, and its number of outputs; empty if there is no head.
    head_input : {"code", "reconstruction"}, default="code"
    tied : bool, default=False
        Whether the weights of the decoder are the transposed weights of the encoder.
    normalization : {None, "batch", "layer"}, default=None
        Normalization of hidden layers. Code and reconstruction are not normalized.
    dtype : torch.dtype, default=torch.float32
    masked : bool, default=False
        Whether layers have a mask of their units (see ``DenseBlock``).
    """

    encoder_sizes: tuple[int, ...]
    decoder_sizes: tuple[int, ...]
    activation: Any
    code_activation: Any
    output_activation: Any
    head_sizes: tuple[int, ...] = ()
    head_input: str = "code"
    tied: bool = False
    normalization: str | None = None
    dtype: torch.dtype = torch.float32
    masked: bool = False

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        """Widths at which elementwise functions are applied."""
        return (*self.encoder_sizes[1:], *self.decoder_sizes[1:], *self.head_sizes[:-1])

    @property
    def normalizes_batches(self) -> bool:
        """Whether any layer uses statistics of the batch."""
        chains = (self.encoder_sizes[1:], self.decoder_sizes[1:], self.head_sizes)
        return self.normalization == "batch" and any(len(chain) > 1 for chain in chains)

    @property
    def matrices(self) -> tuple[WeightMatrix, ...]:
        """The weight matrices of encoder, head and decoder, in this order; none of a tied decoder."""
        first, code = self._head_source, self.code_activation
        encoder = matrices_between(
            self.encoder_sizes, "encoder", None, self.activation, to_output=False
        )
        head = matrices_between(
            (first[0], *self.head_sizes), "head", first[1], self.activation, to_output=True
        )
        # If the head reads the reconstruction, its variance must be kept, as that of a hidden layer.
        ends = not self.head_sizes or self.head_input == "code"
        decoder = matrices_between(
            self.decoder_sizes, "decoder", code, self.activation, to_output=ends
        )
        return (*encoder, *head, *([] if self.tied else decoder))

    @property
    def _head_source(self) -> tuple[int, Any]:
        """Width and activation of the layer that the head reads."""
        if self.head_input == "code":
            return self.encoder_sizes[-1], self.code_activation
        return self.decoder_sizes[-1], self.output_activation

    @property
    def _chains(self) -> tuple[tuple[int, ...], ...]:
        return self.encoder_sizes, self.decoder_sizes, self.head_sizes

    @property
    def noise_places(self) -> tuple[list[str], list[str]]:
        """Names of the sites where noise can be added: hidden layers, and weight matrices."""
        n_encoder, n_decoder = len(self.encoder_sizes) - 1, len(self.decoder_sizes) - 1
        n_head = len(self.head_sizes)
        hidden = [
            *map(str, range(1, n_encoder)),
            *(f"decoder.{i}" for i in range(1, n_decoder)),
            *(str(n_encoder + i + 1) for i in range(n_head - 1)),
        ]
        matrices = [
            *map(str, range(n_encoder + n_head)),
            *(f"decoder.{i}" for i in range(n_decoder)),
        ]
        return hidden, matrices

    def structure(self, widths: bool = True) -> Hashable:
        """Return a hashable key of the structure, with or without ``widths`` of hidden layers and code."""
        ends = (self.encoder_sizes[0], *map(len, self._chains), *self.head_sizes[-1:])
        activations = (self.activation, self.code_activation, self.output_activation)
        return (
            self._chains if widths else ends,
            *map(activation_structure, activations),
            self.head_input,
            self.tied,
            self.normalization,
            self.dtype,
            self.masked,
        )

    @property
    def pads(self) -> bool:
        """Whether the network can be widened with zeros without changing its results."""
        # The activation of the reconstruction does not matter, because that is never widened.
        elementwise = is_elementwise(self.activation) and is_elementwise(self.code_activation)
        return elementwise and not self.tied

    def widened(self, others: Sequence[AutoencoderArchitecture]) -> AutoencoderArchitecture:
        """Return the smallest masked architecture that contains this one and others of other widths."""
        chains = zip(self._chains, *(other._chains for other in others), strict=True)
        encoder, decoder, head = (tuple(map(max, zip(*alike, strict=True))) for alike in chains)
        return replace(
            self, encoder_sizes=encoder, decoder_sizes=decoder, head_sizes=head, masked=True
        )

    def build(self, noise: NoiseSites | None = None) -> Autoencoder:
        """Return a network with uninitialized weights and zero biases.

        Parameters
        ----------
        noise : mapping of str to Noise, optional
            Noise by site. The sites are those of an MLP whose hidden layers are those of the encoder, the
            code and those of the head, and in the decoder ``"dropout.decoder.1"`` and so on.
        """
        return _Builder(self, noise or {}).network().to(self.dtype)


class _Builder:
    def __init__(self, architecture: AutoencoderArchitecture, noise: NoiseSites) -> None:
        a = self.architecture = architecture
        self.make = LayerMaker(a.activation, a.normalization, a.dtype, noise, a.masked)

    def network(self) -> Autoencoder:
        a, make = self.architecture, self.make
        n_encoder = len(a.encoder_sizes) - 1
        at_input = make.signal_noise(("input_noise.0", "dropout.0"), a.encoder_sizes[0])
        encoder = self._chain(a.encoder_sizes, "hidden", "", a.code_activation)
        head, output = self._head(n_encoder)
        decoder = self._chain(a.decoder_sizes, "decoder", "decoder.", a.output_activation, a.tied)
        return Autoencoder(
            at_input, [*encoder, *head], n_encoder, output, decoder, a.head_input, a.tied
        )

    def _chain(
        self, sizes: tuple[int, ...], name: str, prefix: str, last: Any, tied: bool = False
    ) -> list[DenseBlock]:
        """Return hidden blocks, and a last one with activation ``last``, without normalization and noise."""
        pairs = list(pairwise(sizes))
        blocks = []
        for i, (n_in, n_out) in enumerate(pairs):
            linear = self.make.linear(f"{prefix}{i}", n_in, n_out, tied)
            if i < len(pairs) - 1:
                blocks.append(self.make.block(f"{name}.{i}", f"{prefix}{i + 1}", linear, n_out))
            else:
                layer = activation_layer(last)
                blocks.append(DenseBlock(linear, None, layer, [], self.make.masked))
        return blocks

    def _head(self, n_encoder: int) -> tuple[list[DenseBlock], Linear | None]:
        a, make = self.architecture, self.make
        if not a.head_sizes:
            return [], None
        pairs = list(enumerate(pairwise((a._head_source[0], *a.head_sizes)), start=n_encoder))
        linears = [make.linear(str(i), *pair) for i, pair in pairs]
        blocks = [
            make.block(f"hidden.{i}", str(i + 1), linear, pair[1])
            for (i, pair), linear in zip(pairs[:-1], linears, strict=False)
        ]
        return blocks, linears[-1]
