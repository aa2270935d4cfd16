"""Schedulers of torch through skorch's LRScheduler, compared with a plain loop and our schedules."""

from functools import partial

import numpy as np
import pytest
import torch
from skorch.callbacks import LRScheduler
from torch.optim import lr_scheduler

from sklearn_deep import MLPClassifier
from sklearn_deep.optimizers import SGD
from sklearn_deep.schedules import Exponential, StepDecay
from tests._support.torch_loop import Tape, trained_by_hand, weights

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(44, 3)), np.arange(44) % 3
VALIDATION = {"X_val": rng.normal(size=(12, 3)), "y_val": np.arange(12) % 3}
RATE = 0.05
PARAMS = {
    "max_epochs": 5,
    "batch_size": 16,
    "learning_rate": RATE,
    "early_stopping": None,
    "dtype": "float64",
    "random_state": 0,
}
POLICIES = {
    "StepLR": ({"step_size": 2, "gamma": 0.3}, "epoch"),
    "ExponentialLR": ({"gamma": 0.9}, "batch"),
    "CosineAnnealingLR": ({"T_max": 5}, "epoch"),
    "CosineAnnealingWarmRestarts": ({"T_0": 4}, "batch"),
    "CyclicLR": (
        {"base_lr": 0.01, "max_lr": 0.2, "step_size_up": 4, "cycle_momentum": False},
        "batch",
    ),
    "OneCycleLR": ({"max_lr": 0.2, "total_steps": 16, "cycle_momentum": False}, "batch"),
    "MultiStepLR": ({"milestones": [1, 4]}, "batch"),
}


def fitted(*callbacks, **params):
    mlp = MLPClassifier((5,), net_callbacks=list(callbacks), **PARAMS | params)
    return mlp.fit(X, Y, **VALIDATION)


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    ("optimizer", "oracle", "options"),
    [
        ("adam", torch.optim.Adam, {}),
        (SGD(momentum=0.9), torch.optim.SGD, {"momentum": 0.9}),
        (torch.optim.Adagrad, torch.optim.Adagrad, {}),
    ],
    ids=["adam", "sgd", "a class of torch"],
)
def test_the_weights_are_those_of_a_plain_loop(policy, optimizer, oracle, options):
    kind, (numbers, every) = getattr(lr_scheduler, policy), POLICIES[policy]
    tape = Tape()
    scheduler = LRScheduler(kind, step_every=every, event_name="rate", **numbers)
    mlp = fitted(tape, scheduler, optimizer=optimizer)
    schedule = (partial(kind, **numbers), every)
    expected = trained_by_hand(tape, oracle, lr=RATE, schedule=schedule, **options)
    torch.testing.assert_close(weights(mlp.module_), expected, rtol=1e-9, atol=1e-9)
    unchanged = trained_by_hand(tape_of(optimizer), oracle, lr=RATE, **options)
    assert not torch.allclose(weights(mlp.module_), unchanged, rtol=1e-3)


def tape_of(optimizer):
    tape = Tape()
    fitted(tape, optimizer=optimizer)
    return tape


@pytest.mark.parametrize(
    ("policy", "numbers", "schedule"),
    [
        ("StepLR", {"step_size": 2, "gamma": 0.3}, StepDecay(step_size=2, gamma=0.3)),
        ("ExponentialLR", {"gamma": 0.7}, Exponential(gamma=0.7)),
    ],
)
def test_a_policy_that_is_a_schedule_too_gives_the_same_fit(policy, numbers, schedule):
    theirs = fitted(LRScheduler(policy, **numbers))
    ours = fitted(schedule=schedule)
    np.testing.assert_allclose(theirs.history_["learning_rate"], ours.history_["learning_rate"])
    torch.testing.assert_close(
        weights(theirs.module_), weights(ours.module_), rtol=1e-9, atol=1e-12
    )


def test_a_schedule_and_a_scheduler_multiply():
    both = fitted(
        LRScheduler("ExponentialLR", gamma=0.5), schedule=StepDecay(step_size=1, gamma=0.1)
    )
    expected = RATE * 0.05 ** np.arange(5)
    np.testing.assert_allclose(both.history_["learning_rate"], expected)


@pytest.mark.parametrize("monitor", ["valid_loss", "train_loss"])
def test_a_plateau_scheduler_reads_the_losses(monitor):
    numbers = {"factor": 0.5, "patience": 0, "threshold": 0.2}
    mlp = fitted(LRScheduler("ReduceLROnPlateau", monitor=monitor, **numbers), max_epochs=8)
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=RATE)
    oracle = lr_scheduler.ReduceLROnPlateau(optimizer, **numbers)
    expected = []
    for value in mlp.history_["val_loss" if monitor == "valid_loss" else "loss"]:
        expected.append(optimizer.param_groups[0]["lr"])
        oracle.step(value)
    np.testing.assert_allclose(mlp.history_["learning_rate"], expected)
    assert len(set(expected)) > 2


def test_the_learning_rates_are_recorded():
    mlp = fitted(LRScheduler("StepLR", step_size=1, gamma=0.5, event_name="rate"))
    np.testing.assert_allclose(mlp.net_.history[:, "rate"], RATE * 0.5 ** np.arange(5))
    np.testing.assert_allclose(mlp.history_["learning_rate"], RATE * 0.5 ** np.arange(5))


def test_a_learning_rate_can_be_set_by_hand():
    class Halve(Tape):
        def on_epoch_end(self, net, **kwargs):
            net.set_params(lr=RATE * 0.5 ** len(net.history))

    mlp = fitted(Halve())
    np.testing.assert_allclose(mlp.history_["learning_rate"], RATE * 0.5 ** np.arange(5))


def test_a_scheduler_that_moves_momentum_is_refused():
    kind = lr_scheduler.OneCycleLR
    cycle = LRScheduler(kind, max_lr=0.2, total_steps=16, step_every="batch")
    with pytest.raises(
        ValueError, match=r"'betas'.*only change its learning rate.*cycle_momentum=False"
    ):
        fitted(cycle)
