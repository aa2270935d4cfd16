"""Layer normalization equals that of torch, in training and in evaluation mode."""

import pytest
import torch
from torch.nn import functional as F

from sklearn_deep.networks import LayerNorm, TrainingPass


@pytest.mark.parametrize("width", [1, 2, 7])
@pytest.mark.parametrize("training", [None, TrainingPass(torch.ones(6), {})])
def test_values_and_gradients_are_those_of_torch(width, training, fill, normal):
    layer = fill(LayerNorm(width, torch.float64))
    z, pull = (3 * normal(6, width) + 2).requires_grad_(), normal(6, width)
    found = layer(z, training)
    expected = F.layer_norm(z, (width,), layer.weight, layer.bias)
    leaves = [z, layer.weight, layer.bias]
    torch.testing.assert_close(
        [found, *torch.autograd.grad(found, leaves, pull)],
        [expected, *torch.autograd.grad(expected, leaves, pull)],
    )
