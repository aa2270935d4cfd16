"""A name can be registered once, in an existing family, for an object that can be a plug-in of it."""

import pytest
import torch

from sklearn_deep.activations import LeakyReLU
from sklearn_deep.noise import GaussianNoise
from sklearn_deep.plugins import available, register, resolve

pytestmark = pytest.mark.usefixtures("registry")


def resolved(family, name):
    return resolve(family, name, argument="x", owner="Owner")


def test_a_registered_class_is_called_for_each_user():
    register("noise", "mine", GaussianNoise)
    assert isinstance(resolved("noise", "mine"), GaussianNoise)
    assert resolved("noise", "mine") is not resolved("noise", "mine")


def test_a_registered_instance_is_cloned_for_each_user():
    mine = GaussianNoise(std=0.3)
    register("noise", "mine", mine)
    assert resolved("noise", "mine") is not mine
    assert resolved("noise", "mine").std == 0.3


def test_a_registered_activation_function_is_used_as_it_is():
    register("activations", "mine", torch.sin)
    assert resolved("activations", "mine") is torch.sin


def test_a_registered_initializer_function_draws():
    register("initializers", "mine", lambda fan_out, fan_in, _: torch.ones(fan_out, fan_in))
    assert (
        resolved("initializers", "mine").draw(2, 3, torch.Generator()).tolist() == [[1.0] * 3] * 2
    )


def test_registered_names_are_listed_in_order():
    register("noise", "abc", GaussianNoise)
    assert available("noise") == ["abc", "dropout", "gaussian", "masking", "salt_and_pepper"]


def test_a_name_may_be_given_to_the_same_plugin_again():
    register("activations", "tanh", torch.tanh)
    assert resolved("activations", "tanh") is torch.tanh


def test_a_name_cannot_be_given_to_another_plugin():
    with pytest.raises(
        ValueError, match=r"'tanh' of family 'activations' is taken.*Choose another"
    ):
        register("activations", "tanh", torch.sin)


@pytest.mark.parametrize(
    ("family", "plugin"),
    [
        ("activations", 3),
        ("noise", torch.sin),
        ("noise", LeakyReLU),
        ("noise", LeakyReLU()),
        ("initializers", LeakyReLU),
        ("initializers", LeakyReLU()),
    ],
)
def test_what_cannot_be_a_plugin_of_the_family_gets_no_name(family, plugin):
    with pytest.raises(TypeError, match="register: `plugin` must be"):
        register(family, "mine", plugin)
    assert "mine" not in available(family)


@pytest.mark.parametrize("ask", [available, lambda family: register(family, "mine", torch.sin)])
def test_an_unknown_family_names_the_nearest_and_all(ask):
    with pytest.raises(
        ValueError, match=r"no family 'activation'\. Did you mean 'activations'\?.*'noise'"
    ):
        ask("activation")
