"""Architecture, noise and weight decay of a network, from the parameters of an estimator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from sklearn_deep.estimators._parameters import (
    layer_sizes,
    per_layer,
    resolve_noise,
    try_activation,
)
from sklearn_deep.networks import AutoencoderArchitecture, MLPArchitecture
from sklearn_deep.noise import Dropout, Noise
from sklearn_deep.plugins import resolve


def mlp_architecture(
    estimator: Any, n_features: int, n_outputs: int, dtype: torch.dtype
) -> MLPArchitecture:
    """Return the architecture of a multilayer perceptron."""
    hidden = _hidden_sizes(estimator, "hidden_layer_sizes")
    activation = _activation(estimator, "activation", hidden, dtype)
    return MLPArchitecture(
        (n_features, *hidden, n_outputs), activation, estimator.normalization, dtype
    )


def joint_architecture(
    estimator: Any, n_features: int, n_outputs: int, dtype: torch.dtype
) -> AutoencoderArchitecture:
    """Return the architecture of an autoencoder with a head."""
    hidden = _hidden_sizes(estimator, "head_layer_sizes")
    return replace(
        autoencoder_architecture(estimator, n_features, dtype),
        head_sizes=(*hidden, n_outputs),
        head_input=estimator.head_input,
    )


def autoencoder_architecture(
    estimator: Any, n_features: int, dtype: torch.dtype
) -> AutoencoderArchitecture:
    """Return the architecture of an autoencoder."""
    owner = type(estimator).__name__
    hidden = _hidden_sizes(estimator, "encoder_layer_sizes")
    decoder = _decoder_sizes(estimator, hidden)
    if estimator.n_components is True:  # scikit-learn's check accepts it as an integer
        raise ValueError(
            f"The 'n_components' parameter of {owner} must be an int >= 1, the number of units of the code; got "
            "True."
        )
    n_components = int(estimator.n_components)
    return AutoencoderArchitecture(
        encoder_sizes=(n_features, *hidden, n_components),
        decoder_sizes=(n_components, *decoder, n_features),
        activation=_activation(estimator, "activation", (*hidden, *decoder), dtype),
        code_activation=_activation(estimator, "code_activation", (n_components,), dtype),
        output_activation=_activation(estimator, "output_activation", (n_features,), dtype),
        tied=estimator.tied_weights,
        normalization=estimator.normalization,
        dtype=dtype,
    )


def _decoder_sizes(estimator: Any, encoder: tuple[int, ...]) -> tuple[int, ...]:
    mirrored = encoder[::-1]
    if estimator.decoder_layer_sizes is None:
        return mirrored
    sizes = _hidden_sizes(estimator, "decoder_layer_sizes")
    if estimator.tied_weights and sizes != mirrored:
        raise ValueError(
            f"The 'decoder_layer_sizes' parameter of {type(estimator).__name__} must be None or "
            f"{mirrored!r} (the encoder mirrored) with tied_weights=True; got "
            f"{estimator.decoder_layer_sizes!r}."
        )
    return sizes


def _hidden_sizes(estimator: Any, argument: str) -> tuple[int, ...]:
    """Return the widths of hidden layers from a parameter."""
    owner = type(estimator).__name__
    return layer_sizes(getattr(estimator, argument), argument=argument, owner=owner)


def _activation(estimator: Any, argument: str, widths: Sequence[int], dtype: torch.dtype) -> Any:
    """Return the activation from a parameter, after trying it with each layer width."""
    owner = type(estimator).__name__
    given = getattr(estimator, argument)
    activation = resolve("activations", given, argument=argument, owner=owner)
    for width in set(widths):
        try_activation(activation, width, dtype, argument=argument, owner=owner)
    return activation


def weight_decays(value: float | Sequence[float], n: int, *, owner: str) -> tuple[float, ...]:
    """Return the weight decay of each of ``n`` weight matrices."""
    return per_layer(
        [value] * n if np.ndim(value) == 0 else value,
        n,
        argument="weight_decay",
        owner=owner,
        below=np.inf,
        what="one for each weight matrix, from input to output",
    )


def noise_sites(estimator: Any, architecture: Any) -> dict[str, Noise]:
    """Return the noise at each site of a network, including dropout."""
    owner = type(estimator).__name__
    hidden, matrices = architecture.noise_places
    at_input, in_layers, on_weights = (
        resolve_noise(getattr(estimator, name), argument=name, owner=owner)
        for name in ("input_noise", "hidden_noise", "weight_noise")
    )
    sites: dict[str, Noise | None] = {"input_noise.0": at_input}
    sites |= {f"hidden_noise.{place}": in_layers for place in hidden}
    sites |= {f"weight_noise.{place}": on_weights for place in matrices}
    rates = _dropout_rates(estimator.dropout, len(hidden), owner=owner)
    for place, rate in zip(["0", *hidden], rates, strict=True):
        sites[f"dropout.{place}"] = Dropout(rate=rate) if rate else None
    return {site: noise for site, noise in sites.items() if noise is not None}


def _dropout_rates(value: Any, n_hidden: int, *, owner: str) -> tuple[float, ...]:
    """Return the rate of the input and of each hidden layer; a number applies only to hidden layers."""
    if np.ndim(value) == 0:
        return (0.0, *[float(value)] * n_hidden)
    return per_layer(
        value,
        n_hidden + 1,
        argument="dropout",
        owner=owner,
        below=1,
        what="one for the input, then one for each hidden layer",
    )
