"""Batch normalization equals that of torch, and samples count by their weight."""

import pytest
import torch
from torch import nn

from sklearn_deep.networks import BatchNorm, TrainingPass

WIDTH = 5


@pytest.fixture
def ours(fill):
    return fill(BatchNorm(WIDTH, "norm", torch.float64))


def in_training(layer, z, weight):
    """Return the output and the statistics of a batch."""
    training = TrainingPass(torch.as_tensor(weight, dtype=z.dtype), {})
    return layer(z, training), training.statistics


def counterpart(layer):
    theirs = nn.BatchNorm1d(WIDTH, dtype=torch.float64)
    theirs.load_state_dict({"weight": layer.weight, "bias": layer.bias}, strict=False)
    return theirs


def test_training_output_and_its_gradients_are_those_of_torch(ours, normal):
    z, pull = 3 * normal(12, WIDTH) + 2, normal(12, WIDTH)
    theirs = counterpart(ours)
    found, expected = [], []
    for layer, results in ((ours, found), (theirs, expected)):
        leaf = z.clone().requires_grad_()
        output = in_training(layer, leaf, torch.ones(12))[0] if layer is ours else layer(leaf)
        results += [output, *torch.autograd.grad(output, [leaf, *layer.parameters()], pull)]
    torch.testing.assert_close(found, expected)


def test_running_statistics_and_evaluation_are_those_of_torch(ours, normal):
    theirs = counterpart(ours)
    for _ in range(4):
        z = 3 * normal(12, WIDTH) + 2
        _, statistics = in_training(ours, z, torch.ones(12))
        theirs(z)
        for name, value in statistics.items():
            running = getattr(ours, name.removeprefix("norm."))
            running.lerp_(value.detach(), 0.1)
    torch.testing.assert_close(ours.running_mean, theirs.running_mean)
    torch.testing.assert_close(ours.running_var, theirs.running_var)
    z = normal(3, WIDTH)
    torch.testing.assert_close(ours(z), theirs.eval()(z))


def test_a_weight_of_three_is_a_row_written_three_times(ours, normal):
    z = normal(4, WIDTH)
    output, statistics = in_training(ours, z, [1.0, 3.0, 1.0, 2.0])
    rows = [0, 1, 1, 1, 2, 3, 3]
    repeated, expected = in_training(ours, z[rows], torch.ones(7))
    torch.testing.assert_close(output[rows], repeated)
    torch.testing.assert_close(statistics["norm.running_mean"], expected["norm.running_mean"])


def test_the_running_variance_is_unbiased_for_the_effective_number_of_rows(ours, normal):
    z, weight = normal(4, WIDTH), torch.tensor([1.0, 3.0, 1.0, 2.0], dtype=torch.float64)
    _, statistics = in_training(ours, z, weight)
    n_rows = weight.sum() ** 2 / weight.square().sum()
    share = (weight / weight.sum()).unsqueeze(-1)
    biased = (share * z.square()).sum(0) - (share * z).sum(0).square()
    expected = biased * n_rows / (n_rows - 1)
    torch.testing.assert_close(statistics["norm.running_var"], expected)


def test_the_scale_of_the_weights_does_not_matter(ours, normal):
    z, weight = normal(4, WIDTH), torch.tensor([1.0, 3.0, 1.0, 2.0])
    torch.testing.assert_close(in_training(ours, z, weight), in_training(ours, z, 7 * weight))


def test_rows_of_weight_zero_change_nothing(ours, normal):
    z = normal(6, WIDTH)
    output, statistics = in_training(ours, z[:4], torch.ones(4))
    z[4:] *= 1e6
    padded, found = in_training(ours, z, [1.0] * 4 + [0.0] * 2)
    torch.testing.assert_close(padded[:4], output)
    torch.testing.assert_close(found, statistics)


def test_a_single_row_stays_finite(ours, normal):
    output, statistics = in_training(ours, normal(1, WIDTH), [1.0])
    torch.testing.assert_close(output[0], ours.bias)
    assert all(value.isfinite().all() for value in statistics.values())


def test_evaluation_moves_no_statistic(ours, normal):
    before = {name: value.clone() for name, value in ours.named_buffers()}
    ours(normal(4, WIDTH))
    assert all(torch.equal(value, before[name]) for name, value in ours.named_buffers())
