"""A hidden layer: linear, normalization, activation, noise, dropout, in this order."""

import torch
from torch.nn import functional as F

from sklearn_deep.networks import MLPArchitecture
from sklearn_deep.noise import Dropout, GaussianNoise

NOISE = {
    "input_noise.0": GaussianNoise(std=0.3),
    "dropout.0": Dropout(rate=0.25),
    "weight_noise.0": GaussianNoise(std=0.1),
    "hidden_noise.1": GaussianNoise(std=0.4),
    "dropout.1": Dropout(rate=0.5),
    "weight_noise.1": GaussianNoise(std=0.6),
}
SIZES = (3, 6, 2)


def built(fill, normalization=None, noise=NOISE, sizes=SIZES):
    # Cosine differs from the identity everywhere, so swapping two layers would be noticed.
    return fill(MLPArchitecture(sizes, torch.cos, normalization, torch.float64).build(noise))


def dropped(h, rate, draw):
    return h * (draw < 1 - rate) / (1 - rate)


def test_a_training_pass_is_the_formula_step_by_step(fill, normal, training_pass):
    network = built(fill, "layer")
    x, training = normal(8, 3), training_pass(network, 8)
    u, block = training.draws, network.hidden[0]

    h = dropped(x + 0.3 * u["input_noise.0"], 0.25, u["dropout.0"])
    weight = block.linear.weight + 0.1 * u["weight_noise.0"]
    z = F.linear(h, weight, block.linear.bias + 0.1 * u["bias_noise.0"])
    z = F.layer_norm(z, (6,), block.normalization.weight, block.normalization.bias)
    h = dropped(z.cos() + 0.4 * u["hidden_noise.1"], 0.5, u["dropout.1"])
    weight = network.output.weight + 0.6 * u["weight_noise.1"]
    expected = F.linear(h, weight, network.output.bias + 0.6 * u["bias_noise.1"])

    torch.testing.assert_close(network(x, training), expected)


def test_every_block_of_draws_is_used(fill, normal, training_pass):
    network = built(fill)
    x, training = normal(8, 3), training_pass(network, 8)
    before = network(x, training)
    assert set(training.draws) == {*NOISE, "bias_noise.0", "bias_noise.1"}
    for site, draw in training.draws.items():
        training.draws[site] = draw.flip(0)
        assert not torch.equal(network(x, training), before)
        training.draws[site] = draw


def test_batch_statistics_are_reported_under_the_names_of_the_running_ones(
    fill, normal, training_pass
):
    network = built(fill, "batch", noise={}, sizes=(3, 6, 4, 2))
    training = training_pass(network, 8)
    network(normal(8, 3), training)
    assert {*training.statistics} == {name for name, _ in network.named_buffers()}


def test_without_hidden_layers_the_network_is_linear(fill, normal):
    network = built(fill, noise={}, sizes=(3, 2))
    x = normal(8, 3)
    torch.testing.assert_close(network(x), F.linear(x, network.output.weight, network.output.bias))
