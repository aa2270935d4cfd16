"""Activations: elementwise functions between the layers, or any ``nn.Module`` class or callable.

In: the ``activation`` parameter, as ``plugins.resolve`` returns it. Out: a function of tensors.
Read ``_activation`` (activations with parameters), then ``_facts`` (properties such as saturation).
"""

import torch
from torch.nn import functional as F

from sklearn_deep.activations._activation import ELU, Activation, LeakyReLU, identity
from sklearn_deep.activations._facts import ActivationFacts as ActivationFacts  # not public
from sklearn_deep.activations._facts import is_elementwise
from sklearn_deep.plugins import declare_family, register

# Activations without parameters, by name.
FUNCTIONS = {
    "identity": identity,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "softplus": F.softplus,
}
declare_family("activations", Activation, lambda value: value, takes=callable, words="a callable")
for _name, _activation in {
    **FUNCTIONS,
    "logistic": torch.sigmoid,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
}.items():
    register("activations", _name, _activation)

__all__ = ["ELU", "Activation", "LeakyReLU", "identity", "is_elementwise"]
