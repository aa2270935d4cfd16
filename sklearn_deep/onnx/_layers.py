"""Conversion of torch layers to nodes of an ONNX graph."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from skl2onnx.algebra import onnx_ops as ops
from torch import Tensor, nn

from sklearn_deep.losses import Poisson
from sklearn_deep.networks import TargetUnit, TransposedLinear


class Graph(NamedTuple):
    """Creates nodes.

    Parameters
    ----------
    dtype : numpy dtype
        Floating-point type of the graph.
    opset : int
    """

    dtype: Any
    opset: int

    def node(self, kind: str, *inputs: Any, **attributes: Any) -> Any:
        """Return a node; inputs that are numbers or arrays become constants."""
        made = [self._input(one) for one in inputs]
        return getattr(ops, f"Onnx{kind}")(*made, op_version=self.opset, **attributes)

    def _input(self, value: Any) -> Any:
        if isinstance(value, Tensor):
            value = value.detach().cpu().numpy()
        if isinstance(value, float):
            value = np.array([value])
        is_number = isinstance(value, np.ndarray) and value.dtype.kind == "f"
        return value.astype(self.dtype) if is_number else value


def applied_layers(graph: Graph, module: nn.Module, x: Any, owner: str) -> Any:
    """Return the output node of a layer, or of a sequence of layers.

    Raises
    ------
    NotImplementedError
        If there is no converter for a layer.
    """
    if isinstance(module, nn.Sequential | nn.ModuleList):
        for layer in module:
            x = applied_layers(graph, layer, x, owner)
        return x
    make = next((own for kind, own in _LAYERS.items() if type(module) is kind), None)
    if make is None:
        raise NotImplementedError(
            f"{owner} has a layer that cannot be converted to ONNX: {module!r}. Use an activation with a name, or "
            "one of the supported layers: " + ", ".join(sorted(k.__name__ for k in _LAYERS)) + "."
        )
    return make(graph, module, x)


def _linear_nodes(graph: Graph, layer: Any, x: Any) -> Any:
    product = graph.node("MatMul", x, layer.weight.detach().cpu().numpy().T)
    return graph.node("Add", product, layer.bias)


def _batch_norm_nodes(graph: Graph, layer: Any, x: Any) -> Any:
    factor = layer.weight / (layer.running_var + layer.eps).sqrt()
    scaled = graph.node("Mul", x, factor)
    return graph.node("Add", scaled, layer.bias - layer.running_mean * factor)


def _layer_norm_nodes(graph: Graph, layer: Any, x: Any) -> Any:
    # Means over features as matrix products, because the form of ONNX's means depends on its version.
    share = np.full((len(layer.weight), 1), 1 / len(layer.weight))
    centered = graph.node("Sub", x, graph.node("MatMul", x, share))
    variance = graph.node("MatMul", graph.node("Mul", centered, centered), share)
    deviation = graph.node("Sqrt", graph.node("Add", variance, float(layer.eps)))
    scaled = graph.node("Mul", graph.node("Div", centered, deviation), layer.weight)
    return graph.node("Add", scaled, layer.bias)


def _target_unit_nodes(graph: Graph, layer: Any, x: Any) -> Any:
    if isinstance(layer.loss, Poisson):
        x = graph.node("Exp", x)
    if layer.scale is None:
        return x
    return graph.node("Add", graph.node("Mul", x, layer.scale), layer.shift)


def _gelu_nodes(graph: Graph, layer: Any, x: Any) -> Any:
    if layer.approximate != "none":
        raise NotImplementedError("GELU can only be converted to ONNX with approximate='none'.")
    rise = graph.node("Add", graph.node("Erf", graph.node("Mul", x, 1 / sqrt(2))), 1.0)
    return graph.node("Mul", graph.node("Mul", x, 0.5), rise)


def _same_node(kind: str, **names: str) -> Callable[[Graph, Any, Any], Any]:
    """Return a converter for a layer that only renames attributes."""

    def make(graph: Graph, layer: Any, x: Any) -> Any:
        given = {onnx: float(getattr(layer, torch)) for onnx, torch in names.items()}
        return graph.node(kind, x, **given)

    return make


_LAYERS: dict[type, Callable[[Graph, Any, Any], Any]] = {
    nn.Linear: _linear_nodes,
    TransposedLinear: _linear_nodes,
    nn.BatchNorm1d: _batch_norm_nodes,
    nn.LayerNorm: _layer_norm_nodes,
    nn.Dropout: lambda graph, layer, x: x,
    nn.Identity: lambda graph, layer, x: x,
    nn.ReLU: _same_node("Relu"),
    nn.LeakyReLU: _same_node("LeakyRelu", alpha="negative_slope"),
    nn.ELU: _same_node("Elu", alpha="alpha"),
    nn.SELU: _same_node("Selu"),
    nn.Tanh: _same_node("Tanh"),
    nn.Sigmoid: _same_node("Sigmoid"),
    nn.Softplus: _same_node("Softplus"),
    nn.GELU: _gelu_nodes,
    nn.SiLU: lambda graph, layer, x: graph.node("Mul", x, graph.node("Sigmoid", x)),
    TargetUnit: _target_unit_nodes,
}
