"""Networks: plain torch modules for one network; ``torch.func`` stacks them to train many at once.

In: an architecture, which is a description such as the sizes of layers, and noise. Out: a module.
Read ``_mlp`` and ``_autoencoder``, then ``_layers``, which both consist of. ``_weight_matrix`` and
``_suitable_init`` choose initial weights, ``_flat_parameters`` places all parameters in one row, and
``_plain``, ``_torch_activation`` and ``_target_unit`` make the networks of torch layers that users get.
"""

from sklearn_deep.networks._autoencoder import Autoencoder, AutoencoderArchitecture
from sklearn_deep.networks._flat_parameters import FlatParameters, Slot, overlap
from sklearn_deep.networks._layers import (
    ActivationLayer,
    BatchNorm,
    DenseBlock,
    FunctionLayer,
    LayerNorm,
    Linear,
    NoiseLayer,
    PluginLayer,
    Statistics,
    TiedLinear,
    TrainingPass,
    activation_layer,
)
from sklearn_deep.networks._mlp import MLP, MLPArchitecture
from sklearn_deep.networks._plain import TransposedLinear, plain_network
from sklearn_deep.networks._suitable_init import suitable_init
from sklearn_deep.networks._target_unit import TargetUnit, target_unit
from sklearn_deep.networks._weight_matrix import WeightMatrix

__all__ = [
    "MLP",
    "ActivationLayer",
    "Autoencoder",
    "AutoencoderArchitecture",
    "BatchNorm",
    "DenseBlock",
    "FlatParameters",
    "FunctionLayer",
    "LayerNorm",
    "Linear",
    "MLPArchitecture",
    "NoiseLayer",
    "PluginLayer",
    "Slot",
    "Statistics",
    "TargetUnit",
    "TiedLinear",
    "TrainingPass",
    "TransposedLinear",
    "WeightMatrix",
    "activation_layer",
    "overlap",
    "plain_network",
    "suitable_init",
    "target_unit",
]
