"""Layers that stack and vmap: plain modules, written once without a member axis.

``dense_block`` puts a layer of an architecture together from ``linear``, ``normalization`` and
``plugin_layer`` (activations, noise and functions of users). ``passes`` is what a training pass
needs beside the samples; ``units`` masks units that only pad a layer to the width of a wider one.
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
