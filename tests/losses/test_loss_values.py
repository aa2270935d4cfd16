"""Losses are those of torch and of scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from torch.nn import functional as F

from sklearn_deep.losses import BinaryCrossEntropy, CrossEntropy, SquaredError

N = 20


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


def normal(generator, *shape):
    return 3 * torch.randn(shape, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("n_outputs", [1, 4])
def test_squared_error_is_half_the_mean_over_outputs(n_outputs, generator):
    output, target = normal(generator, N, n_outputs), normal(generator, N, n_outputs)
    rows = SquaredError().rows(output, target)
    assert rows.shape == (N,)
    torch.testing.assert_close(rows, F.mse_loss(output, target, reduction="none").mean(-1) / 2)


def test_cross_entropy_of_one_hot_targets_is_that_of_the_classes(generator):
    output, classes = normal(generator, N, 5), torch.arange(N) % 5
    rows = CrossEntropy().rows(output, F.one_hot(classes, 5).double())
    torch.testing.assert_close(rows, F.cross_entropy(output, classes, reduction="none"))


def test_cross_entropy_takes_soft_targets(generator):
    output, target = normal(generator, N, 5), normal(generator, N, 5).softmax(-1)
    rows = CrossEntropy().rows(output, target)
    assert rows.shape == (N,)
    torch.testing.assert_close(rows, F.cross_entropy(output, target, reduction="none"))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_binary_cross_entropy_is_that_of_logits(smoothing, generator):
    output = normal(generator, N, 1)
    target = (torch.arange(N) % 2).double().unsqueeze(-1) * (1 - 2 * smoothing) + smoothing
    rows = BinaryCrossEntropy().rows(output, target)
    expected = F.binary_cross_entropy_with_logits(output, target, reduction="none")
    assert rows.shape == (N,)
    torch.testing.assert_close(rows, expected.squeeze(-1))


def test_cross_entropy_is_the_log_loss_of_scikit_learn(generator):
    output, classes = normal(generator, N, 5), np.arange(N) % 5
    rows = CrossEntropy().rows(output, F.one_hot(torch.tensor(classes), 5).double())
    assert rows.mean().item() == pytest.approx(log_loss(classes, output.softmax(-1).numpy()))


def test_binary_cross_entropy_is_the_log_loss_of_scikit_learn(generator):
    output, classes = normal(generator, N, 1), np.arange(N) % 2
    rows = BinaryCrossEntropy().rows(output, torch.tensor(classes[:, None], dtype=torch.float64))
    p = output.sigmoid().squeeze(-1).numpy()
    assert rows.mean().item() == pytest.approx(log_loss(classes, p))


def test_two_classes_cost_the_same_with_one_logit_or_two(generator):
    output, target = normal(generator, N, 1), (torch.arange(N) % 2).double().unsqueeze(-1)
    two = CrossEntropy().rows(F.pad(output, (1, 0)), torch.cat([1 - target, target], -1))
    torch.testing.assert_close(BinaryCrossEntropy().rows(output, target), two)
