"""Networks with random weights, and inputs of training passes."""

import pytest
import torch

from sklearn_deep.networks import NoiseLayer, TrainingPass


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def normal(generator):
    """Return a function that draws float64 normal numbers of a shape."""
    return lambda *shape: torch.randn(shape, generator=generator, dtype=torch.float64)


@pytest.fixture
def fill(generator):
    """Return a function that draws every parameter of a network."""

    def draw(network):
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.normal_(0, 0.5, generator=generator)
        return network

    return draw


@pytest.fixture
def training_pass(generator):
    """Return a function that makes a training pass of a network, with all sample weights one."""

    def make(network, n_samples, dtype=torch.float64):
        draws = {}
        for layer in network.modules():
            if isinstance(layer, NoiseLayer):
                shape = (n_samples, *layer.shape) if layer.by_row else layer.shape
                block = torch.empty(shape, dtype=dtype)
                uniform = layer.distribution == "uniform"
                fill = block.uniform_ if uniform else block.normal_
                draws[layer.site] = fill(generator=generator)
        return TrainingPass(torch.ones(n_samples, dtype=dtype), draws)

    return make
