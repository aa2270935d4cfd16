"""Penalties of members in training: the comparison, J written out, and limits that hold."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from sklearn_deep.losses import AbsoluteError
from sklearn_deep.optimizers import SGD
from sklearn_deep.penalties import L1, L1L2, L2, CallablePenalty, MaxNorm, Orthogonality
from sklearn_deep.training import train
from sklearn_deep.training._loop.training import Training
from sklearn_deep.training._members.population import Population
from tests._support.plans import make_data, make_members, make_numbers, make_plan, obey


def per_layer(*penalties):
    """Return penalties that differ from layer to layer, some layers without."""
    return lambda n: ([*penalties, None] * n)[:n]


EACH = {
    "l1": [per_layer(L1(l1=s)) for s in (0.0, 1e-3, 0.1)],
    "l2": [per_layer(L2(l2=s)) for s in (0.3, 1e-3, 0.0)],
    "l1l2": [per_layer(L1L2(l1=s, l2=1 / (1 + s))) for s in (0.1, 1e-3, 0.01)],
    "max_norm": [per_layer(MaxNorm(max_norm=c)) for c in (0.5, 1.0, float("inf"))],
    "orthogonality": [per_layer(Orthogonality(strength=s)) for s in (0.01, 0.1, 0.3)],
    "another in each layer": [
        per_layer(Orthogonality(strength=s), MaxNorm(max_norm=s + 0.3), L1(l1=s))
        for s in (0.01, 0.1, 0.3)
    ],
    "the input's free": [
        lambda n, s=s: [None, L1L2(l1=s, l2=s), MaxNorm(max_norm=1)][:n] for s in (0.1, 0.2)
    ],
}


def members(name, structure):
    n = len(structure["hidden"]) + 1
    return [
        {"penalties": tuple(make(n)), "weight_decay": (0.01 * k,) * n}
        for k, make in enumerate(EACH[name])
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", EACH)
def test_members_with_penalties_train_as_each_alone(name, structure):
    data = make_data(120, n_features=37)
    obey(make_members(data, members(name, structure), **structure))


PENALTIES = {
    "l1": (L1(l1=0.2), lambda w: 0.2 * w.abs().sum()),
    "l2": (L2(l2=0.3), lambda w: 0.15 * (w * w).sum()),
    "l1l2": (L1L2(l1=0.2, l2=0.3), lambda w: 0.2 * w.abs().sum() + 0.15 * (w * w).sum()),
    "orthogonality": (
        Orthogonality(strength=0.3),
        lambda w: 0.15 * torch.linalg.matrix_norm(w @ w.T - torch.eye(len(w))) ** 2,
    ),
    "callable": (CallablePenalty(lambda w: w.cosh().mean()), lambda w: w.cosh().mean()),
}


@pytest.mark.parametrize(("penalty", "formula"), PENALTIES.values(), ids=PENALTIES)
def test_one_full_batch_step_is_that_of_the_objective_written_out(penalty, formula):
    data = make_data(n=32, dtype=torch.float64)
    plan = make_plan(
        data,
        hidden=(20, 12),
        penalties=(penalty, None, penalty),
        weight_decay=(0.1, 0.2, 0.0),
        optimizer=SGD(momentum=0.0),
        learning_rate=0.05,
        max_epochs=1,
    )
    network = plan.build({})
    first, second, last = (p for p in network.parameters() if p.ndim == 2)
    loss = (data.weight * plan.loss.rows(network(data.x), data.y)).sum() / data.weight.sum()
    decay = 0.05 * first.square().sum() + 0.1 * second.square().sum()
    objective = loss + decay + formula(first) + formula(last)
    gradients = torch.autograd.grad(objective, list(network.parameters()))
    result = train([plan])[0]
    assert result.history["loss"][0] == pytest.approx(objective.item(), rel=1e-12)
    before = [p.detach() for p in network.parameters()]
    for new, old, slope in zip(result.network.parameters(), before, gradients, strict=True):
        torch.testing.assert_close(new.detach(), old - 0.05 * slope)


def test_every_epoch_s_loss_holds_penalties_and_weight_decay():
    data = make_data(n=32, dtype=torch.float64)
    settings = {"penalties": (L1(l1=0.2), None, L2(l2=0.3)), "weight_decay": (0.0, 0.1, 0.0)}
    epochs = [train([make_plan(data, max_epochs=n, **settings)])[0] for n in (1, 2, 3)]
    for before, after in pairwise(epochs):
        w = [p.detach() for p in before.network.parameters() if p.ndim == 2]
        rows = make_plan(data).loss.rows(before.network(data.x), data.y).detach()
        mean = (data.weight * rows).sum() / data.weight.sum()
        penalty = 0.2 * w[0].abs().sum() + 0.05 * (w[1] ** 2).sum() + 0.15 * (w[2] ** 2).sum()
        assert after.history["loss"][-1] == pytest.approx((mean + penalty).item(), rel=1e-9)


def norms_of(training):
    """Return the largest norm of a unit's incoming weights in each matrix of the first member."""
    views = training.population.tensors().items()
    return [v[0].norm(dim=1).max().item() for name, v in views if name.endswith("linear.weight")]


def test_a_ceiling_holds_after_every_step_and_not_before_the_first(monkeypatch):
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "0")  # because compiled code shows no single step
    plan = make_plan(
        make_data(100),
        hidden=(20, 12),
        penalties=(MaxNorm(max_norm=0.5), None, MaxNorm(max_norm=0.5)),
        learning_rate=0.1,
        max_epochs=2,
    )
    training, seen = Training([plan]), []
    step = training.steps._move

    def watched(*arguments):
        record = step(*arguments)
        seen.append(norms_of(training))
        return record

    monkeypatch.setattr(training.steps, "_move", watched)
    first = norms_of(training)
    assert min(first) > 0.5
    assert torch.equal(training.population.parameters[0], Training([plan]).population.parameters[0])
    while training.running:
        training.run_epoch()
    assert len(seen) == 8
    assert all(ceiling <= 0.5 + 1e-6 for ceiling, _ in seen)
    assert max(free for _, free in seen) > 0.5


def test_a_ceiling_is_the_projection_of_a_plain_step():
    data = make_data(n=32, dtype=torch.float64)
    settings = {
        "optimizer": SGD(momentum=0.0),
        "learning_rate": 0.1,
        "max_epochs": 1,
        "hidden": (12,),
    }
    free = train([make_plan(data, **settings)])[0].network
    kept = train([make_plan(data, penalties=(MaxNorm(max_norm=0.5), None), **settings)])[0].network
    for mine, theirs in zip(kept.parameters(), free.parameters(), strict=True):
        expected = theirs.detach()
        if expected.shape == (12, 64):
            expected = expected * (0.5 / expected.norm(dim=1, keepdim=True)).clamp(max=1)
        torch.testing.assert_close(mine.detach(), expected)


def test_weight_decay_of_others_is_nothing_to_a_member_whose_weights_overflow():
    data = make_numbers(64, n_features=8)
    # Targets that cannot be reached: weights grow until they overflow, and no gradient is NaN.
    data = data._replace(x=torch.full_like(data.x, 0.05), y=torch.full_like(data.y, 3.3e38))
    settings = {"loss": AbsoluteError(), "metric": "r2", "optimizer": SGD()}
    plans = [
        make_plan(
            data,
            hidden=(),
            batch_size=8,
            weight_decay=(decay,),
            learning_rate=rate,
            **settings,
        )
        for decay, rate in ((0.1, 1e-3), (0.0, 1e38), (0.0, 1e-3))
    ]
    together = train(plans)
    assert together[1].history["loss"][-1] == float("inf")
    for result, plan in zip(together, plans, strict=True):
        alone = train([plan])[0].history["loss"]
        np.testing.assert_allclose(result.history["loss"], alone, rtol=1e-5)


def test_ceilings_on_all_members_at_once_are_those_on_each():
    plans = make_members(make_data(120), members("max_norm", {"hidden": (7,)}), hidden=(7,))
    before, together, each = Population(plans), Population(plans), [Population([p]) for p in plans]
    active = torch.tensor([True, False, True])
    together.project(active)
    for k, alone in enumerate(each):
        alone.project(active[k : k + 1])
        torch.testing.assert_close(together.parameters[k], alone.parameters[0])
    assert not torch.equal(together.parameters[0], before.parameters[0])
    assert torch.equal(together.parameters[1], before.parameters[1])
