"""Losses for numbers equal those of torch and of scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.metrics import (
    mean_absolute_error,
    mean_pinball_loss,
    mean_poisson_deviance,
    mean_squared_error,
)
from torch.nn import functional as F

from sklearn_deep.losses import AbsoluteError, Huber, Poisson, Quantile, SquaredError

N = 20
LOSSES = [SquaredError(), AbsoluteError(), Huber(delta=0.5), Poisson(), Quantile(quantile=0.5)]
several_outputs = pytest.mark.parametrize("n_outputs", [1, 4])


def row_by_row(metric, target, prediction):
    pairs = zip(target.numpy(), prediction.numpy(), strict=True)
    return torch.tensor([metric(t, p) for t, p in pairs], dtype=torch.float64)


@several_outputs
def test_squared_error_is_half_that_of_torch_and_of_scikit_learn(n_outputs, normal):
    output, target = normal(N, n_outputs), normal(N, n_outputs)
    rows = SquaredError().rows(output, target)
    assert rows.shape == (N,)
    torch.testing.assert_close(rows, F.mse_loss(output, target, reduction="none").mean(-1) / 2)
    torch.testing.assert_close(rows, row_by_row(mean_squared_error, target, output) / 2)


@several_outputs
def test_absolute_error_is_that_of_torch_and_of_scikit_learn(n_outputs, normal):
    output, target = normal(N, n_outputs), normal(N, n_outputs)
    rows = AbsoluteError().rows(output, target)
    assert rows.shape == (N,)
    torch.testing.assert_close(rows, F.l1_loss(output, target, reduction="none").mean(-1))
    torch.testing.assert_close(rows, row_by_row(mean_absolute_error, target, output))


@several_outputs
@pytest.mark.parametrize("delta", [0.1, 1.0, 3.0, 1e3])
def test_huber_is_that_of_torch(delta, n_outputs, normal):
    output, target = normal(N, n_outputs), normal(N, n_outputs)
    rows = Huber(delta=delta).rows(output, target)
    expected = F.huber_loss(output, target, reduction="none", delta=delta).mean(-1)
    assert rows.shape == (N,)
    torch.testing.assert_close(rows, expected)


@pytest.mark.parametrize("delta", [0.1, 1.0, 3.0])
def test_the_gradient_of_huber_is_that_of_torch_at_its_joints_too(delta):
    output = torch.tensor([[-2.0], [-1.0], [0.0], [1.0], [2.0]]) * delta
    output.requires_grad_()
    target = torch.zeros_like(output)
    mine = torch.autograd.grad(Huber(delta=delta).rows(output, target).sum(), output)[0]
    expected = F.huber_loss(output, target, reduction="sum", delta=delta)
    torch.testing.assert_close(mine, torch.autograd.grad(expected, output)[0])


@several_outputs
def test_poisson_is_that_of_torch(n_outputs, normal):
    output, target = normal(N, n_outputs), normal(N, n_outputs).abs().floor()
    rows = Poisson().rows(output, target)
    assert rows.shape == (N,)
    expected = F.poisson_nll_loss(output, target, log_input=True, full=False, reduction="none")
    torch.testing.assert_close(rows, expected.mean(-1))


@several_outputs
def test_poisson_is_half_the_deviance_of_scikit_learn_beyond_that_of_the_target(n_outputs, normal):
    output, target = normal(N, n_outputs), normal(N, n_outputs).abs().floor()
    loss = Poisson()
    least = (target - torch.xlogy(target, target)).mean(-1)
    deviance = row_by_row(mean_poisson_deviance, target, loss.predictions(output))
    torch.testing.assert_close(loss.rows(output, target) - least, deviance / 2)


@several_outputs
@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.8])
def test_quantile_is_the_pinball_loss_of_scikit_learn(quantile, n_outputs, normal):
    output, target = normal(N, n_outputs), normal(N, n_outputs)
    rows = Quantile(quantile=quantile).rows(output, target)
    expected = row_by_row(lambda t, p: mean_pinball_loss(t, p, alpha=quantile), target, output)
    assert rows.shape == (N,)
    torch.testing.assert_close(rows, expected)


@pytest.mark.parametrize(
    ("loss", "statistic"),
    [
        (SquaredError(), np.mean),
        (AbsoluteError(), np.median),
        (Poisson(), np.mean),
        (Quantile(quantile=0.2), lambda y: np.quantile(y, 0.2)),
        (Quantile(quantile=0.9), lambda y: np.quantile(y, 0.9)),
    ],
)
def test_the_best_constant_prediction_is_the_statistic_of_the_loss(loss, statistic, normal):
    y = normal(101, 1).abs()
    constants = torch.linspace(-8, 8, 4001, dtype=torch.float64)
    J = torch.stack([loss.rows(c.expand(101, 1), y).mean() for c in constants])
    best = loss.predictions(constants[J.argmin()])
    assert best.item() == pytest.approx(statistic(y.numpy()), abs=0.02)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_a_loss_is_least_where_the_prediction_is_the_target(loss, normal):
    output = normal(N, 1)
    target = loss.predictions(output)
    least = loss.rows(output, target)
    assert loss.task == "regression"
    assert (loss.rows(output + 0.01, target) > least).all()
    assert (loss.rows(output - 0.01, target) > least).all()


def test_poisson_predicts_the_exponential_of_its_output(normal):
    output = normal(N, 2)
    assert torch.equal(Poisson().predictions(output), output.exp())
