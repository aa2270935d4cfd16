"""Losses stay finite, and right, for networks that are very sure."""

import pytest
import torch

from sklearn_deep.losses import BinaryCrossEntropy, CrossEntropy

DTYPES = [torch.float32, torch.float64]


@pytest.mark.parametrize("dtype", DTYPES)
def test_binary_cross_entropy_is_finite_and_right_far_out(dtype):
    output = torch.tensor([[1000.0], [1000.0], [-1000.0], [-1000.0]], dtype=dtype).requires_grad_()
    target = torch.tensor([[1.0], [0.0], [1.0], [0.0]], dtype=dtype)
    rows = BinaryCrossEntropy().rows(output, target)
    rows.sum().backward()
    assert rows.tolist() == [0, 1000, 1000, 0]
    assert output.grad.squeeze(-1).tolist() == [0, 1, -1, 0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_cross_entropy_is_finite_and_right_far_out(dtype):
    output = torch.tensor([[1000.0, -1000.0], [1000.0, -1000.0]], dtype=dtype).requires_grad_()
    rows = CrossEntropy().rows(output, torch.eye(2, dtype=dtype))
    rows.sum().backward()
    assert rows.tolist() == [0, 2000]
    assert output.grad.tolist() == [[0, 0], [1, -1]]
