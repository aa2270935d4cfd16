"""Trained networks in torch's own layers, for use outside of this library.

The networks that are trained take their noise as an input, mask units that only pad, and compute what
their batches need. None of this is left here, so these can be traced, exported and taken apart.
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
    """Return a network of torch's own layers that computes what a trained one does in evaluation.

    It shares the memory of the weights with ``network``: an in-place change of one is seen in both.
    Names in ``state_dict()`` are equal, except for torch's ``num_batches_tracked``.

    Parameters
    ----------
    network : MLP or Autoencoder
    final : nn.Module, optional
        Applied to what the output layer returns, for instance to bring predictions into their
        original unit. It is the last layer of an MLP and follows the head of an autoencoder; a
        reconstruction does not go through it.
    link : nn.Module, optional
        Applied to reconstructions: the inverse link of their loss. A head on the reconstruction sees
        what was before.

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
    """A linear layer whose weight is that of another one, transposed: tied weights.

    Parameters
    ----------
    other : nn.Linear
        Of the encoder, ``(n_in, n_out)`` features.
    bias : Tensor of shape (n_in,)

    Notes
    -----
    Shape: ``(n_samples, n_out)`` to ``(n_samples, n_in)``.
    """

    def __init__(self, other: nn.Linear, bias: Tensor) -> None:
        super().__init__()
        # In a tuple: torch would list the encoder's weight as one of this layer, too.
        self._other = (other,)
        self.bias = nn.Parameter(bias)

    @property
    def weight(self) -> Tensor:
        """The weight of the other layer, transposed."""
        return self._other[0].weight.mT

    def forward(self, x: Tensor) -> Tensor:
        """Return the weighted sums."""
        return F.linear(x, self.weight, self.bias)


class PlainAutoencoder(nn.Module):
    """An autoencoder, with or without a head, in torch's own layers.

    Parameters
    ----------
    dropout : nn.Dropout or None
        Of the inputs.
    hidden : list of nn.Sequential
        Blocks of the encoder, then of the head.
    n_encoder : int
        How many of them are the encoder's.
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
    Shape: as of ``Autoencoder``.
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
    """Return a hidden layer, whose weight may be ``tied`` to that of another one."""
    linear = block.linear
    plain = _sequence(
        linear=_linear(linear) if tied is None else TransposedLinear(tied, linear.bias),
        normalization=_normalization(block),
        activation=torch_activation(block.activation),
        dropout=_dropout(block.noise),
    )
    if block.normalization is None:
        vars(plain)["normalization"] = None  # may be asked for
    return plain


def _sequence(**layers: nn.Module | None) -> nn.Sequential:
    """Return the layers that are not None, one after the other."""
    there = ((name, layer) for name, layer in layers.items() if layer is not None)
    return nn.Sequential(OrderedDict(there))


# On the meta device nothing is drawn; the tensors come from the trained network.
def _linear(linear: Any) -> nn.Linear:
    n_out, n_in = cast(Linear, linear).weight.shape
    return nn.Linear(n_in, n_out, device="meta", dtype=linear.weight.dtype)


def _normalization(block: DenseBlock) -> nn.Module | None:
    if block.normalization is None:
        return None
    options: dict[str, Any] = {"eps": EPSILON, "dtype": block.linear.bias.dtype}
    if isinstance(block.normalization, BatchNorm):
        # Not on the meta device: its number of batches is a tensor that the trained one has not.
        return nn.BatchNorm1d(block.width, device=block.linear.bias.device, **options)
    return nn.LayerNorm(block.width, device="meta", **options)


def _dropout(noise: nn.ModuleList) -> nn.Dropout | None:
    rates = [layer.plugin.rate for layer in cast(list[NoiseLayer], noise) if _drops(layer.plugin)]
    return nn.Dropout(float(rates[0])) if rates else None


def _drops(noise: Any) -> bool:
    """Return whether a noise drops units; in populations there is dropout of rate 0, too."""
    return type(noise) is Dropout and float(noise.rate) > 0


def _share_tensors(plain: nn.Module, network: nn.Module) -> None:
    """Let a plain network hold the weights and statistics of a trained one."""
    for name, tensor in network.state_dict().items():
        path, _, leaf = name.rpartition(".")
        owner = plain.get_submodule(path)
        own = getattr(owner, leaf, None)  # a user-defined module may hold less
        if isinstance(own, nn.Parameter):
            setattr(owner, leaf, nn.Parameter(tensor, tensor.is_floating_point()))
        elif isinstance(own, Tensor):
            setattr(owner, leaf, tensor)
