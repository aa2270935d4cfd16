"""Members with different numbers are updated bit-identically to single fits."""

import numpy as np
import pytest
import torch

from sklearn_deep.optimizers import SGD, Adam, AdamW, NAdam, RMSprop
from sklearn_deep.training._updates.updates import PopulationUpdates
from tests._support.for_all import for_all

MEMBERS = {
    "sgd": [
        (SGD(momentum=0.0), 0.01, 0.0),
        (SGD(momentum=0.9), 0.02, 0.1),
        (SGD(momentum=0.5), 0.05, 0.01),
    ],
    "nesterov": [(SGD(momentum=m, nesterov=True), 0.02, d) for m, d in ((0.0, 0.1), (0.9, 0.0))],
    "adam": [
        (Adam(), 0.01, 0.0),
        (Adam(beta_1=0.3, beta_2=0.9, epsilon=1e-3), 0.05, 0.1),
        (Adam(beta_1=0.0, beta_2=0.99, epsilon=1e-4), 1e-3, 0.01),
    ],
    "adamw": [(AdamW(), 0.01, 0.0), (AdamW(beta_1=0.6, beta_2=0.95, epsilon=1e-4), 0.05, 0.3)],
    "rmsprop": [
        (RMSprop(), 0.01, 0.0),
        (RMSprop(rho=0.9, momentum=0.5, epsilon=1e-3), 0.02, 0.1),
        (RMSprop(rho=0.0, momentum=0.9), 1e-3, 0.01),
    ],
    "nadam": [
        (NAdam(), 0.01, 0.0),
        (NAdam(beta_1=0.999, beta_2=0.9, epsilon=1e-3, momentum_decay=0.1), 0.05, 0.1),
        (NAdam(beta_1=0.0, beta_2=0.99), 1e-3, 0.01),
    ],
}


@pytest.fixture
def kind_of_updates():
    """Members have nothing in common with another one."""
    return PopulationUpdates


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", MEMBERS)
def test_members_together_move_as_each_alone(name, dtype, follow):
    together = follow(MEMBERS[name], dtype)
    for k, member in enumerate(MEMBERS[name]):
        assert torch.equal(together[:, k], follow([member], dtype)[:, 0])


@pytest.mark.parametrize("name", MEMBERS)
def test_their_numbers_make_a_difference(name, follow):
    ends = follow(MEMBERS[name])[-1]
    assert (ends[0] - ends[1]).abs().max() > 1e-3


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_that_makes_no_step_is_as_it_was(name, start, gradient, make_updates):
    def run(active):
        updates = make_updates(members, start.repeat(len(members), 1))
        rates = np.tile([rate for _, rate, _ in members], (len(active), 1))
        updates.begin(np.array(active), rates)
        for step in range(len(active)):
            updates.apply(step, torch.stack([gradient(row, 0) for row in updates.parameters]), None)
        return updates

    members = MEMBERS[name][:2]
    pauses = run([[True, True], [False, True], [True, True]])
    straight = run([[True, True], [True, True]])
    assert torch.equal(pauses.parameters[0], straight.parameters[0])
    assert pauses.n_steps.flatten().tolist() == [2, 3]


BETAS = torch.cat([torch.linspace(0.5, 0.9999, 19), torch.zeros(1)]).double().unsqueeze(-1)
POWERS = {
    "adam": lambda betas: Adam(beta_1=betas, beta_2=betas),
    "nadam": lambda betas: NAdam(
        beta_1=betas, beta_2=betas, epsilon=1e-8, momentum_decay=10 * betas
    ),
}


@for_all("first", [1, 400])
@for_all("n_steps", [1, 7, 100])
@for_all("rule", POWERS.values())
def test_coefficients_do_not_depend_on_company(rule, n_steps, first):
    step = torch.arange(first, first + n_steps, dtype=torch.float64).view(-1, 1, 1)
    step = step + torch.arange(20).view(1, -1, 1)  # another step number for each member
    rate = torch.full_like(step, 0.01)
    together = rule(BETAS).coefficients(step, rate)
    for k in range(20):
        alone = rule(BETAS[k]).coefficients(step[:, [k]], rate[:, [k]])
        assert all(torch.equal(a[:, [k]], b) for a, b in zip(together, alone, strict=True))


@pytest.mark.parametrize("rule", POWERS.values(), ids=POWERS)
def test_coefficients_do_not_depend_on_where_an_epoch_begins(rule):
    step = torch.arange(1, 3001, dtype=torch.float64).view(-1, 1, 1).expand(-1, 20, 1)
    rate = torch.full_like(step, 0.01)
    whole = rule(BETAS).coefficients(step, rate)
    for part in (slice(0, 1), slice(1, 8), slice(300, 500), slice(2990, 3000)):
        pieces = rule(BETAS).coefficients(step[part], rate[part])
        assert all(torch.equal(a[part], b) for a, b in zip(whole, pieces, strict=True))
