"""A stacked product has the bits of each product alone, forward and backward."""

import random

import pytest
import torch
from torch.func import vjp, vmap

from sklearn_deep.networks import aligned_linear

N_MEMBERS = 5


def forward_and_back(x, weight, bias, cotangent):
    output, pull_back = vjp(aligned_linear, x, weight, bias)
    return output, *pull_back(cotangent)


def sides(seed):
    chance = random.Random(seed)
    widths = [1, 2, 3, 5, 7, 8, 13, 24, 50, 64, 101]
    return [
        (4 * chance.randint(1, 9), chance.choice(widths), chance.choice(widths)) for _ in range(40)
    ]


@pytest.mark.usefixtures("_one_thread")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("seed", range(5))
def test_a_product_does_not_depend_on_company(dtype, seed):
    generator = torch.Generator().manual_seed(seed)
    for n_samples, n_in, n_out in sides(seed):
        shapes = (n_samples, n_in), (n_out, n_in), (n_out,), (n_samples, n_out)
        stacks = [torch.randn(N_MEMBERS, *s, generator=generator, dtype=dtype) for s in shapes]
        together = vmap(forward_and_back)(*stacks)
        for k in range(N_MEMBERS):
            alone = forward_and_back(*(stack[k].clone() for stack in stacks))
            same = [torch.equal(a[k], b) for a, b in zip(together, alone, strict=True)]
            assert all(same), (n_samples, n_in, n_out, same)


@pytest.fixture
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
