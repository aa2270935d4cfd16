"""Losses stay finite and correct for networks that are very sure or very wrong."""

import pytest
import torch

from sklearn_deep.losses import (
    AbsoluteError,
    CrossEntropy,
    Focal,
    Huber,
    Poisson,
    Quantile,
    SquaredError,
)

# Focal loss with a power below one has an infinite gradient at p = 1, times a logarithm of zero.
GAMMAS = [0.0, 0.1, 1.0, 2.0]
both_dtypes = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


def rows_and_slopes(loss, output, target):
    output = output.requires_grad_()
    rows = loss.rows(output, target)
    rows.sum().backward()
    return rows.tolist(), output.grad.tolist()


@both_dtypes
@pytest.mark.parametrize(
    "kind", [CrossEntropy, *(Focal(gamma=gamma) for gamma in GAMMAS)], ids=repr
)
def test_binary_losses_are_finite_and_right_far_out(kind, dtype):
    loss = (
        CrossEntropy(binary=True) if kind is CrossEntropy else Focal(gamma=kind.gamma, binary=True)
    )
    output = torch.tensor([[1000.0], [1000.0], [-1000.0], [-1000.0]], dtype=dtype)
    target = torch.tensor([[1.0], [0.0], [1.0], [0.0]], dtype=dtype)
    rows, slopes = rows_and_slopes(loss, output, target)
    assert rows == [0, 1000, 1000, 0]
    assert slopes == [[0], [1], [-1], [0]]


@both_dtypes
@pytest.mark.parametrize(
    "loss", [CrossEntropy(), *(Focal(gamma=gamma) for gamma in GAMMAS)], ids=repr
)
def test_softmax_losses_are_finite_and_right_far_out(loss, dtype):
    output = torch.tensor([[1000.0, -1000.0], [1000.0, -1000.0]], dtype=dtype)
    rows, slopes = rows_and_slopes(loss, output, torch.eye(2, dtype=dtype))
    assert rows == [0, 2000]
    assert slopes == [[0, 0], [1, -1]]


@both_dtypes
@pytest.mark.parametrize("gamma", GAMMAS)
def test_focal_losses_have_finite_gradients_all_the_way(gamma, dtype):
    output = torch.linspace(-120, 120, 4001, dtype=dtype).unsqueeze(-1)
    for truth in (torch.zeros_like(output), torch.ones_like(output)):
        rows, slopes = rows_and_slopes(Focal(gamma=gamma, binary=True), output.clone(), truth)
        assert torch.tensor([rows, [slope for (slope,) in slopes]]).isfinite().all()
        assert torch.tensor(slopes).abs().max() <= 1 + gamma


@both_dtypes
@pytest.mark.parametrize(
    ("loss", "row", "slope"),
    [
        (SquaredError(), 5e11, 1e6),
        (AbsoluteError(), 1e6, 1),
        (Huber(delta=2.0), 2e6 - 2, 2),
        (Quantile(quantile=0.25), 0.75e6, 0.75),
    ],
    ids=repr,
)
def test_losses_for_numbers_are_right_far_out(loss, row, slope, dtype):
    rows, slopes = rows_and_slopes(
        loss, torch.full((1, 1), 1e6, dtype=dtype), torch.zeros(1, 1, dtype=dtype)
    )
    assert rows == pytest.approx([row])
    assert slopes == [[slope]]


@both_dtypes
def test_poisson_is_right_for_predictions_that_vanish(dtype):
    output = torch.full((1, 1), -1000.0, dtype=dtype)
    assert rows_and_slopes(Poisson(), output, torch.ones_like(output)) == ([1000], [[-1]])
