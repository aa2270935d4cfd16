"""Networks of one structure can be stacked: ``vmap`` over ``functional_call`` equals each network alone."""

import pytest
import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap

from sklearn_deep.activations import ELU
from sklearn_deep.networks import MLPArchitecture, TrainingPass
from sklearn_deep.noise import Dropout, GaussianNoise

ROWS = 32


def networks(fill, normalization, activations):
    """Return networks that differ in weights and in every number."""
    found = []
    for k, activation in enumerate(activations):
        noise = {
            "input_noise.0": GaussianNoise(std=0.1 * k),
            "weight_noise.0": GaussianNoise(std=0.2 * k),
            "hidden_noise.1": GaussianNoise(std=0.3 / (k + 1)),
            "dropout.1": Dropout(rate=0.2 * k),
        }
        architecture = MLPArchitecture((4, 8, 2), activation, normalization, torch.float64)
        found.append(fill(architecture.build(noise)))
    return found


@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
@pytest.mark.parametrize(
    "activations", [[ELU(alpha=0.5), ELU(), ELU(alpha=2)], [nn.PReLU] * 3, [torch.tanh] * 3]
)
def test_a_stack_gives_what_each_network_gives(
    normalization, activations, fill, normal, training_pass
):
    members = networks(fill, normalization, activations)
    state, x = stack_module_state(members), normal(3, ROWS, 4)
    weight, draws = normal(ROWS).square(), training_pass(members[0], ROWS).draws

    def evaluate(parameters, buffers, x):
        return functional_call(members[0], (parameters, buffers), (x,))

    def train(parameters, buffers, x):
        training = TrainingPass(weight, draws)
        output = functional_call(members[0], (parameters, buffers), (x, training))
        return output, training.statistics

    evaluated, (trained, statistics) = vmap(evaluate)(*state, x), vmap(train)(*state, x)
    for k, member in enumerate(members):
        alone = TrainingPass(weight, draws)
        torch.testing.assert_close(evaluated[k], member(x[k]))
        torch.testing.assert_close(trained[k], member(x[k], alone))
        mine = {name: values[k] for name, values in statistics.items()}
        torch.testing.assert_close(mine, alone.statistics)


def test_forward_needs_no_seed_and_moves_none(fill, normal):
    before = torch.get_rng_state()
    (network,) = networks(fill, "batch", [torch.tanh])
    network(normal(ROWS, 4))
    assert torch.equal(torch.get_rng_state(), before)
