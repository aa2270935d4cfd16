"""A member's losses have the same bits in a stack and alone."""

import pytest
import torch
from torch.func import grad, vmap

from sklearn_deep.losses import (
    AbsoluteError,
    CallableLoss,
    CrossEntropy,
    Focal,
    Huber,
    Poisson,
    Quantile,
    SquaredError,
)
from sklearn_deep.training._plan.company import needs_whole_vectors
from tests._support.for_all import for_all


def log_cosh(output, target):
    return (output - target).cosh().log().mean(-1)


LOSSES = [
    SquaredError(),
    AbsoluteError(),
    Huber(delta=0.5),
    Quantile(quantile=0.3),
    Poisson(),
    CallableLoss(log_cosh),
    CrossEntropy(),
    CrossEntropy(binary=True),
    Focal(gamma=1.5),
    Focal(gamma=1.5, binary=True),
]


@pytest.mark.slow
@for_all("dtype", [torch.float32, torch.float64])
@for_all("n_outputs", [1, 3, 7])
@for_all("n_samples", [13, 32, 96])
@for_all("n_members", [2, 5])
@for_all("loss", LOSSES)
def test_rows_and_gradients_of_a_stack_are_those_of_each_member(
    loss, n_members, n_samples, n_outputs, dtype
):
    if needs_whole_vectors(loss, n_outputs):
        n_samples = -(-n_samples // 32) * 32  # as training fills up its batches
    generator = torch.Generator().manual_seed(0)
    shape = (n_members, n_samples, n_outputs)
    output = 3 * torch.randn(shape, generator=generator, dtype=dtype)
    target = torch.randint(2, shape, generator=generator).to(dtype)

    def slope(output, target):
        return grad(lambda z: loss.rows(z, target).sum())(output)

    together, slopes = vmap(loss.rows)(output, target), vmap(slope)(output, target)
    predictions = vmap(loss.predictions)(output)
    for k in range(n_members):
        assert torch.equal(together[k], loss.rows(output[k], target[k]))
        assert torch.equal(slopes[k], slope(output[k], target[k]))
        assert torch.equal(predictions[k], loss.predictions(output[k]))
