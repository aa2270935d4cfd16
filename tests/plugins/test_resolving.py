"""Values of parameters are resolved to plug-ins, and invalid ones raise helpful errors."""

import pytest
import torch

from sklearn_deep.activations import LeakyReLU
from sklearn_deep.initializers import CallableInitializer
from sklearn_deep.noise import GaussianNoise
from sklearn_deep.plugins import available, resolve


def resolved(family, spec):
    return resolve(family, spec, argument="argument", owner="Owner")


def test_an_instance_is_returned_as_it_is():
    mine = LeakyReLU(negative_slope=0.2)
    assert resolved("activations", mine) is mine


def test_an_instance_with_a_field_out_of_range_is_refused():
    with pytest.raises(
        ValueError, match=r"'negative_slope' parameter of LeakyReLU must be.*Got -1"
    ):
        resolved("activations", LeakyReLU(negative_slope=-1))


def test_a_function_is_an_activation_as_it_is():
    assert resolved("activations", torch.sin) is torch.sin


def test_a_module_class_is_an_activation_as_it_is():
    assert resolved("activations", torch.nn.Mish) is torch.nn.Mish


def test_a_function_becomes_an_initializer():
    plugin = resolved("initializers", torch.eye)
    assert isinstance(plugin, CallableInitializer)
    assert plugin.function is torch.eye


@pytest.mark.parametrize("family", ["activations", "initializers", "losses", "optimizers"])
def test_an_unknown_name_lists_all_known_ones(family):
    known = ", ".join(map(repr, available(family)))
    with pytest.raises(ValueError, match="'argument' parameter of Owner got the unknown name") as e:
        resolved(family, "something quite different")
    assert f"Known names: {known}." in str(e.value)
    assert "Did you mean" not in str(e.value)


@pytest.mark.parametrize("spec", ["leaky_rleu", "LeakyReLU", "leaky relu"])
def test_an_unknown_name_says_which_is_nearest(spec):
    with pytest.raises(ValueError, match=r"Did you mean 'leaky_relu'\?"):
        resolved("activations", spec)


def test_a_class_is_refused_with_the_instance_to_write():
    with pytest.raises(
        TypeError, match=r"must be an instance, got the class LeakyReLU\. Write LeakyReLU\(\)"
    ):
        resolved("activations", LeakyReLU)


def test_a_function_is_refused_where_no_function_can_do():
    with pytest.raises(TypeError, match=r"must be a name or an instance of Noise, got <built-in"):
        resolved("noise", torch.sin)


@pytest.mark.parametrize("spec", [3, None, GaussianNoise(), GaussianNoise])
def test_another_kind_of_value_is_refused_with_the_kinds_that_do(spec):
    with pytest.raises(TypeError, match="a name, an instance of Activation or a callable, got"):
        resolved("activations", spec)


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match="There is no family 'nothing'"):
        resolved("nothing", "relu")
