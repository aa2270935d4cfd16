"""Networks: plain modules, written once without a member axis, that stack and vmap."""

from sklearn_deep.networks._linear import Linear, aligned_linear
from sklearn_deep.networks._mlp import MLP, DenseBlock, MLPArchitecture, activation_layer
from sklearn_deep.networks._normalization import BatchNorm, LayerNorm
from sklearn_deep.networks._passes import Statistics, TrainingPass
from sklearn_deep.networks._plugin_layer import ActivationLayer, NoiseLayer, PluginLayer

__all__ = [
    "MLP",
    "ActivationLayer",
    "BatchNorm",
    "DenseBlock",
    "LayerNorm",
    "Linear",
    "MLPArchitecture",
    "NoiseLayer",
    "PluginLayer",
    "Statistics",
    "TrainingPass",
    "activation_layer",
    "aligned_linear",
]
