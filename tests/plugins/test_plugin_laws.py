"""Laws that hold for every plug-in as an object."""

import pickle

import torch
from sklearn.base import clone

from sklearn_deep.plugins import Plugin
from tests._support.for_all import for_all
from tests._support.plugins import tables
from tests._support.plugins.tables import PLUGINS


def described(plugin):
    params = plugin.get_params()  # includes those of nested plug-ins
    plain = {name: value for name, value in params.items() if not isinstance(value, Plugin)}
    return type(plugin), plain, plugin.numbers(), plugin.structure()


every_plugin = for_all("plugin", PLUGINS.values())


@every_plugin
def test_a_clone_is_another_object_with_the_same_fields(plugin):
    copy = clone(plugin)
    assert copy is not plugin
    assert described(copy) == described(plugin)


@every_plugin
def test_pickling_keeps_the_fields(plugin):
    assert described(pickle.loads(pickle.dumps(plugin))) == described(plugin)


@every_plugin
def test_the_repr_is_code_that_makes_the_plugin(plugin):
    assert described(eval(repr(plugin), vars(tables))) == described(plugin)


@every_plugin
def test_set_params_reaches_every_field(plugin):
    other = type(plugin)().set_params(**plugin.get_params(deep=False))
    assert described(other) == described(plugin)


@every_plugin
def test_the_fields_of_a_table_pass_their_check(plugin):
    assert plugin.check() is plugin


@every_plugin
def test_every_field_is_a_number_or_structure(plugin):
    _, structure = plugin.structure()
    assert {*plugin.numbers(), *dict(structure)} == set(plugin.get_params(deep=False))


@every_plugin
def test_numbers_become_tensors_in_a_copy_of_the_same_structure(plugin):
    before = plugin.get_params()
    tensors = {name: torch.tensor(value + 1) for name, value in plugin.numbers().items()}
    twin = plugin.with_numbers(tensors)
    assert all(getattr(twin, name) is tensors[name] for name in tensors)
    assert twin.structure() == plugin.structure()
    assert plugin.get_params() == before


@every_plugin
def test_structures_are_keys(plugin):
    assert {plugin.structure(): 1}[clone(plugin).structure()] == 1
