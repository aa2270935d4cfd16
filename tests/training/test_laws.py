"""A member's result depends on its plan alone: populations give the bits of single fits."""

import random

import pytest
import torch
from torch.nn import functional as F

from sklearn_deep.activations import ELU, LeakyReLU
from sklearn_deep.noise import Dropout, GaussianNoise
from sklearn_deep.optimizers import SGD, Adam, AdamW
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import populations, train
from sklearn_deep.training._data.draws import Draws
from sklearn_deep.training._updates import choice as _updates_of
from sklearn_deep.training._updates.updates import PopulationUpdates
from tests._support.plans import make_data, make_plan, same

NETWORKS = {
    "64-64": {"hidden": (64, 64), "batch_size": 32},
    "100": {"hidden": (100,), "batch_size": 64},
    "37-50, tanh, batch norm": {
        "hidden": (37, 50),
        "batch_size": 50,
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
        "learning_rate": 10 ** chance.uniform(-4, -1),
        "weight_decay": tuple(chance.choice([0.0, 1e-4, 1e-2]) for _ in range(n_layers)),
        "stopping": EarlyStopping(
            monitor, min_delta=0.0, patience=patience, restore_best_weights=k % 2 == 0
        ),
        "optimizer": Adam(beta_1=chance.uniform(0.5, 0.95), beta_2=chance.uniform(0.9, 0.9999)),
        "seed": k % 4,
    }


def make_members(n_members, network, dtype=torch.float32):
    chance = random.Random(30)
    data, n_layers = make_data(dtype=dtype), len(network["hidden"]) + 1
    plans = []
    for k in range(n_members):
        n = chance.choice([200, 201, 230, 259])  # unequal folds, other numbers of batches
        numbers = different_numbers(k, n_layers, chance)
        fold = type(data)(*(column[:n] for column in data))
        held_out = type(data)(*(column[n:] for column in data))
        numbers |= {"data": fold, "validation": held_out}
        plans.append(make_plan(**network | numbers))
    return plans


def trained_in_populations(plans):
    """Return results of plans, those trained apart whose last batch of one sample joins another."""
    results = {}
    for places in populations(plans, size=len(plans)):
        results |= zip(places, train([plans[k] for k in places]), strict=True)
    return [results[k] for k in range(len(plans))]


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_every_member_of_a_population_is_its_single_fit(name):
    plans = make_members(30, NETWORKS[name])
    alone = [train([plan])[0] for plan in plans]
    for n_members in (1, 2, 7, 30):
        together = trained_in_populations(plans[:n_members])
        assert all(map(same, together, alone)), n_members


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_the_law_holds_in_float64(name):
    plans = make_members(7, NETWORKS[name], torch.float64)
    together = trained_in_populations(plans)
    assert all(same(result, train([plan])[0]) for result, plan in zip(together, plans, strict=True))


def test_the_law_holds_where_all_members_are_updated_at_once(monkeypatch):
    monkeypatch.setattr(_updates_of, "RowUpdates", PopulationUpdates)
    plans = make_members(7, NETWORKS["64-64"])
    together = train(plans)
    assert all(same(result, train([plan])[0]) for result, plan in zip(together, plans, strict=True))


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
    together = train(plans)
    singles = [train([plan])[0] for plan in plans]
    assert all(map(same, together, singles))
    assert not same(together[0], together[1])


@pytest.mark.parametrize("activation", [F.silu, F.mish, F.softplus, F.selu, F.hardswish])
def test_the_law_holds_for_functions_of_torch_with_gradients_of_two_kinds(activation):
    data = make_data()
    plans = [
        make_plan(data, activation=activation, learning_rate=rate, max_epochs=3)
        for rate in (1e-2, 1e-3)
    ]
    assert all(map(same, train(plans), [train([plan])[0] for plan in plans]))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_diverging_member_leaves_the_others_bits_alone(dtype):
    data = make_data(dtype=dtype)
    rates = [1e-2, 1e30, 1e-3]
    plans = [make_plan(data, optimizer=SGD(), learning_rate=rate) for rate in rates]
    together = train(plans)
    without = train([plans[0], plans[2]])
    assert [result.diverged for result in together] == [False, True, False]
    assert same(together[0], without[0])
    assert same(together[2], without[1])
    assert same(together[1], train([plans[1]])[0])
    assert all(p.isfinite().all() for p in together[1].network.parameters())


def test_rows_of_weight_zero_make_steps_that_are_none():
    data = make_data(n=64)
    half = data._replace(weight=torch.cat([torch.ones(32), torch.zeros(32)]))
    plans = [make_plan(half, batch_size=4, seed=seed) for seed in range(3)]
    assert all(map(same, train(plans), [train([plan])[0] for plan in plans]))


def test_the_same_plan_twice_gives_the_same_bits():
    plan = make_plan(make_data(), noise={"dropout.1": Dropout(rate=0.4)})
    assert same(train([plan])[0], train([plan])[0])


def test_leaving_out_one_mask_draw_breaks_the_law(monkeypatch):
    plans = [
        make_plan(make_data(), noise={"dropout.1": Dropout(rate=0.3)}, learning_rate=rate)
        for rate in (1e-4, 1e-3)
    ]
    together = train(plans)
    blocks, previous = Draws.blocks, []

    def with_one_left_out(self, epoch, batch):
        drawn = [block.clone() for block in blocks(self, epoch, batch)]
        if (epoch, batch) == (2, 3):
            return previous[-1]
        previous.append(drawn)
        return drawn

    monkeypatch.setattr(Draws, "blocks", with_one_left_out)
    assert not any(map(same, together, [train([plan])[0] for plan in plans]))
