"""A user-defined function as a loss."""

import pytest
import torch
from torch.nn import functional as F

from sklearn_deep.losses import CallableLoss
from sklearn_deep.plugins import resolve

OUTPUT, TARGET = torch.arange(6.0).view(3, 2), torch.ones(3, 2)


def rows(function):
    return CallableLoss(function).rows(OUTPUT, TARGET)


def test_a_function_becomes_a_loss_for_numbers():
    loss = resolve("losses", F.l1_loss, argument="loss", owner="Owner")
    assert isinstance(loss, CallableLoss)
    assert loss.function is F.l1_loss
    assert loss.task == "regression"


def test_the_function_gets_output_and_target():
    assert rows(lambda output, target: (output - 2 * target).sum(-1)).tolist() == [-3, 1, 5]


@pytest.mark.parametrize(
    ("function", "got"),
    [
        (F.l1_loss, r"shape \(\)"),
        (lambda output, target: output - target, r"shape \(3, 2\)"),
        (lambda output, target: 0.0, "float"),
    ],
)
def test_another_shape_is_an_error_that_says_which_is_needed(function, got):
    with pytest.raises(
        ValueError, match=rf"one loss per sample, here .* shape \(3,\), got {got}\. Aver"
    ):
        rows(function)
