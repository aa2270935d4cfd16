"""Networks that are stacked, as on a GPU, equal single fits up to rounding."""

import random
from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from sklearn_deep.activations import ELU, LeakyReLU
from sklearn_deep.noise import Dropout, GaussianNoise
from sklearn_deep.optimizers import SGD, Adam, AdamW
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import train
from sklearn_deep.training._data.draws import Draws
from tests._support.plans import (
    disturbed,
    largest_difference,
    make_data,
    make_plan,
    obey,
    same,
)

NETWORKS = {
    "64-64": {"hidden": (64, 64), "batch_size": 32},
    "100": {"hidden": (100,), "batch_size": 64},
    "37-50, tanh, batch norm": {
        "hidden": (37, 50),
        "batch_size": 47,
        "activation": torch.tanh,
        "normalization": "batch",
    },
    "33, gelu, layer norm": {
        "hidden": (33,),
        "batch_size": 13,
        "activation": F.gelu,
        "normalization": "layer",
    },
}


def different_numbers(k, n_layers, chance):
    """Return settings of member ``k`` that may differ inside a population."""
    noise = {}
    if k % 3:
        noise["dropout.0"] = Dropout(rate=chance.uniform(0, 0.3))
        noise["dropout.1"] = Dropout(rate=chance.uniform(0, 0.6))
    if k % 2:
        noise["input_noise.0"] = GaussianNoise(std=chance.uniform(0, 0.2))
        noise["weight_noise.0"] = GaussianNoise(std=chance.uniform(0, 0.05))
        noise["hidden_noise.1"] = GaussianNoise(std=chance.uniform(0, 0.2))
    patience = chance.choice([0, 1, 2, 5])
    monitor = chance.choice(["val_loss", "val_accuracy", "loss"])
    return {
        "noise": noise,
        "learning_rate": 10 ** chance.uniform(-4, -2.5),
        "weight_decay": tuple(chance.choice([0.0, 1e-4, 1e-2]) for _ in range(n_layers)),
        "stopping": EarlyStopping(
            monitor, min_delta=0.0, patience=patience, restore_best_weights=k % 2 == 0
        ),
        "optimizer": Adam(beta_1=chance.uniform(0.5, 0.95), beta_2=chance.uniform(0.9, 0.9999)),
        "seed": k % 4,
    }


def make_members(n_members, network):
    chance = random.Random(30)
    data, n_layers = make_data(), len(network["hidden"]) + 1
    plans = []
    for k in range(n_members):
        n = chance.choice([200, 201, 230, 259])  # unequal folds, other numbers of batches
        numbers = different_numbers(k, n_layers, chance)
        fold = type(data)(*(column[:n] for column in data))
        held_out = type(data)(*(column[n:] for column in data))
        numbers |= {"data": fold, "validation": held_out}
        plans.append(make_plan(**network | numbers))
    return plans


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_in_float64_stacked_members_are_single_fits_but_for_rounding(name):
    obey(make_members(7, NETWORKS[name]))


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1e-4, 1e-2, 1e-1])
def test_in_float32_losses_differ_no_more_than_those_of_disturbed_weights(rate):
    plans = [replace(p, learning_rate=rate) for p in make_members(7, NETWORKS["64-64"])]
    alone = [train([plan])[0] for plan in plans]
    control = [train([disturbed(plan)])[0] for plan in plans]
    allowed = 2 * largest_difference(control, alone)
    assert 0 < largest_difference(train(plans), alone) <= allowed


def test_the_laws_cover_members_that_stop_at_different_epochs():
    plans = make_members(30, NETWORKS["64-64"])
    lengths = {len(result.history["loss"]) for result in train(plans)}
    assert len(lengths) >= 3


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizers": [SGD(momentum=0.0), SGD(momentum=0.9), SGD(momentum=0.5)]},
        {"optimizers": [SGD(momentum=0.1, nesterov=True), SGD(momentum=0.9, nesterov=True)]},
        {"optimizers": [AdamW(beta_1=0.8), AdamW(), AdamW(epsilon=1e-3)]},
        {
            "activations": [
                LeakyReLU(negative_slope=0.01),
                LeakyReLU(negative_slope=0.3),
                LeakyReLU(negative_slope=0.0),
            ]
        },
        {"activations": [ELU(alpha=0.5), ELU(alpha=1.5)]},
    ],
    ids=lambda changes: repr(next(iter(changes.values()))[0]),
)
def test_plugins_keep_their_own_numbers_inside_a_population(changes):
    data = make_data()
    name, plugins = next(iter(changes.items()))
    plans = [
        make_plan(data, hidden=(48, 20), weight_decay=(1e-3, 0.0, 1e-2), **{name[:-1]: plugin})
        for plugin in plugins
    ]
    obey(plans)


@pytest.mark.parametrize("activation", [F.silu, F.mish, F.softplus, F.selu, F.hardswish])
def test_the_law_holds_for_functions_of_torch_with_gradients_of_two_kinds(activation):
    data = make_data()
    obey(
        [
            make_plan(data, activation=activation, learning_rate=rate, max_epochs=3)
            for rate in (3e-3, 1e-3)
        ]
    )


def test_a_diverging_member_leaves_the_others_alone():
    data = make_data()
    rates = [3e-3, 1e300, 1e-3]
    together = obey([make_plan(data, optimizer=SGD(), learning_rate=rate) for rate in rates])
    assert [result.diverged for result in together] == [False, True, False]
    assert all(p.isfinite().all() for p in together[1].network.parameters())


def test_rows_of_weight_zero_make_steps_that_are_none():
    data = make_data(n=64)
    half = data._replace(weight=torch.cat([torch.ones(32), torch.zeros(32)]))
    obey([make_plan(half, batch_size=4, seed=seed) for seed in range(3)])


def test_the_same_plan_twice_gives_the_same_bits():
    plan = make_plan(make_data(), noise={"dropout.1": Dropout(rate=0.4)})
    assert same(train([plan])[0], train([plan])[0])


def test_leaving_out_one_mask_draw_breaks_the_law(monkeypatch):
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "0")  # because compiled code draws its own numbers
    plan = make_plan(make_data(), noise={"dropout.1": Dropout(rate=0.3)})
    (expected,) = train([plan])
    blocks, previous = Draws.blocks, []

    def with_one_left_out(self, epoch, batch):
        drawn = [block.clone() for block in blocks(self, epoch, batch)]
        if (epoch, batch) == (2, 3):
            return previous[-1]
        previous.append(drawn)
        return drawn

    monkeypatch.setattr(Draws, "blocks", with_one_left_out)
    assert not same(train([plan])[0], expected)
