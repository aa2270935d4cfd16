"""Trained networks made of torch's own layers, for use outside of this library.

The networks used for training receive noise as an input, mask padded units, and use statistics of
weighted batches. The networks here do none of this, so they can be traced, exported and modified.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sklearn_deep.networks._autoencoder import Autoencoder
from sklearn_deep.networks._layers import EPSILON, BatchNorm, DenseBlock, Linear, NoiseLayer
from sklearn_deep.networks._mlp import MLP
from sklearn_deep.networks._torch_activation import torch_activation
from sklearn_deep.noise import Dropout


@torch.inference_mode(False)
def plain_network(
    network: nn.Module, final: nn.Module | None = None, link: nn.Module | None = None
) -> nn.Module:
    """Return a network of torch's own layers that equals a trained network in evaluation mode.

    It shares the memory of the weights with ``network``, so an in-place change of one affects both.
    The names in ``state_dict()`` are equal, except for torch's ``num_batches_tracked``.

    Parameters
    ----------
    network : MLP or Autoencoder
    final : nn.Module, optional
        Applied to the outputs of the output layer, for instance to convert predictions to their
        original unit. It becomes the last layer of an MLP, or follows the head of an autoencoder. It
        is not applied to reconstructions.
    link : nn.Module, optional
        Applied to reconstructions: the inverse link of their loss. A head on the reconstruction
        receives the values before the link.

    Returns
    -------
    nn.Sequential or PlainAutoencoder
        In evaluation mode, on the device and in the dtype of ``network``.
    """
    if isinstance(network, Autoencoder):
        plain: nn.Module = _plain_autoencoder(network, final, link)
    else:
        plain = _plain_mlp(cast(MLP, network), final)
    _share_tensors(plain, network)
    return plain.eval()


class TransposedLinear(nn.Module):
    """A linear layer whose weight is the transposed weight of another layer (tied weights).

    Parameters
    ----------
    other : nn.Linear
        A layer of the encoder.
    bias : Tensor of shape (n_in,)

    Notes
    -----
    Shape: ``(n_samples, n_out)`` to ``(n_samples, n_in)``.
    """

    def __init__(self, other: nn.Linear, bias: Tensor) -> None:
        super().__init__()
        # Inside a tuple, because otherwise torch would list the encoder's weight in this layer, too.
        self._other = (other,)
        self.bias = nn.Parameter(bias)

    @property
    def weight(self) -> Tensor:
        """The transposed weight of the other layer."""
        return self._other[0].weight.mT

    def forward(self, x: Tensor) -> Tensor:
        """Return the pre-activations."""
        return F.linear(x, self.weight, self.bias)


class PlainAutoencoder(nn.Module):
    """An autoencoder, with or without a head, in torch's own layers.

    Parameters
    ----------
    dropout : nn.Dropout or None
        Dropout of the inputs.
    hidden : list of nn.Sequential
        Blocks of the encoder, then of the head.
    n_encoder : int
        Number of blocks that belong to the encoder.
    output : nn.Linear or None
        Output layer of the head.
    decoder : list of nn.Sequential
    head_input : {"code", "reconstruction"}
    final : nn.Module or None
        Applied to the outputs of the head.
    link : nn.Module or None
        Applied to reconstructions.

    Notes
    -----
    Shape: as in ``Autoencoder``.
    """

    def __init__(
        self,
        dropout: nn.Module | None,
        hidden: Sequence[nn.Module],
        n_encoder: int,
        output: nn.Module | None,
        decoder: Sequence[nn.Module],
        head_input: str,
        final: nn.Module | None,
        link: nn.Module | None,
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.hidden = nn.ModuleList(hidden)
        self.output = output
        self.decoder = nn.ModuleList(decoder)
        self.final = final
        self.link = link
        self.n_encoder = n_encoder
        self.n_components = len(cast(Any, hidden[n_encoder - 1]).linear.bias)
        self.head_input = head_input

    def forward(self, x: Tensor) -> Any:
        """Return the reconstruction; with a head, its outputs and the reconstruction."""
        code = self.encode(x)
        decoded = self._decoded(code)
        if self.output is None:
            return self._linked(decoded)
        h = code if self.head_input == "code" else decoded
        for block in list(self.hidden)[self.n_encoder :]:
            h = block(h)
        outputs = self.output(h)
        return outputs if self.final is None else self.final(outputs), self._linked(decoded)

    def encode(self, x: Tensor) -> Tensor:
        """Return the codes, ``(n_samples, n_components)``."""
        if self.dropout is not None:
            x = self.dropout(x)
        for block in list(self.hidden)[: self.n_encoder]:
            x = block(x)
        return x

    def decode(self, code: Tensor) -> Tensor:
        """Return the reconstructions of codes, ``(n_samples, n_features)``."""
        return self._linked(self._decoded(code))

    def _decoded(self, code: Tensor) -> Tensor:
        for block in self.decoder:
            code = block(code)
        return code

    def _linked(self, decoded: Tensor) -> Tensor:
        return decoded if self.link is None else self.link(decoded)


def _plain_mlp(network: MLP, final: nn.Module | None) -> nn.Sequential:
    return _sequence(
        dropout=_dropout(network.input_noise),
        hidden=nn.Sequential(*map(_block, network.hidden)),
        output=_linear(network.output),
        final=final,
    )


def _plain_autoencoder(
    network: Autoencoder, final: nn.Module | None, link: nn.Module | None
) -> PlainAutoencoder:
    hidden = [_block(block) for block in network.hidden]
    encoder = [cast(nn.Linear, block.linear) for block in hidden[: network.n_encoder]]
    tied = reversed(encoder) if network.tied else [None] * len(network.decoder)
    return PlainAutoencoder(
        _dropout(network.input_noise),
        hidden,
        network.n_encoder,
        None if network.output is None else _linear(network.output),
        [_block(*pair) for pair in zip(network.decoder, tied, strict=True)],
        network.head_input,
        final,
        link,
    )


def _block(block: Any, tied: nn.Linear | None = None) -> nn.Sequential:
    """Return a hidden layer, whose weight may be ``tied`` to that of another layer."""
    linear = block.linear
    plain = _sequence(
        linear=_linear(linear) if tied is None else TransposedLinear(tied, linear.bias),
        normalization=_normalization(block),
        activation=torch_activation(block.activation),
        dropout=_dropout(block.noise),
    )
    if block.normalization is None:
        vars(plain)["normalization"] = None  # users may read this attribute
    return plain


def _sequence(**layers: nn.Module | None) -> nn.Sequential:
    """Return a sequence of the layers that are not None."""
    there = ((name, layer) for name, layer in layers.items() if layer is not None)
    return nn.Sequential(OrderedDict(there))


# On the meta device nothing is allocated or drawn; the tensors are those of the trained network.
def _linear(linear: Any) -> nn.Linear:
    n_out, n_in = cast(Linear, linear).weight.shape
    return nn.Linear(n_in, n_out, device="meta", dtype=linear.weight.dtype)


def _normalization(block: DenseBlock) -> nn.Module | None:
    if block.normalization is None:
        return None
    options: dict[str, Any] = {"eps": EPSILON, "dtype": block.linear.bias.dtype}
    if isinstance(block.normalization, BatchNorm):
        # Not on the meta device, because its number of batches is not taken from the trained network.
        return nn.BatchNorm1d(block.width, device=block.linear.bias.device, **options)
    return nn.LayerNorm(block.width, device="meta", **options)


def _dropout(noise: nn.ModuleList) -> nn.Dropout | None:
    rates = [layer.plugin.rate for layer in cast(list[NoiseLayer], noise) if _drops(layer.plugin)]
    return nn.Dropout(float(rates[0])) if rates else None


def _drops(noise: Any) -> bool:
    """Return whether a noise drops units; in a population, dropout may have the rate 0."""
    return type(noise) is Dropout and float(noise.rate) > 0


def _share_tensors(plain: nn.Module, network: nn.Module) -> None:
    """Make a plain network use the weights and statistics of a trained network."""
    for name, tensor in network.state_dict().items():
        path, _, leaf = name.rpartition(".")
        owner = plain.get_submodule(path)
        own = getattr(owner, leaf, None)  # a user-defined module may not have it
        if isinstance(own, nn.Parameter):
            setattr(owner, leaf, nn.Parameter(tensor, tensor.is_floating_point()))
        elif isinstance(own, Tensor):
            setattr(owner, leaf, tensor)
