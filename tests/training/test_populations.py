"""Which plans are trained together."""

import pytest
import torch

from sklearn_deep.noise import Dropout, GaussianNoise, Masking
from sklearn_deep.optimizers import SGD, Adam, TorchOptimizer
from sklearn_deep.penalties import L1
from sklearn_deep.training import populations
from sklearn_deep.training._populations import fastest_size


@pytest.fixture
def plan(make_data, make_plan):
    """Return a function that makes a plan of settings on the same few rows."""
    rows = make_data(40)

    def make(data=rows, **settings):
        return make_plan(data, **{"hidden": (5,)} | settings)

    return make


def test_numbers_make_no_populations_of_their_own(plan, make_data):
    numbers = [
        {"learning_rate": 0.1},
        {"seed": 7},
        {"weight_decay": (0.1, 0.0)},
        {"optimizer": Adam(beta_1=0.5)},
        {"noise": {"dropout.1": Dropout(0.3)}},
        {"data": make_data(31)},
    ]
    assert populations([plan(**own) for own in numbers]) == [[0, 1, 2, 3, 4, 5]]


@pytest.mark.parametrize(
    "other",
    [
        {"hidden": (6,)},
        {"hidden": (5, 5), "weight_decay": (0.0,) * 3, "penalties": (None,) * 3},
        {"activation": torch.tanh},
        {"normalization": "batch"},
        {"batch_size": 16},
        {"optimizer": SGD()},
        {"max_epochs": 7},
        {"penalties": (L1(0.1), None)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_structures_are_populations_of_their_own(plan, other):
    plans = [plan(), plan(**other), plan(seed=1), plan(seed=1, **other)]
    assert populations(plans) == [[0, 2], [1, 3]]


def test_noise_of_other_kinds_at_one_site_makes_populations_of_their_own(plan):
    kinds = [GaussianNoise(0.1), Masking(0.1), GaussianNoise(0.2), Masking(0.2)]
    plans = [plan(noise={"input_noise.0": noise}) for noise in kinds]
    assert populations(plans) == [[0, 2], [1, 3]]


def test_members_without_noise_and_with_noise_at_other_sites_go_together(plan):
    noise = [
        {},
        {"input_noise.0": Masking(0.1)},
        {"dropout.1": Dropout(0.2)},
        {"hidden_noise.1": GaussianNoise(0.1)},
        {"input_noise.0": GaussianNoise(0.1)},
    ]
    assert populations([plan(noise=own) for own in noise]) == [[0, 1, 2, 3], [4]]


def test_plans_that_train_alone_share_no_population(plan):
    optimizer = TorchOptimizer(torch.optim.Adagrad)
    plans = [plan(), *(plan(optimizer=optimizer, seed=k) for k in range(3)), plan()]
    for size in (None, 5):
        assert populations(plans, size) == [[0, 4], [1], [2], [3]]
    assert fastest_size(plans[1]) == 1


@pytest.mark.parametrize(
    ("n_plans", "size", "lengths"),
    [
        (7, 7, [7]),
        (7, 30, [7]),
        (7, 2, [1, 2, 2, 2]),
        (7, 1, [1] * 7),
        (33, 32, [16, 17]),
        (10, 4, [3, 3, 4]),
    ],
)
def test_populations_are_of_nearly_equal_size(plan, n_plans, size, lengths):
    found = populations([plan(seed=k) for k in range(n_plans)], size)
    assert [len(population) for population in found] == lengths
    assert [place for population in found for place in population] == list(range(n_plans))


def test_without_a_size_populations_are_of_the_fastest_size_at_most(plan):
    largest = fastest_size(plan())
    found = populations([plan(seed=k) for k in range(2 * largest + 1)])
    assert len(found) == 3
    assert max(map(len, found)) <= largest


def test_no_plans_are_no_populations():
    assert populations([]) == []
