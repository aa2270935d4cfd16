"""Members with different numbers move as each alone, to the bit."""

import pytest
import torch

from sklearn_deep.optimizers import SGD, Adam, AdamW

MEMBERS = {
    "sgd": [(SGD(0.0), 0.01, 0.0), (SGD(0.9), 0.02, 0.1), (SGD(0.5), 0.05, 0.01)],
    "nesterov": [(SGD(m, nesterov=True), 0.02, d) for m, d in ((0.0, 0.1), (0.9, 0.0))],
    "adam": [
        (Adam(), 0.01, 0.0),
        (Adam(0.3, 0.9, 1e-3), 0.05, 0.1),
        (Adam(0.0, 0.99, 1e-4), 1e-3, 0.01),
    ],
    "adamw": [(AdamW(), 0.01, 0.0), (AdamW(0.6, 0.95, 1e-4), 0.05, 0.3)],
}


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
def test_a_member_that_makes_no_step_is_as_it_was(
    name, make_plan, start, gradient, kind_of_updates
):
    def run(active):
        plans = [make_plan(optimizer=rule, learning_rate=rate) for rule, rate, _ in members]
        updates = kind_of_updates(plans, start.repeat(len(members), 1), None)
        updates.begin_epoch(active)
        for step in range(len(active)):
            updates.apply(step, torch.stack([gradient(row, 0) for row in updates.parameters]))
        return updates

    members = MEMBERS[name][:2]
    pauses = run(torch.tensor([[True, True], [False, True], [True, True]]))
    straight = run(torch.tensor([[True, True], [True, True]]))
    assert torch.equal(pauses.parameters[0], straight.parameters[0])
    assert pauses.n_steps.flatten().tolist() == [2, 3]


@pytest.mark.parametrize("n_steps", [1, 7, 100])
def test_the_coefficients_of_adam_do_not_depend_on_company(n_steps):
    betas = torch.linspace(0.5, 0.9999, 20, dtype=torch.float64).unsqueeze(-1)
    step = torch.arange(1, n_steps + 1, dtype=torch.float64).view(-1, 1, 1).expand(-1, 20, 1)
    rate = torch.full_like(step, 0.01)
    together = Adam(betas, betas).coefficients(step, rate)
    for k in range(20):
        alone = Adam(betas[k], betas[k]).coefficients(step[:, [k]], rate[:, [k]])
        assert all(torch.equal(a[:, [k]], b) for a, b in zip(together, alone, strict=True))
