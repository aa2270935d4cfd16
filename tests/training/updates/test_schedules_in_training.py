"""Schedules of members in training: the comparison, and torch's schedulers with torch's optimizers."""

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from sklearn_deep.optimizers import SGD, Adam, RMSprop
from sklearn_deep.schedules import (
    CallableSchedule,
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    Plateau,
    StepDecay,
    WarmUp,
)
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import train
from tests._support.plans import make_data, make_members, make_plan, obey

SCHEDULES = [
    Constant(),
    StepDecay(step_size=2, gamma=0.3),
    Exponential(gamma=0.7),
    Cosine(final_factor=0.1),
    OneCycle(pct_start=0.4),
    WarmUp(epochs=2, start=0.1, then=Cosine()),
    CallableSchedule(lambda epoch: 1 / (1 + epoch)),
    Plateau(monitor="loss", factor=0.5, patience=1, min_delta=0.2),
    Plateau(monitor="val_accuracy", factor=0.3, patience=1, cooldown=1),
    WarmUp(epochs=1, start=0.5, then=Plateau(monitor="val_loss", factor=0.2, patience=2)),
]


@pytest.mark.slow
@pytest.mark.parametrize("rule", [Adam(), SGD(), RMSprop()], ids=["adam", "sgd", "rmsprop"])
def test_members_of_other_schedules_train_as_each_alone(rule, structure):
    data = make_data(120, n_features=37)
    settings = {"optimizer": rule, "max_epochs": 6, "learning_rate": 0.01}
    obey(make_members(data, [{"schedule": s} for s in SCHEDULES], **settings | structure))


def test_plateaus_of_one_population_react_at_epochs_of_their_own():
    each = [
        {"schedule": Plateau(monitor="val_loss", factor=0.1, patience=1), "seed": k}
        for k in range(8)
    ]
    plans = make_members(make_data(120), each, learning_rate=0.03, max_epochs=12)
    reactions = [(np.diff(r.history["learning_rate"]) < 0).argmax() for r in obey(plans)]
    assert len(set(reactions)) >= 3


def test_members_that_stop_leave_the_schedules_of_the_others_alone():
    rule = EarlyStopping("val_loss", patience=1, restore_best_weights=True)
    each = [{"schedule": s, "stopping": rule} for s in SCHEDULES]
    plans = make_members(make_data(120), each, learning_rate=0.02, max_epochs=15)
    assert len({len(result.history["loss"]) for result in obey(plans)}) >= 3


EACH_EPOCH = {
    "step": (StepDecay(step_size=7, gamma=0.3), lambda o: lr_scheduler.StepLR(o, 7, 0.3)),
    "exponential": (Exponential(gamma=0.9), lambda o: lr_scheduler.ExponentialLR(o, 0.9)),
    "cosine": (
        Cosine(final_factor=0.1),
        lambda o: lr_scheduler.CosineAnnealingLR(o, 30, eta_min=0.001),
    ),
    "rise": (WarmUp(epochs=5, start=0.2), lambda o: lr_scheduler.LinearLR(o, 0.2, total_iters=5)),
    "callable": (
        CallableSchedule(lambda epoch: 1 / (1 + epoch)),
        lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    ),
    "plateau": (
        Plateau(monitor="loss", factor=0.3, patience=2, min_delta=0.1),
        lambda o: lr_scheduler.ReduceLROnPlateau(
            o, factor=0.3, patience=1, threshold=0.1, threshold_mode="abs"
        ),
    ),
}


@pytest.mark.usefixtures("_one_thread")
@pytest.mark.parametrize(("schedule", "make_theirs"), EACH_EPOCH.values(), ids=EACH_EPOCH)
def test_full_batch_training_is_that_of_torch_with_its_scheduler(schedule, make_theirs):
    data = make_data(n=32, dtype=torch.float64)
    settings = {"hidden": (12,), "activation": torch.tanh, "learning_rate": 0.01}
    plan = make_plan(data, schedule=schedule, max_epochs=30, **settings)
    network = plan.build({})
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    scheduler, rates = make_theirs(optimizer), []
    for _ in range(30):
        optimizer.zero_grad()
        rows = plan.loss.rows(network(data.x), data.y)
        loss = (data.weight * rows).sum() / data.weight.sum()
        loss.backward()
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*[loss.item()] * isinstance(scheduler, lr_scheduler.ReduceLROnPlateau))
    result = train([plan])[0]
    assert len(set(rates)) > 1
    np.testing.assert_allclose(result.history["learning_rate"], rates, rtol=1e-12)
    for mine, theirs in zip(result.network.parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(mine.detach(), theirs.detach(), rtol=1e-7, atol=1e-9)


def test_schedules_that_move_inside_an_epoch_do_so_at_every_step():
    data = make_data(n=40, dtype=torch.float64)
    schedule = WarmUp(epochs=2, start=0.2, then=Cosine())
    settings = {"optimizer": SGD(momentum=0.0), "learning_rate": 1.0, "batch_size": 10}
    rows = {"x": data.x[:1].expand(40, -1), "y": data.y[:1].expand(40, -1)}
    same_rows = data._replace(**rows, weight=torch.ones(40, dtype=torch.float64))
    plan = make_plan(same_rows, hidden=(), schedule=schedule, max_epochs=3, **settings)
    network = plan.build({})
    for rate in schedule.factors(np.arange(12) / 4, 3):
        slopes = torch.autograd.grad(
            plan.loss.rows(network(data.x[:1]), data.y[:1]).mean(), list(network.parameters())
        )
        with torch.no_grad():
            for parameter, slope in zip(network.parameters(), slopes, strict=True):
                parameter.sub_(rate * slope)
    for mine, theirs in zip(
        train([plan])[0].network.parameters(), network.parameters(), strict=True
    ):
        torch.testing.assert_close(mine.detach(), theirs.detach(), rtol=1e-9, atol=1e-12)
