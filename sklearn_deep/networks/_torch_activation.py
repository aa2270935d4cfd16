"""Layers of torch for activations."""

from __future__ import annotations

import copy
from typing import Any

from torch import nn

from sklearn_deep.activations import ELU, ActivationFacts, LeakyReLU
from sklearn_deep.networks._layers import ActivationLayer, FunctionLayer


def torch_activation(layer: nn.Module) -> nn.Module:
    """Return a new layer that computes the same as an activation layer of a network.

    Parameters
    ----------
    layer : ActivationLayer, FunctionLayer, or a user-defined module

    Returns
    -------
    nn.Module
        A layer of torch if there is one, a copy of a user-defined module, or a ``FunctionLayer`` for
        any other function or plug-in.
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
    layer = ActivationFacts(function).torch_layer
    return FunctionLayer(function) if layer is None else layer()
