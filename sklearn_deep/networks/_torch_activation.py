"""Activations as layers of torch."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sklearn_deep.activations import ELU, LeakyReLU, identity
from sklearn_deep.networks._layers import ActivationLayer, FunctionLayer

# Each class of torch with the functions that it computes at its defaults.
_FUNCTIONS: dict[Callable[[], nn.Module], tuple[Any, ...]] = {
    nn.CELU: (torch.celu, F.celu),
    nn.ELU: (F.elu,),
    nn.GELU: (F.gelu,),
    nn.Hardshrink: (F.hardshrink, Tensor.hardshrink),
    nn.Hardsigmoid: (F.hardsigmoid,),
    nn.Hardswish: (F.hardswish,),
    nn.Hardtanh: (F.hardtanh,),
    nn.Identity: (identity,),
    nn.LeakyReLU: (F.leaky_relu,),
    nn.LogSigmoid: (F.logsigmoid,),
    nn.Mish: (F.mish,),
    nn.ReLU: (torch.relu, F.relu, Tensor.relu),
    nn.ReLU6: (F.relu6,),
    nn.SELU: (torch.selu, F.selu),
    nn.SiLU: (F.silu,),
    nn.Sigmoid: (torch.sigmoid, F.sigmoid, Tensor.sigmoid),
    nn.Softplus: (F.softplus,),
    nn.Softshrink: (F.softshrink,),
    nn.Softsign: (F.softsign,),
    nn.Tanh: (torch.tanh, F.tanh, Tensor.tanh),
    nn.Tanhshrink: (F.tanhshrink,),
}


def torch_activation(layer: nn.Module) -> nn.Module:
    """Return a fresh layer that computes what an activation layer of a network does.

    Parameters
    ----------
    layer : ActivationLayer, FunctionLayer, or a user-defined module

    Returns
    -------
    nn.Module
        A layer of torch where torch has one; a copy of a user-defined module; a ``FunctionLayer``
        around any other function or plug-in.
    """
    if isinstance(layer, ActivationLayer):
        return _of_plugin(layer.plugin)
    return (
        _module_of_function(layer.function)
        if isinstance(layer, FunctionLayer)
        else copy.deepcopy(layer)
    )


def _of_plugin(plugin: Any) -> nn.Module:
    if type(plugin) is LeakyReLU:
        return nn.LeakyReLU(float(plugin.negative_slope))
    return nn.ELU(float(plugin.alpha)) if type(plugin) is ELU else FunctionLayer(plugin)


def _module_of_function(function: Any) -> nn.Module:
    for kind, same in _FUNCTIONS.items():
        if any(function is one for one in same):
            return kind()
    return FunctionLayer(function)
