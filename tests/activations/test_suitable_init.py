"""The initialiser that ``init="auto"`` takes for each activation."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from sklearn_deep.activations import ELU, LeakyReLU, identity, suitable_init
from sklearn_deep.plugins import available, resolve

HE, LECUN, GLOROT = "he_normal", "lecun_normal", "glorot_uniform"
OF_NAMES = {
    "elu": HE,
    "gelu": HE,
    "identity": GLOROT,
    "leaky_relu": HE,
    "logistic": GLOROT,
    "relu": HE,
    "selu": LECUN,
    "sigmoid": GLOROT,
    "silu": HE,
    "softplus": GLOROT,
    "tanh": GLOROT,
}
# Read when tests are collected: examples that run later register names of their own.
REGISTERED = available("activations")


def test_every_registered_activation_is_decided_here():
    assert sorted(OF_NAMES) == REGISTERED


@pytest.mark.parametrize("name", OF_NAMES)
def test_a_name_has_its_initialiser(name):
    activation = resolve("activations", name, argument="activation", owner="Owner")
    assert suitable_init(activation) == OF_NAMES[name]


@pytest.mark.parametrize(
    ("activation", "init"),
    [
        (LeakyReLU(negative_slope=0.3), HE),
        (ELU(alpha=0.3), HE),
        (F.relu, HE),
        (F.leaky_relu, HE),
        (nn.ReLU, HE),
        (nn.PReLU(), HE),
        (nn.LeakyReLU(0.2), HE),
        (nn.GELU(), HE),
        (torch.selu, LECUN),
        (nn.SELU(), LECUN),
        (nn.Tanh, GLOROT),
        (nn.Sigmoid(), GLOROT),
        (identity, GLOROT),
        (lambda z: z**2, GLOROT),
    ],
)
def test_modules_and_functions_have_the_initialiser_of_their_kind(activation, init):
    assert suitable_init(activation) == init


@pytest.mark.parametrize("init", [HE, LECUN, GLOROT])
def test_each_of_them_is_a_registered_name(init):
    assert init in available("initializers")
