"""Inputs and outputs of the layers of a network, found with hooks and in autograd's graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from sklearn_deep.inspection._signal.paths import paths_to
from sklearn_deep.networks import TiedLinear


@dataclass(eq=False)
class LayerCall:
    """One call of a layer with weights.

    Parameters
    ----------
    name : str
        Name of the layer; ``"name#2"`` for its second call.
    z : Tensor
        Output of the layer (pre-activations).
    node : autograd node
        Node of the output in the graph.
    source : Tensor
        Input of the layer.
    source_node : autograd node or None
    weight_norm : float
        Frobenius norm of its weight.
    unit_axis : int
        Axis of the units in z, and in inputs of similar layers.
    h : Tensor
        Input of the next layer that is computed from z, or output of the network; z if there is neither.
    activated : Tensor or None
        Output of the first activation after z that has a name in autograd.
    activation : str
        Name of this activation.
    feeds_a_layer : bool
    """

    name: str
    z: Tensor
    node: Any
    source: Tensor
    source_node: Any
    weight_norm: float
    unit_axis: int
    h: Tensor
    h_unit_axis: int
    activated: Tensor | None = None
    activation: str = ""
    feeds_a_layer: bool = False


def recorded(
    module: nn.Module, forward: Callable[[Tensor], Any], rows: Tensor
) -> tuple[list[LayerCall], Any]:
    """Run the forward pass, and return the calls of layers in order and the output."""
    calls: list[LayerCall] = []
    with torch.enable_grad(), _hooks(module, calls):
        output = forward(rows)
    for later in calls:
        _attribute(calls, later.source, later.source_node, later.unit_axis, to_layer=True)
    for out in tensors_in(output):
        _attribute(calls, out, out.grad_fn, None, to_layer=False)
    return calls, output


def tensors_in(output: Any) -> list[Tensor]:
    """Return the floating-point tensors in the output of a network."""
    if isinstance(output, Tensor):
        return [output] if output.is_floating_point() else []
    parts = output.values() if isinstance(output, Mapping) else output
    is_several = isinstance(output, Mapping | Sequence) and not isinstance(output, str)
    return [tensor for part in parts for tensor in tensors_in(part)] if is_several else []


def is_layer(module: nn.Module) -> bool:
    """Return whether a module is a layer with weights, such as a linear or convolutional layer."""
    weight = getattr(module, "weight", None)
    has_matrix = isinstance(weight, Tensor) and weight.ndim > 1
    embeds = isinstance(module, nn.Embedding | nn.EmbeddingBag)
    return isinstance(module, TiedLinear) or (has_matrix and not embeds)


@contextmanager
def _hooks(module: nn.Module, calls: list[LayerCall]) -> Iterator[None]:
    layers = [(name, m) for name, m in module.named_modules() if is_layer(m)]
    n_calls = dict.fromkeys((name for name, _ in layers), 0)

    def hook_of(name: str) -> Callable[..., Any]:
        def hook(layer: nn.Module, args: Any, kwargs: Any, output: Any) -> Any:
            given = (*args, *kwargs.values())
            if not isinstance(output, Tensor) or not isinstance(given[0], Tensor):
                return None
            n_calls[name] += 1
            number = f"#{n_calls[name]}" if n_calls[name] > 1 else ""
            called = (name or type(layer).__name__) + number
            calls.append(_call(called, layer, given, output))
            # A copy is passed on, so that in-place activations do not change z.
            copied = output.clone()
            calls[-1].node = copied.grad_fn
            return copied

        return hook

    handles = [m.register_forward_hook(hook_of(n), with_kwargs=True) for n, m in layers]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _call(name: str, layer: nn.Module, given: Sequence[Any], z: Tensor) -> LayerCall:
    if not z.requires_grad:
        z.requires_grad_()
    weight: Any = given[-1] if isinstance(layer, TiedLinear) else layer.weight
    # Convolutions have the channels after the sample axis; other layers have the units last.
    axis = 1 if weight.ndim > 2 else -1
    norm = float(weight.detach().double().norm())
    return LayerCall(name, z, None, given[0], given[0].grad_fn, norm, axis, z, axis)


def _attribute(
    calls: list[LayerCall], h: Tensor, node: Any, unit_axis: int | None, *, to_layer: bool
) -> None:
    """Set ``h`` on the calls from which it is computed without another layer in between."""
    paths = paths_to(node, {call.node: i for i, call in enumerate(calls)})
    for i, activated in paths.items():
        call = calls[i]
        if call.h is call.z:
            call.h = h.detach()
            call.h_unit_axis = call.unit_axis if unit_axis is None else unit_axis
            call.activation, call.activated = activated
        call.feeds_a_layer |= to_layer
