"""The losses of a network are the same in a stack and alone."""

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


@for_all("n_outputs", [1, 3])
@for_all("loss", LOSSES)
def test_rows_and_gradients_of_a_stack_are_those_of_each_member(loss, n_outputs):
    generator = torch.Generator().manual_seed(0)
    shape = (3, 13, n_outputs)  # members, samples
    output = 3 * torch.randn(shape, generator=generator, dtype=torch.float64)
    target = torch.randint(2, shape, generator=generator).double()

    def slope(output, target):
        return grad(lambda z: loss.rows(z, target).sum())(output)

    together, slopes = vmap(loss.rows)(output, target), vmap(slope)(output, target)
    predictions = vmap(loss.predictions)(output)
    for k in range(3):
        torch.testing.assert_close(together[k], loss.rows(output[k], target[k]))
        torch.testing.assert_close(slopes[k], slope(output[k], target[k]))
        torch.testing.assert_close(predictions[k], loss.predictions(output[k]))
