"""The padded product is the plain one."""

import pytest
import torch
from torch.func import vmap
from torch.nn import functional as F

from sklearn_deep.networks import aligned_linear

SIZES = [1, 2, 3, 5, 8, 11]
SHAPES = [(n, i, o) for n in SIZES for i in SIZES for o in SIZES]


def values_and_gradients(function, tensors):
    leaves = [tensor.clone().requires_grad_() for tensor in tensors]
    output = function(*leaves)
    pull = torch.linspace(-1, 2, output.numel(), dtype=output.dtype).view_as(output)
    return [output, *torch.autograd.grad(output, leaves, pull)]


@pytest.mark.parametrize("n_in", SIZES)
def test_values_and_gradients_are_those_of_torch(n_in, normal):
    for n_samples, _, n_out in (shape for shape in SHAPES if shape[1] == n_in):
        tensors = normal(n_samples, n_in), normal(n_out, n_in), normal(n_out)
        found = values_and_gradients(aligned_linear, tensors)
        torch.testing.assert_close(found, values_and_gradients(F.linear, tensors))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("n_samples", "n_in", "n_out"), [(32, 5, 1), (64, 37, 3), (32, 8, 10)])
def test_a_stack_has_the_bits_of_each_product_alone(n_samples, n_in, n_out, dtype, normal):
    shapes = (3, n_samples, n_in), (3, n_out, n_in), (3, n_out)
    stack = [normal(*shape).to(dtype) for shape in shapes]
    together = vmap(aligned_linear)(*stack)
    for k in range(3):
        assert torch.equal(together[k], aligned_linear(*(tensor[k] for tensor in stack)))
