"""Which fields of a plug-in are numbers and which are structure."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from sklearn_deep.initializers import CallableInitializer
from sklearn_deep.optimizers import SGD
from sklearn_deep.plugins import Plugin


@dataclass(eq=False, repr=False)
class Shift(Plugin):
    """A plug-in with a number and two structural fields, one of which mentions tensors."""

    by: float | Tensor = 1.0
    function: Callable[[Tensor], Tensor] = torch.relu
    name: str = "shift"


class Bare(Plugin):
    """A plug-in without fields."""


def test_a_number_is_a_field_that_is_a_float_or_a_tensor():
    assert Shift(by=2).numbers() == {"by": 2.0}


def test_every_other_field_is_structure():
    assert Shift(by=2).structure() == (Shift, (("function", torch.relu), ("name", "shift")))


def test_numbers_may_differ_within_a_structure():
    assert Shift(by=2).structure() == Shift(by=3).structure()
    assert Shift(name="other").structure() != Shift().structure()
    assert SGD(nesterov=True).structure() != SGD().structure()


def test_plugins_of_two_classes_have_two_structures():
    class Other(Shift):
        pass

    assert Other().structure() != Shift().structure()


def test_the_function_of_an_initializer_is_structure():
    first, second = CallableInitializer(torch.eye), CallableInitializer(torch.ones)
    assert first.numbers() == {}
    assert first.structure() != second.structure()


def test_a_plugin_needs_no_fields():
    assert Bare().numbers() == {}
    assert Bare().structure() == (Bare, ())
    assert repr(Bare()) == "Bare()"


def test_only_fields_that_were_changed_are_shown():
    assert repr(Shift(by=2)) == "Shift(by=2)"


def test_a_number_that_is_no_number_is_refused_by_its_check():
    with pytest.raises(ValueError, match="'momentum' parameter of SGD"):
        SGD(momentum=float("nan")).check()
