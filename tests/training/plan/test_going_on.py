"""A training in two parts is bit-identical to a single training."""

import copy

import pytest
import torch

from sklearn_deep.augmentation import GaussianCopies
from sklearn_deep.noise import Dropout, GaussianNoise
from sklearn_deep.optimizers import LBFGS, SGD, Adam, AdamW, NAdam, RMSprop, TorchOptimizer
from sklearn_deep.penalties import L1, MaxNorm
from sklearn_deep.schedules import (
    CallableSchedule,
    Constant,
    Exponential,
    Plateau,
    StepDecay,
    WarmUp,
)
from sklearn_deep.training import Start, train
from tests._support.plans import make_data, make_members, make_plan, obey, same

RULES = {
    "sgd": SGD(),
    "nesterov": SGD(momentum=0.8, nesterov=True),
    "adam": Adam(clip_norm=0.5),
    "adamw": AdamW(),
    "rmsprop": RMSprop(momentum=0.5),
    "nadam": NAdam(),
}
SINGLE = {
    "lbfgs": LBFGS(),
    "adagrad": TorchOptimizer(torch.optim.Adagrad, options={"lr_decay": 0.1}),
    "rprop": TorchOptimizer(torch.optim.Rprop),
    "asgd": TorchOptimizer(torch.optim.ASGD),
    "adamax": TorchOptimizer(torch.optim.Adamax),
}
SCHEDULES = {
    "constant": Constant(),
    "step": StepDecay(step_size=2, gamma=0.3),
    "exponential": Exponential(gamma=0.7),
    "plateau": Plateau(monitor="loss", factor=0.5, patience=1, min_delta=0.2),
    "rise, then plateau": WarmUp(
        epochs=2,
        start=0.1,
        then=Plateau(monitor="val_loss", factor=0.5, patience=1, min_delta=0.5, cooldown=1),
    ),
    "callable": CallableSchedule(lambda epoch: 1 / (1 + epoch)),
}
SETTINGS = {
    "noise and batch norm": {
        "noise": {
            "input_noise.0": GaussianNoise(std=0.1),
            "weight_noise.0": GaussianNoise(std=0.02),
            "dropout.1": Dropout(rate=0.3),
        },
        "normalization": "batch",
    },
    "copies and penalties": {
        "augmentation": GaussianCopies(std=0.1, copies=2),
        "penalties": (MaxNorm(max_norm=0.8), L1(l1=0.01)),
        "weight_decay": (0.01, 0.1),
        "dtype": torch.float64,
    },
}


@pytest.fixture
def at_once_and_in_parts():
    """Return a function that checks that several short trainings equal a single long one."""

    def check(*epochs, dtype=torch.float32, **settings):
        settings = {"hidden": (20,), "batch_size": 13, "learning_rate": 0.01} | settings
        data = make_data(60, dtype=dtype, n_features=9)
        held_out = make_data(40, seed=1, dtype=dtype, n_features=9)
        plan = make_plan(data, validation=held_out, **settings)
        whole = train([make_plan(data, validation=held_out, max_epochs=sum(epochs), **settings)])[0]
        start, curves = None, []
        for n in epochs:
            plan = make_plan(data, validation=held_out, max_epochs=n, start=start, **settings)
            result = train([plan])[0]
            start = Start(copy.deepcopy(result.network.state_dict()), result.state)
            curves.append(result.history)
        joined = {name: torch.cat([torch.tensor(c[name]) for c in curves]) for name in curves[0]}
        result = result._replace(
            history={name: curve.numpy() for name, curve in joined.items()},
            best_epoch=whole.best_epoch,
        )
        assert same(whole, result)
        return whole, result

    return check


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("rule", [*RULES.values(), *SINGLE.values()], ids=[*RULES, *SINGLE])
def test_training_goes_on_as_if_it_had_never_ended(rule, name, at_once_and_in_parts):
    size = {"batch_size": 180} if rule.full_batch else {}
    at_once_and_in_parts(3, 1, 2, optimizer=rule, **SETTINGS[name], **size)


@pytest.mark.parametrize("rule", [RULES["nadam"], SINGLE["adagrad"]], ids=["nadam", "adagrad"])
@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_schedule_goes_on_where_it_was(schedule, rule, at_once_and_in_parts):
    whole, _ = at_once_and_in_parts(4, 1, 5, optimizer=rule, schedule=schedule)
    if not isinstance(schedule, Constant):
        assert len(set(whole.history["learning_rate"][4:])) > 1


def test_epochs_and_steps_are_counted_on(at_once_and_in_parts):
    whole, parts = at_once_and_in_parts(3, 2, batch_size=13)
    for state in (whole.state, parts.state):
        assert (state.epoch, state.n_steps) == (5, 5 * 5)


@pytest.mark.parametrize("rule", [Adam(), RMSprop()], ids=["adam", "rmsprop"])
def test_members_that_go_on_train_as_each_alone(rule, structure):
    data = make_data(120, n_features=37)
    each = [{"optimizer": rule, "schedule": s} for s in SCHEDULES.values()]
    results = train(make_members(data, each, **structure))
    starts = [
        Start(r.network.state_dict(), r.state._replace(schedule_epoch=k % 3))
        for k, r in enumerate(results)
    ]
    obey(
        make_members(
            data, [e | {"start": s} for e, s in zip(each, starts, strict=True)], **structure
        )
    )


@pytest.mark.parametrize("rule", [Adam(), RMSprop()], ids=["adam", "rmsprop"])
def test_members_of_other_step_counts_share_a_population(rule):
    data = make_data(120)
    each = [{"optimizer": rule, "seed": k, "batch_size": 8 * (1 + k)} for k in range(3)]
    first = [train([plan])[0] for plan in make_members(data, each)]
    assert len({r.state.n_steps for r in first}) == 3
    starts = [Start(r.network.state_dict(), r.state) for r in first]
    obey(make_members(data, [{"optimizer": rule, "start": s} for s in starts], batch_size=32))


def test_weights_alone_begin_everything_else_anew():
    data = make_data(60)
    first = train([make_plan(data, schedule=Exponential(gamma=0.5))])[0]
    weights = copy.deepcopy(first.network.state_dict())
    plan = make_plan(
        data, schedule=Exponential(gamma=0.5), start=Start(weights, None), max_epochs=2
    )
    again = train([plan])[0]
    assert (again.state.epoch, again.history["learning_rate"][0]) == (2, plan.learning_rate)


def test_what_goes_on_leaves_what_it_started_from_as_it_was():
    data = make_data(60)
    for rule in (Adam(), RMSprop(), TorchOptimizer(torch.optim.Adagrad)):
        settings = {"optimizer": rule, "schedule": Plateau(patience=1, min_delta=1.0)}
        first = train([make_plan(data, **settings)])[0]
        start = Start(copy.deepcopy(first.network.state_dict()), first.state)
        plans = [make_plan(data, start=start, **settings)] * 2
        assert same(*[train([plan])[0] for plan in plans])


@pytest.mark.parametrize("name", ["sgd", "adam", "rmsprop", "adagrad"])
def test_training_goes_on_from_the_weights_kept_of_a_divergence(name):
    rule = (RULES | SINGLE)[name]
    data = make_data(60)
    first = train([make_plan(data, optimizer=rule, learning_rate=1e38)])[0]
    assert first.diverged
    start = Start(copy.deepcopy(first.network.state_dict()), first.state)
    second = train([make_plan(data, optimizer=rule, learning_rate=1e-3, start=start)])[0]
    assert not second.diverged
    assert second.history["loss"][-1] < second.history["loss"][0]
