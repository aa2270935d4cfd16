"""Plans to train in tests, and the comparison of members trained together and alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sklearn_deep._process import isolated
from sklearn_deep.initializers import CallableInitializer, VarianceScaling
from sklearn_deep.losses import CrossEntropy
from sklearn_deep.networks import MLPArchitecture
from sklearn_deep.optimizers import Adam
from sklearn_deep.schedules import Constant
from sklearn_deep.training import Data, Plan, Training, train

STRUCTURES = {
    "37-50, batches of 13": {"hidden": (37, 50), "batch_size": 13, "normalization": "batch"},
    "41, batches of 50": {"hidden": (41,), "batch_size": 50, "activation": torch.tanh},
}
FOLDS = [
    70,
    91,
    64,
    52,
]  # samples of members, with different numbers of batches and sizes of the last one


@pytest.fixture
def _one_thread():
    """Use one thread, so that code written out by hand rounds as training does, and is fast."""
    with isolated(0):
        yield


def make_data(n=300, *, seed=0, dtype=torch.float32, n_features=64):
    """Return samples of a learnable problem with 10 classes."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, n_features, generator=generator, dtype=dtype)
    teacher = torch.randn(n_features, 10, generator=generator, dtype=dtype)
    y = torch.nn.functional.one_hot((x @ teacher).argmax(1), 10).to(dtype)
    weight = 0.1 + torch.rand(n, generator=generator, dtype=dtype)
    weight /= weight.mean()  # as fit does
    return Data(x, y, weight, torch.ones_like(weight))


def make_numbers(n=91, *, seed=0, dtype=torch.float32, n_features=9, n_outputs=1):
    """Return samples of a learnable problem of counts."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, n_features, generator=generator, dtype=dtype)
    teacher = torch.randn(n_features, n_outputs, generator=generator, dtype=dtype)
    y = torch.poisson((x @ teacher / 3).exp(), generator=generator)
    weight = 0.1 + torch.rand(n, generator=generator, dtype=dtype)
    weight /= weight.mean()  # as fit does
    return Data(x, y, weight, weight)


def make_plan(data, *, hidden=(64, 64), activation=torch.relu, normalization=None, **changes):
    """Return a plan; ``hidden``, ``activation`` and so on are structure."""
    sizes = (data.x.shape[1], *hidden, data.y.shape[1])
    settings = {
        "architecture": MLPArchitecture(sizes, activation, normalization, data.y.dtype),
        "initializers": (VarianceScaling(scale=2.0),) * (len(hidden) + 1),
        "noise": {},
        "loss": CrossEntropy(),
        "weight_decay": (0.0,) * (len(hidden) + 1),
        "penalties": (None,) * (len(hidden) + 1),
        "augmentation": None,
        "optimizer": Adam(),
        "learning_rate": 1e-3,
        "schedule": Constant(),
        "stopping": None,
        "metric": "accuracy",
        "data": data,
        "validation": None,
        "batch_size": 32,
        "max_epochs": 6,
        "seed": 0,
    }
    return Plan(**settings | changes)


@pytest.fixture(params=STRUCTURES.values(), ids=STRUCTURES)
def structure(request):
    """Return a description of the networks and batches of a population."""
    return request.param


def part(data, rows):
    """Return some samples of data."""
    return Data(*(column[rows] for column in data))


def make_members(data, each, **structure):
    """Return one plan per settings, each with its own samples, seed and learning rate."""
    plans = []
    for k, settings in enumerate(each):
        n = FOLDS[k % len(FOLDS)]
        own = {
            "data": part(data, slice(n)),
            "validation": part(data, slice(40 + k, None)),
            "seed": k % 3,
            "learning_rate": 3e-3 / (1 + k),
            "max_epochs": 3,
        }
        plans.append(make_plan(**own | structure | settings))
    return plans


def same(a, b):
    """Return whether results are bit-identical: weights, statistics and curves."""
    mine, theirs = a.network.state_dict(), b.network.state_dict()
    curves = a.history.keys() - {"seconds"}
    return (
        all(torch.equal(mine[name], theirs[name]) for name in mine)
        and a.history.keys() == b.history.keys()
        and all(np.array_equal(a.history[c], b.history[c], equal_nan=True) for c in curves)
        and (a.best_epoch, a.diverged) == (b.best_epoch, b.diverged)
    )


def in_float64(plan):
    """Return a plan with the same numbers, in the dtype of the comparison."""
    architecture = replace(plan.architecture, dtype=torch.float64)
    data, validation = (
        None if held is None else Data(*(column.to(torch.float64) for column in held))
        for held in (plan.data, plan.validation)
    )
    return replace(plan, architecture=architecture, data=data, validation=validation)


def obey(plans):
    """Check that members trained together equal single fits, except for rounding in float64."""
    plans = list(map(in_float64, plans))
    together = train(plans)
    for mine, theirs in zip(together, (train([plan])[0] for plan in plans), strict=True):
        curves = mine.history.keys() - {"seconds"}
        assert mine.history.keys() == theirs.history.keys()
        assert mine.diverged == theirs.diverged
        if theirs.diverged:  # because overflow magnifies rounding errors
            continue
        for name in curves:
            a, b = mine.history[name], theirs.history[name]
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9, err_msg=name)
        if mine.best_epoch != theirs.best_epoch:  # because rounding may change which one is best
            monitored = "val_loss" if "val_loss" in curves else "loss"
            a, b = (theirs.history[monitored][r.best_epoch] for r in (mine, theirs))
            assert a == pytest.approx(b, rel=1e-12)
        assert (mine.state.epoch, mine.state.n_steps) == (theirs.state.epoch, theirs.state.n_steps)
        weights = mine.network.state_dict(), theirs.network.state_dict()
        torch.testing.assert_close(*weights, rtol=1e-6, atol=1e-6)
    assert not any(same(together[0], other) for other in together[1:])
    return together


def largest_difference(results, others):
    """Return the largest difference of all losses, infinite if the numbers of epochs differ."""
    found = 0.0
    for one, other in zip(results, others, strict=True):
        for name in ("loss", "val_loss"):
            a, b = one.history[name], other.history[name]
            found = max(found, np.abs(a - b).max() if len(a) == len(b) else np.inf)
    return found


def disturbed(plan):
    """Return a plan whose initial weights differ slightly: an upper bound of the effect of rounding."""

    def of(initializer):
        return CallableInitializer(lambda *sizes: initializer.draw(*sizes) * (1 + 1e-6))

    return replace(plan, initializers=tuple(map(of, plan.initializers)))


def make_recorded_step(n_members=1, *, n=64, data=None, **settings):
    """Return the replay of a step, and a function that makes inputs of its batches."""
    data = make_data(n) if data is None else data
    training = Training([make_plan(data, **settings) for _ in range(n_members)])
    draws = training.steps.gradient_step.draws
    batches = list(training.epochs.epoch(0).batches())

    def inputs(number):
        return [*batches[number].inputs, *draws.blocks(0, number)]

    return training.steps.gradient_step.step, inputs
