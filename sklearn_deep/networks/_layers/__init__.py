"""Layers of networks: plain modules without a member axis, which ``torch.func`` can stack and map.

``dense_block`` makes the layers of an architecture from ``linear``, ``normalization`` and
``plugin_layer`` (activations, noise and user-defined functions). ``passes`` holds the inputs of a
training pass other than the samples; ``units`` masks units that only pad a layer to a larger width.
"""

from sklearn_deep.networks._layers.dense_block import (
    DenseBlock,
    LayerMaker,
    NoiseSites,
    activation_layer,
    activation_structure,
)
from sklearn_deep.networks._layers.linear import Linear, TiedLinear
from sklearn_deep.networks._layers.normalization import EPSILON, BatchNorm, LayerNorm
from sklearn_deep.networks._layers.passes import Statistics, TrainingPass
from sklearn_deep.networks._layers.plugin_layer import (
    ActivationLayer,
    FunctionLayer,
    NoiseLayer,
    PluginLayer,
)

__all__ = [
    "EPSILON",
    "ActivationLayer",
    "BatchNorm",
    "DenseBlock",
    "FunctionLayer",
    "LayerMaker",
    "LayerNorm",
    "Linear",
    "NoiseLayer",
    "NoiseSites",
    "PluginLayer",
    "Statistics",
    "TiedLinear",
    "TrainingPass",
    "activation_layer",
    "activation_structure",
]
