"""Networks with equal structures can be stacked."""

import pytest
import torch
from torch import nn

from sklearn_deep.activations import ELU, LeakyReLU
from sklearn_deep.networks import MLPArchitecture

BASE = {"sizes": (3, 4, 2), "activation": torch.relu, "normalization": None, "dtype": torch.float32}


def structure(**changes):
    return MLPArchitecture(**BASE | changes).structure()


def test_equal_settings_have_equal_structures():
    assert structure() == structure()
    assert hash(structure()) == hash(structure())


@pytest.mark.parametrize(
    "change",
    [
        {"sizes": (3, 5, 2)},
        {"sizes": (3, 4, 4, 2)},
        {"activation": torch.tanh},
        {"activation": LeakyReLU()},
        {"normalization": "batch"},
        {"dtype": torch.float64},
    ],
    ids=["width", "depth", "function", "plugin", "normalization", "dtype"],
)
def test_another_setting_is_another_structure(change):
    assert structure(**change) != structure()


def test_numbers_of_an_activation_are_no_structure():
    assert structure(activation=LeakyReLU(negative_slope=0.1)) == structure(
        activation=LeakyReLU(negative_slope=0.2)
    )
    assert structure(activation=LeakyReLU()) != structure(activation=ELU())


def test_a_module_class_is_its_own_structure_and_a_module_is_unique():
    assert structure(activation=nn.PReLU) == structure(activation=nn.PReLU)
    assert structure(activation=nn.PReLU()) != structure(activation=nn.PReLU())


def test_building_moves_no_generator():
    before = torch.get_rng_state()
    MLPArchitecture(**BASE | {"normalization": "batch"}).build()
    assert torch.equal(before, torch.get_rng_state())
