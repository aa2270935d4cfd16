"""Accepted activations: a plug-in, a module class, a module, any callable."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from sklearn_deep.activations import ELU
from sklearn_deep.networks import MLPArchitecture, activation_layer

KINDS = {
    "plug-in": (ELU(alpha=0.5), lambda z: F.elu(z, 0.5)),
    "module class": (nn.Mish, F.mish),
    "module": (nn.Hardtanh(-0.5, 0.5), lambda z: z.clamp(-0.5, 0.5)),
    "function": (torch.sin, torch.sin),
    "lambda": (lambda z: z * z, torch.square),
    "module with a parameter": (nn.PReLU(), lambda z: F.leaky_relu(z, 0.25)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_applied_after_each_hidden_layer(kind, fill, normal):
    activation, expected = KINDS[kind]
    network = MLPArchitecture((3, 4, 5, 2), activation, dtype=torch.float64).build()
    for linear in (network.hidden[0].linear, network.hidden[1].linear, network.output):
        fill(linear)
    x = h = normal(8, 3)
    for block in network.hidden:
        h = expected(F.linear(h, block.linear.weight, block.linear.bias))
    torch.testing.assert_close(network(x), F.linear(h, network.output.weight, network.output.bias))


def test_a_module_is_copied_for_each_layer():
    prelu = nn.PReLU(init=0.1)
    network = MLPArchitecture((3, 4, 5, 2), prelu).build()
    layers = [block.activation for block in network.hidden]
    assert [layer.weight.item() for layer in layers] == pytest.approx([0.1, 0.1])
    assert len({id(layer.weight) for layer in [prelu, *layers]}) == 3


def test_parameters_of_an_activation_are_trained_with_the_network(fill, normal):
    network = MLPArchitecture((3, 4, 2), nn.PReLU, dtype=torch.float64).build()
    for linear in (network.hidden[0].linear, network.output):
        fill(linear)
    weight = network.hidden[0].activation.weight
    assert weight.dtype == torch.float64
    (gradient,) = torch.autograd.grad(network(normal(8, 3)).sum(), weight)
    assert gradient.abs().item() > 0


def test_the_numbers_of_a_plugin_are_buffers_of_the_dtype_of_the_network():
    network = MLPArchitecture((3, 4, 2), ELU(alpha=0.5), dtype=torch.float32).build()
    (buffer,) = network.buffers()
    assert (buffer.item(), buffer.dtype) == (0.5, torch.float32)


@pytest.mark.parametrize("kind", ["plug-in", "function"])
def test_printing_a_layer_shows_what_it_applies(kind):
    assert {"plug-in": "ELU(alpha=0.5)", "function": "sin"}[kind] in repr(
        activation_layer(KINDS[kind][0])
    )
