"""Binary cross-entropy of numbers in [0, 1] equals that of torch, and its targets are checked."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from sklearn_deep.losses import BinaryCrossEntropy, SquaredError


def test_rows_are_those_of_torch():
    generator = torch.Generator().manual_seed(0)
    output = 5 * torch.randn(7, 3, generator=generator, dtype=torch.float64)
    target = torch.rand(7, 3, generator=generator, dtype=torch.float64)
    expected = F.binary_cross_entropy_with_logits(output, target, reduction="none").mean(1)
    torch.testing.assert_close(BinaryCrossEntropy().rows(output, target), expected)


def test_far_out_logits_have_finite_losses_and_gradients():
    output = torch.tensor([[-1000.0, 1000.0]], requires_grad=True)
    rows = BinaryCrossEntropy().rows(output, torch.tensor([[1.0, 0.0]]))
    rows.sum().backward()
    assert rows.item() == 1000
    assert output.grad.tolist() == [[-0.5, 0.5]]


def test_predictions_are_the_logistic_function():
    assert BinaryCrossEntropy().predictions(torch.zeros(1, 2)).tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_a_target_outside_of_0_and_1_is_refused(value):
    with pytest.raises(ValueError, match=r"y of Owner.fit must lie in \[0, 1\] .*MinMaxScaler"):
        BinaryCrossEntropy().check_target(np.array([[0.5, value]]), argument="y", owner="Owner")


def test_the_whole_square_is_twice_the_half():
    output, target = torch.tensor([[1.0, 3.0]]), torch.zeros(1, 2)
    assert SquaredError().rows(output, target).item() == 2.5
    assert SquaredError(half=False).rows(output, target).item() == 5.0
