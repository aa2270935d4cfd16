"""Layers against those of torch."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from sklearn_deep.networks import BatchNorm, LayerNorm, TrainingPass, aligned_linear

F64 = torch.float64


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=F64)


@pytest.mark.parametrize("n_samples", [1, 2, 7, 8])
@pytest.mark.parametrize("n_in", [1, 3, 4, 13])
@pytest.mark.parametrize("n_out", [1, 2, 5, 10])
def test_aligned_linear_is_linear_with_its_gradients(n_samples, n_in, n_out):
    tensors = normal(n_samples, n_in), normal(n_out, n_in, seed=1), normal(n_out, seed=2)
    for tensor in tensors:
        tensor.requires_grad_()
    mine, theirs = aligned_linear(*tensors), F.linear(*tensors)
    torch.testing.assert_close(mine, theirs)
    cotangent = normal(n_samples, n_out, seed=3)
    for a, b in zip(
        torch.autograd.grad(mine, tensors, cotangent),
        torch.autograd.grad(theirs, tensors, cotangent),
        strict=True,
    ):
        torch.testing.assert_close(a, b)


def trained(norm, z, weight=None):
    """Return the training output and the statistics of a batch."""
    training = TrainingPass(torch.ones(len(z), dtype=F64) if weight is None else weight, {})
    return norm(z, training), training.statistics


def test_batch_norm_is_that_of_torch_in_training_and_its_statistics_move_alike():
    mine, theirs = BatchNorm(5, "n", F64), nn.BatchNorm1d(5, dtype=F64)
    z = normal(12, 5) * 3 + 1
    output, statistics = trained(mine, z)
    torch.testing.assert_close(output, theirs(z))
    torch.testing.assert_close(0.1 * statistics["n.running_mean"], theirs.running_mean)
    torch.testing.assert_close(0.9 + 0.1 * statistics["n.running_var"], theirs.running_var)


def test_batch_norm_is_that_of_torch_in_evaluation():
    mine, theirs = BatchNorm(5, "n", F64), nn.BatchNorm1d(5, dtype=F64).eval()
    for norm in (mine, theirs):
        norm.running_mean.copy_(normal(5))
        norm.running_var.copy_(normal(5).square())
    z = normal(12, 5, seed=1)
    torch.testing.assert_close(mine(z), theirs(z))


def test_a_row_of_weight_two_is_a_row_twice_for_batch_norm():
    norm, z = BatchNorm(3, "n", F64), normal(6, 3)
    weight = torch.tensor([1, 2, 1, 1, 2, 1], dtype=F64)
    weighted, _ = trained(norm, z, weight)
    repeated, _ = trained(norm, z.repeat_interleave(weight.long(), 0))
    torch.testing.assert_close(weighted, repeated[torch.tensor([0, 1, 3, 4, 5, 7])])


def test_rows_of_weight_zero_change_nothing_for_batch_norm():
    norm, z = BatchNorm(3, "n", F64), normal(6, 3)
    weight = torch.tensor([1, 1, 0, 1, 1, 0], dtype=F64)
    output, statistics = trained(norm, z, weight)
    alone, own = trained(norm, z[weight > 0])
    torch.testing.assert_close(output[weight > 0], alone)
    for name, value in own.items():
        torch.testing.assert_close(statistics[name], value)


def test_the_statistics_of_a_single_row_are_finite():
    _, statistics = trained(BatchNorm(3, "n", F64), normal(1, 3))
    assert all(value.isfinite().all() for value in statistics.values())


def test_layer_norm_is_that_of_torch():
    mine, theirs = LayerNorm(7, F64), nn.LayerNorm(7, dtype=F64)
    z = normal(4, 7) * 2 + 3
    torch.testing.assert_close(mine(z), theirs(z))
    torch.testing.assert_close(mine(z, TrainingPass(torch.ones(4), {})), theirs(z))
