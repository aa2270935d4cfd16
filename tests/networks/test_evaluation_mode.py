"""Without a training pass there is no noise."""

import pytest
import torch

from sklearn_deep.networks import MLPArchitecture
from sklearn_deep.noise import Dropout, GaussianNoise

NOISE = {
    "input_noise.0": GaussianNoise(std=3.0),
    "dropout.0": Dropout(rate=0.9),
    "weight_noise.0": GaussianNoise(std=3.0),
    "hidden_noise.1": GaussianNoise(std=3.0),
    "dropout.1": Dropout(rate=0.9),
    "weight_noise.1": GaussianNoise(std=3.0),
}


@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
@pytest.mark.parametrize("mode", [True, False])
def test_noise_is_off_in_evaluation(normalization, mode, fill, normal):
    architecture = MLPArchitecture((3, 6, 2), torch.tanh, normalization, torch.float64)
    noisy, silent = fill(architecture.build(NOISE)).train(mode), architecture.build()
    silent.load_state_dict(noisy.state_dict())
    x = normal(8, 3)
    assert torch.equal(noisy(x), silent(x))


def test_silent_noise_in_training_is_no_noise(fill, normal, training_pass):
    architecture = MLPArchitecture((3, 6, 2), torch.tanh, "layer", torch.float64)
    network = fill(architecture.build({site: type(n).silent() for site, n in NOISE.items()}))
    x = normal(8, 3)
    assert torch.equal(network(x, training_pass(network, 8)), network(x))


def test_the_strength_of_noise_is_no_weight():
    network = MLPArchitecture((3, 6, 2), torch.tanh).build(NOISE)
    assert all(name.endswith(("weight", "bias")) for name in network.state_dict())
