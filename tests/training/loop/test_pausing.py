"""A paused and resumed training is bit-identical to an uninterrupted one."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from sklearn_deep.augmentation import GaussianCopies
from sklearn_deep.noise import Dropout
from sklearn_deep.optimizers import LBFGS, SGD, Adam, NAdam, TorchOptimizer
from sklearn_deep.schedules import Constant, Cosine, Plateau, WarmUp
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import train
from tests._support.plans import make_data, make_plan, part, same

LAST = 8  # epochs
STRUCTURES = {
    "adam": {"optimizer": Adam(clip_norm=0.5), "weight_decay": (0.1, 0.0)},
    "momentum": {"optimizer": SGD(momentum=0.9), "normalization": "batch"},
    "nadam": {"optimizer": NAdam(), "augmentation": GaussianCopies(std=0.1)},
    "lbfgs": {"optimizer": LBFGS(), "batch_size": 90},
    "adagrad": {"optimizer": TorchOptimizer(torch.optim.Adagrad)},
}
SCHEDULES = [
    Constant(),
    Cosine(),
    Plateau(monitor="val_loss", factor=0.5, patience=1, min_delta=10.0),
    WarmUp(
        epochs=3,
        start=0.1,
        then=Plateau(monitor="loss", factor=0.5, patience=0, min_delta=10.0, cooldown=1),
    ),
]
STOPPING = [
    None,
    EarlyStopping("val_loss", patience=2, restore_best_weights=True),
    EarlyStopping("loss", min_delta=1e9, patience=4, restore_best_weights=True),
    EarlyStopping("val_loss", patience=LAST, restore_best_weights=True),
    EarlyStopping("val_loss", min_delta=1e9, patience=2),
]


@pytest.fixture
def make_unequal():
    """Return a function that makes plans that differ in everything that may differ in a population."""

    def make(n_members, **structure):
        data = make_data(90, n_features=9)
        plans = []
        for k in range(n_members):
            n = 54 + k % 4  # no last batch of one sample
            settings = {
                "hidden": (9,),
                "batch_size": 13,
                "max_epochs": LAST,
                "learning_rate": 1e30 if k == 5 else 0.1 / (1 + k),
                "noise": {"dropout.1": Dropout(rate=0.1 * (k % 3))} if k % 3 else {},
                "schedule": SCHEDULES[k % 4],
                "stopping": STOPPING[k % 5],
                "seed": k % 3,
                "validation": part(data, slice(n, None)),
            }
            plans.append(make_plan(part(data, slice(n)), **settings | structure))
        return plans

    return make


def paused_and_resumed(plan, *pauses):
    """Return the result of a plan that is paused after some epochs."""
    (result,) = train([plan], until=pauses[0])
    for until in (*pauses[1:], None):
        if result.paused is not None:
            (result,) = train([plan], until=until, paused=[result.paused])
    return result


@pytest.mark.slow
@pytest.mark.parametrize("name", STRUCTURES)
def test_survivors_of_pauses_are_what_they_are_without(name, make_unequal):
    plans = make_unequal(7, **STRUCTURES[name])
    expected = [train([plan])[0] for plan in plans]
    assert len({len(result.history["loss"]) for result in expected}) > 2
    for plan, theirs in zip(plans, expected, strict=True):
        mine = paused_and_resumed(plan, 2, 3, 6)
        assert same(mine, theirs)
        assert mine.paused is None
        assert mine.state.epoch == theirs.state.epoch
        assert mine.state.n_steps == theirs.state.n_steps
        assert repr(mine.state.optimizer_state) == repr(theirs.state.optimizer_state)


@pytest.mark.slow
@pytest.mark.parametrize("epochs", range(1, LAST))
@pytest.mark.parametrize("kind", ["adam", "momentum", "lbfgs"])
def test_a_result_at_a_pause_is_that_of_a_shorter_training(kind, epochs, make_unequal):
    settings = STRUCTURES[kind] | {"schedule": Constant()}
    plans = [replace(p, optimizer=settings["optimizer"]) for p in make_unequal(4, **settings)]
    for plan in plans:
        (result,) = train([plan], until=epochs)
        assert same(result, train([replace(plan, max_epochs=epochs)])[0])
        assert len(result.history["loss"]) <= epochs


def test_one_pause_is_gone_on_from_twice(make_unequal):
    plans = make_unequal(7)
    pauses = [result.paused for result in train(plans, until=2)]
    going = [k for k, paused in enumerate(pauses) if paused is not None]
    plans, pauses = [plans[k] for k in going], [pauses[k] for k in going]
    first, second = (train(plans, paused=pauses) for _ in range(2))
    assert [same(a, b) for a, b in zip(first, second, strict=True)] == [True] * len(going)


def test_who_has_stopped_or_diverged_is_not_paused(make_unequal):
    results, whole = train(make_unequal(10), until=4), train(make_unequal(10))
    lengths = [len(result.history["loss"]) for result in whole]
    assert lengths[4] == 3  # patience 2 after the first epoch
    assert lengths[5] == 1
    assert lengths.count(LAST) >= 4
    assert [result.paused is None for result in results] == [n <= 4 for n in lengths]
    assert [result.diverged for result in results] == [k == 5 for k in range(10)]


def test_a_pause_is_in_the_middle_of_the_curves(make_unequal):
    (plan,) = make_unequal(1)
    curves = [train([plan], until=n)[0].history["loss"].tolist() for n in range(1, LAST + 1)]
    assert all(after[: len(before)] == before for before, after in pairwise(curves))
    assert train([plan], until=LAST)[0].paused is None
    assert train([plan], until=10 * LAST)[0].paused is None


class Drawing(torch.nn.Module):
    """Draws from torch's global generator."""

    def forward(self, z):
        return z + 0.1 * torch.randn(())


def test_what_modules_draw_themselves_goes_on():
    plan = make_plan(make_data(40), hidden=(5,), activation=Drawing())
    (whole,) = train([plan])
    assert same(paused_and_resumed(plan, 2), whole)
