"""Which plans are trained together on a GPU; on a CPU each is trained separately."""

import pytest
import torch
from torch import nn

from sklearn_deep.noise import Dropout, GaussianNoise, Masking
from sklearn_deep.optimizers import SGD, Adam, TorchOptimizer
from sklearn_deep.penalties import L1, L2, CallablePenalty, MaxNorm, Orthogonality
from sklearn_deep.plugins import available, resolve
from sklearn_deep.training import populations
from sklearn_deep.training._plan.grouping import STACKED_ON, bytes_of_member
from tests._support.for_all import for_all
from tests._support.plans import make_data, make_plan

stacked = pytest.mark.usefixtures("_stacked")


@pytest.fixture
def plan():
    """Return a function that makes a plan of settings on the same few rows."""
    rows = make_data(40)

    def make(data=rows, **settings):
        return make_plan(data, **{"hidden": (5,)} | settings)

    return make


def test_on_a_cpu_each_plan_is_a_population_of_its_own(plan):
    plans = [plan(seed=k) for k in range(4)]
    for size in (None, 3):
        assert populations(plans, size) == [[0], [1], [2], [3]]


@stacked
def test_numbers_make_no_populations_of_their_own(plan):
    numbers = [
        {"learning_rate": 0.1},
        {"seed": 7},
        {"weight_decay": (0.1, 0.0)},
        {"optimizer": Adam(beta_1=0.5)},
        {"noise": {"dropout.1": Dropout(rate=0.3)}},
        {"data": make_data(31)},
    ]
    assert populations([plan(**own) for own in numbers]) == [[0, 1, 2, 3, 4, 5]]


@stacked
@pytest.mark.parametrize(
    "other",
    [
        {"hidden": (5, 5), "weight_decay": (0.0,) * 3, "penalties": (None,) * 3},
        {"activation": torch.tanh},
        {"normalization": "batch"},
        {"batch_size": 16},
        {"optimizer": SGD()},
        {"max_epochs": 7},
        {"penalties": (L1(l1=0.1), None)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_structures_are_populations_of_their_own(plan, other):
    plans = [plan(), plan(**other), plan(seed=1), plan(seed=1, **other)]
    assert populations(plans) == [[0, 2], [1, 3]]


@stacked
def test_noise_of_other_kinds_at_one_site_makes_populations_of_their_own(plan):
    kinds = [GaussianNoise(std=0.1), Masking(rate=0.1), GaussianNoise(std=0.2), Masking(rate=0.2)]
    plans = [plan(noise={"input_noise.0": noise}) for noise in kinds]
    assert populations(plans) == [[0, 2], [1, 3]]


@stacked
def test_members_without_noise_and_with_noise_at_other_sites_go_together(plan):
    noise = [
        {},
        {"input_noise.0": Masking(rate=0.1)},
        {"dropout.1": Dropout(rate=0.2)},
        {"hidden_noise.1": GaussianNoise(std=0.1)},
        {"input_noise.0": GaussianNoise(std=0.1)},
    ]
    assert populations([plan(noise=own) for own in noise]) == [[0, 1, 2, 3], [4]]


class SquaresOfAnother(L2):
    """A class outside of the library, which ``vmap`` may refuse."""


@stacked
@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": TorchOptimizer(torch.optim.Adagrad)},
        {"penalties": (CallablePenalty(torch.sum), None)},
        {"penalties": (None, SquaresOfAnother())},
    ],
    ids=["optimizer of torch", "function as penalty", "class of another author"],
)
def test_plans_that_train_alone_share_no_population(plan, settings):
    plans = [plan(), *(plan(seed=k, **settings) for k in range(3)), plan()]
    for size in (None, 5):
        assert populations(plans, size) == [[0, 4], [1], [2], [3]]


@stacked
@for_all("name", available("penalties"))
def test_penalties_of_the_library_share_populations(name):
    penalty = resolve("penalties", name, argument="penalty", owner="Owner")
    settings = {"penalties": (penalty, None)} if penalty.on == "weights" else {}
    code = (penalty,) if penalty.on == "code" else ()
    plans = [make_plan(make_data(40), code_penalties=code, seed=k, **settings) for k in range(2)]
    assert populations(plans) == [[0, 1]]


@stacked
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


def test_without_a_size_populations_take_half_of_the_free_memory(plan, monkeypatch):
    plans = [plan(seed=k) for k in range(7)]
    for n, lengths in ((6, [2, 2, 3]), (14, [7]), (0, [1] * 7)):
        free = n * bytes_of_member(plan())
        monkeypatch.setitem(STACKED_ON, "cpu", lambda device, free=free: free)
        assert [len(places) for places in populations(plans)] == lengths


def test_no_plans_are_no_populations():
    assert populations([]) == []


@stacked
def test_widths_make_no_populations_of_their_own(plan):
    plans = [plan(hidden=(width,), penalties=(MaxNorm(), L1())) for width in (5, 16, 7, 11)]
    assert populations(plans) == [[0, 1, 2, 3]]
    assert populations([*plans, plan(hidden=(5, 5), weight_decay=(0.0,) * 3)])[1:] == [[4]]


@stacked
def test_padding_multiplies_memory_by_a_bounded_factor(plan):
    widths = [16, 1024, 17, 900, 40, 256, 33] * 4
    plans = [plan(hidden=(width, width), weight_decay=(0.0,) * 3) for width in widths]
    found = populations(plans, size=len(plans))
    assert sorted(place for places in found for place in places) == list(range(len(plans)))
    assert 1 < len(found) < 5
    for places in found:
        widest = max(places, key=lambda place: widths[place])
        own = [bytes_of_member(plans[place]) for place in places]
        assert len(places) * bytes_of_member(plans[widest]) <= 2 * sum(own)
    assert not any(places[0] == 0 and 1 in places for places in found)


@stacked
@pytest.mark.parametrize(
    "settings",
    [
        {"penalties": (Orthogonality(), None)},
        {"penalties": (CallablePenalty(torch.sum), None)},
        {"activation": nn.PReLU},
        {"activation": nn.ReLU()},
        {"activation": lambda z: z.softmax(-1)},
        {"optimizer": TorchOptimizer(torch.optim.Adagrad)},
    ],
    ids=["orthogonality", "function as penalty", "class", "module", "function", "torch"],
)
def test_what_zeros_may_change_is_not_padded(plan, settings):
    plans = [plan(hidden=(width,), **settings) for width in (5, 6)]
    assert populations(plans) == [[0], [1]]


@stacked
@pytest.mark.parametrize(("size", "lengths"), [(5, [5, 5]), (4, [3, 3, 4])])
def test_padded_populations_are_of_nearly_equal_size(plan, size, lengths):
    found = populations([plan(hidden=(5 + k,)) for k in range(10)], size)
    assert [len(places) for places in found] == lengths
