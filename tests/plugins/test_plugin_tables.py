"""The tables of the conformance tests are complete."""

from sklearn_deep.plugins import _registry, resolve
from tests._support.for_all import for_all
from tests._support.plugins.tables import PLUGINS, REGISTERED, TABLES


def test_every_family_has_a_table():
    assert set(TABLES) == set(_registry._ENTRIES)


@for_all("family", TABLES)
def test_every_registered_name_is_in_the_table(family):
    assert sorted(TABLES[family]) == REGISTERED[family]


@for_all("family", TABLES)
def test_every_name_stands_for_the_kind_of_plugin_in_the_table(family):
    for name, plugin in TABLES[family].items():
        assert type(resolve(family, name, argument="x", owner="Owner")) is type(plugin)


@for_all("name", PLUGINS)
def test_no_plugin_of_a_table_is_at_its_defaults(name):
    plugin = PLUGINS[name]
    given, defaults = plugin.get_params(), type(plugin)().get_params()
    assert given != defaults or not given
    assert all(given[number] != defaults[number] for number in plugin.numbers())
