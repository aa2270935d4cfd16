"""Weight decay: λ·W for each weight matrix; nothing else decays."""

import numpy as np
import pytest
import torch

from sklearn_deep.optimizers import SGD, Adam, AdamW
from sklearn_deep.training import Training

DECAY = (0.3, 0.7)
RATE = 0.1


def begin_one_step(updates, n_members):
    """Prepare one step of all members at ``RATE``."""
    updates.begin(np.ones((1, n_members), dtype=bool), np.full((1, n_members), RATE))


@pytest.fixture
def move(make_plan):
    """Return a function that makes one step from filled parameters with a gradient of zero."""

    def make(optimizer, decay=DECAY):
        training = Training(
            [make_plan(optimizer=optimizer, weight_decay=decay, learning_rate=RATE)]
        )
        rows = training.population.parameters
        rows.copy_(torch.linspace(-2, 3, rows.numel(), dtype=rows.dtype).view_as(rows))
        before = {name: value[0].clone() for name, value in training.population.tensors().items()}
        begin_one_step(training.steps.updates, n_members=1)
        training.steps.updates.apply(0, torch.zeros_like(rows), None)
        after = {name: value[0] for name, value in training.population.tensors().items()}
        return before, after

    return make


MATRICES = {"network.hidden.0.linear.weight": DECAY[0], "network.output.weight": DECAY[1]}


@pytest.mark.parametrize("optimizer", [SGD(momentum=0.0), AdamW()])
def test_a_matrix_shrinks_by_rate_times_its_own_strength(optimizer, move):
    before, after = move(optimizer)
    for name, strength in MATRICES.items():
        expected = before[name] - RATE * (strength * before[name])
        torch.testing.assert_close(after[name], expected, rtol=1e-15, atol=1e-15)


@pytest.mark.parametrize("optimizer", [SGD(momentum=0.0), Adam(), AdamW()])
def test_biases_and_normalization_stay(optimizer, move):
    before, after = move(optimizer)
    others = set(before) - set(MATRICES)
    normalization = {name for name in others if "normalization" in name}
    assert {name.split(".")[-1] for name in normalization} >= {"weight", "bias"}
    assert any(name.endswith("linear.bias") for name in others)
    assert all(torch.equal(before[name], after[name]) for name in others)


def test_a_strength_of_zero_leaves_its_matrix_alone(move):
    before, after = move(SGD(momentum=0.0), decay=(0.0, 0.5))
    name = "network.hidden.0.linear.weight"
    assert torch.equal(before[name], after[name])


def test_the_gradient_of_the_penalty_is_strength_times_weight(make_plan):
    training = Training([make_plan(weight_decay=DECAY)])
    population, updates = training.population, training.steps.updates
    rows = updates.parameters = population.parameters.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(updates.penalty().sum(), rows)
    torch.testing.assert_close(gradient, updates.weight_decay * rows.detach(), rtol=1e-15, atol=0)


def test_the_penalty_is_half_the_squared_norm_of_each_matrix(make_plan):
    training = Training([make_plan(weight_decay=DECAY)])
    state = training.population.tensors()
    norms = sum(strength / 2 * state[name].square().sum() for name, strength in MATRICES.items())
    torch.testing.assert_close(training.steps.updates.penalty().squeeze(), norms)


def test_decoupled_decay_is_no_part_of_the_objective(make_plan):
    training = Training([make_plan(weight_decay=DECAY, optimizer=AdamW())])
    assert training.steps.updates.penalty() == 0


def test_members_decay_by_their_own_strengths(make_plan):
    decays = [(0.3, 0.7), (0.0, 0.1)]
    plans = [
        make_plan(weight_decay=d, optimizer=SGD(momentum=0.0), learning_rate=RATE) for d in decays
    ]
    training = Training(plans)
    before = training.population.tensors()["network.output.weight"].clone()
    begin_one_step(training.steps.updates, n_members=2)
    training.steps.updates.apply(0, torch.zeros_like(training.population.parameters), None)
    after = training.population.tensors()["network.output.weight"]
    for k, (_, strength) in enumerate(decays):
        torch.testing.assert_close(after[k], (1 - RATE * strength) * before[k])
