"""Gradients are clipped as torch clips them, with one norm per network."""

from math import inf

import pytest
import torch

from sklearn_deep.optimizers import SGD, Adam, AdamW, NAdam, RMSprop, TorchOptimizer
from sklearn_deep.penalties import L1
from sklearn_deep.training import train
from tests._support.plans import make_data, make_members, make_plan, obey, same

RULES = {"sgd": SGD, "adam": Adam, "adamw": AdamW, "rmsprop": RMSprop, "nadam": NAdam}
NORMS = [0.05, inf, 0.5, 2.0]


@pytest.mark.parametrize("kind", RULES.values(), ids=RULES)
def test_members_of_other_norms_train_as_each_alone(kind, structure):
    data, n = make_data(120, n_features=37), len(structure["hidden"]) + 1
    each = [
        {"optimizer": kind(clip_norm=c), "weight_decay": (0.1 * (k % 3),) * n}
        for k, c in enumerate(NORMS)
    ]
    obey(make_members(data, each, **structure))


# Adam's kernel for one row and its rule for many differ if squares overflow.
@pytest.mark.parametrize("kind", [SGD, RMSprop, NAdam])
def test_a_member_without_a_norm_is_left_alone_where_its_own_overflows(kind):
    data = make_data(120, dtype=torch.float64)
    data = data._replace(x=1e160 * data.x)
    each = [{"optimizer": kind(clip_norm=c)} for c in (inf, 0.5, inf)]
    obey(make_members(data, each, hidden=(), batch_size=100, learning_rate=1e-30))


TORCH = {
    "sgd": (SGD(), lambda p: torch.optim.SGD(p, 0.01, momentum=0.9)),
    "adam": (Adam(), lambda p: torch.optim.Adam(p, 0.01)),
    "adamw": (AdamW(), lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.02)),
    "rmsprop": (RMSprop(), lambda p: torch.optim.RMSprop(p, 0.01)),
    "nadam": (NAdam(), lambda p: torch.optim.NAdam(p, 0.01)),
    "adagrad": (TorchOptimizer(torch.optim.Adagrad), lambda p: torch.optim.Adagrad(p, 0.01)),
}


@pytest.mark.usefixtures("_one_thread")
@pytest.mark.parametrize(("rule", "make_theirs"), TORCH.values(), ids=TORCH)
def test_it_is_torch_s_clipping_of_the_gradient_of_j(rule, make_theirs):
    data = make_data(n=32, dtype=torch.float64)
    plan = make_plan(
        data,
        hidden=(12,),
        activation=torch.tanh,
        optimizer=rule.__class__(**rule.get_params(deep=False) | {"clip_norm": 0.6}),
        learning_rate=0.01,
        weight_decay=(0.02, 0.02),
        penalties=(L1(l1=0.01), None),
        max_epochs=60,
    )
    network, norms = plan.build({}), []
    matrices = [p for p in network.parameters() if p.ndim == 2]
    biases = [p for p in network.parameters() if p.ndim == 1]
    decoupled = isinstance(rule, AdamW)
    groups = [{"params": matrices}, {"params": biases, "weight_decay": 0.0}]
    optimizer = make_theirs(groups)
    for _ in range(60):
        optimizer.zero_grad()
        rows = plan.loss.rows(network(data.x), data.y)
        objective = (data.weight * rows).sum() / data.weight.sum()
        objective = objective + 0.01 * matrices[0].abs().sum()
        if not decoupled:
            objective = objective + 0.01 * sum(w.square().sum() for w in matrices)
        objective.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(network.parameters(), 0.6).item())
        optimizer.step()
    assert min(norms) < 0.6 < max(norms)
    for mine, theirs in zip(
        train([plan])[0].network.parameters(), network.parameters(), strict=True
    ):
        torch.testing.assert_close(mine.detach(), theirs.detach(), rtol=1e-7, atol=1e-9)


def test_a_norm_out_of_reach_changes_nothing():
    data = make_data(60)
    free, far = (train([make_plan(data, optimizer=Adam(clip_norm=c))])[0] for c in (inf, 1e6))
    assert same(free, far)
