"""The network: order of a layer, noise in training only, any activation, stacks."""

import pytest
import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap

from sklearn_deep.activations import ELU, LeakyReLU
from sklearn_deep.networks import MLPArchitecture, TrainingPass
from sklearn_deep.noise import Dropout, GaussianNoise

NOISE = {
    "input_noise.0": GaussianNoise(0.5),
    "dropout.0": Dropout(0.3),
    "hidden_noise.1": GaussianNoise(0.25),
    "dropout.1": Dropout(0.5),
    "weight_noise.0": GaussianNoise(0.1),
}


def build(activation=torch.tanh, noise=None, normalization=None):
    network = MLPArchitecture((4, 6, 3), activation, normalization, torch.float64).build(noise)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(generator=generator)
    return network


def normal(*shape, seed=1):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_a_hidden_layer_is_linear_normalisation_activation_noise_dropout_in_this_order():
    network, x = build(noise=NOISE, normalization="layer"), normal(8, 4)
    draws = {
        "input_noise.0": normal(8, 4, seed=2),
        "dropout.0": normal(8, 4, seed=3).sigmoid(),
        "hidden_noise.1": normal(8, 6, seed=4),
        "dropout.1": normal(8, 6, seed=5).sigmoid(),
        "weight_noise.0": normal(6, 4, seed=6),
        "bias_noise.0": normal(6, seed=7),
    }
    block = network.hidden[0]
    h = x + 0.5 * draws["input_noise.0"]
    h = torch.where(draws["dropout.0"] < 0.7, h / 0.7, 0)
    weight = block.linear.weight + 0.1 * draws["weight_noise.0"]
    z = h @ weight.T + block.linear.bias + 0.1 * draws["bias_noise.0"]
    norm = block.normalization
    h = nn.functional.layer_norm(z, (6,), norm.scale, norm.shift).tanh()
    h = h + 0.25 * draws["hidden_noise.1"]
    h = torch.where(draws["dropout.1"] < 0.5, h / 0.5, 0)
    expected = h @ network.output.weight.T + network.output.bias
    training = TrainingPass(torch.ones(8, dtype=torch.float64), draws)
    torch.testing.assert_close(network(x, training), expected)


def test_all_noise_is_off_in_evaluation():
    noisy, quiet, x = build(noise=NOISE), build(), normal(8, 4)
    quiet.load_state_dict(noisy.state_dict())
    assert torch.equal(noisy(x), quiet(x))
    assert torch.equal(noisy.train()(x), quiet(x))


@pytest.mark.parametrize(
    "activation",
    [nn.Tanh, nn.Tanh(), torch.tanh, lambda z: z.tanh()],
    ids=["class", "instance", "function", "lambda"],
)
def test_a_module_class_an_instance_and_a_function_are_the_same_activation(activation):
    assert torch.equal(build(activation)(normal(8, 4)), build()(normal(8, 4)))


def test_a_module_with_parameters_gets_its_own_in_each_layer():
    network = MLPArchitecture((4, 6, 6, 3), nn.PReLU).build()
    slopes = [name for name, p in network.named_parameters() if "activation" in name]
    assert slopes == ["hidden.0.activation.weight", "hidden.1.activation.weight"]
    assert network.hidden[0].activation is not network.hidden[1].activation


@pytest.mark.parametrize("make", [LeakyReLU, ELU])
def test_networks_stack_and_vmap_with_numbers_of_their_own(make):
    networks = [build(make(value)) for value in (0.1, 0.7)]
    parameters, buffers = stack_module_state(networks)
    x = normal(8, 4)
    stacked = vmap(lambda p, b: functional_call(networks[0], (p, b), (x,)))(parameters, buffers)
    assert not torch.equal(stacked[0], stacked[1])
    for k, network in enumerate(networks):
        torch.testing.assert_close(stacked[k], network(x))


def test_building_moves_no_generator():
    before = torch.get_rng_state()
    build(noise=NOISE, normalization="batch")
    assert torch.equal(before, torch.get_rng_state())


def test_architectures_of_one_structure_have_one_key():
    def structure(**changes):
        settings = {"sizes": (4, 6, 3), "activation": LeakyReLU(0.1)}
        return MLPArchitecture(**settings | changes).structure()

    assert structure() == structure(activation=LeakyReLU(0.9))
    others = [
        structure(activation=ELU()),
        structure(sizes=(4, 7, 3)),
        structure(normalization="batch"),
        structure(dtype=torch.float64),
    ]
    assert structure() not in others
