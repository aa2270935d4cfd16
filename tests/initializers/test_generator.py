"""Draws depend only on the given generator."""

import torch

from sklearn_deep.plugins import available, resolve
from tests._support.for_all import for_all

NAMES = [name for name in available("initializers") if name != "zeros"]


def draw(name, seed):
    plugin = resolve("initializers", name, argument="init", owner="Owner")
    return plugin.draw(5, 8, torch.Generator().manual_seed(seed))


@for_all("name", NAMES)
def test_equal_generators_give_equal_weights_whatever_the_global_one(name):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        first = draw(name, 3)
        torch.manual_seed(2)
        assert torch.equal(draw(name, 3), first)


@for_all("name", NAMES)
def test_other_generators_give_other_weights(name):
    assert not torch.equal(draw(name, 3), draw(name, 4))


@for_all("name", NAMES)
def test_the_global_generator_is_not_moved(name):
    before = torch.get_rng_state()
    draw(name, 3)
    assert torch.equal(torch.get_rng_state(), before)


@for_all("name", NAMES)
def test_a_generator_goes_on_where_it_was(name):
    plugin = resolve("initializers", name, argument="init", owner="Owner")
    generator = torch.Generator().manual_seed(3)
    assert not torch.equal(plugin.draw(5, 8, generator), plugin.draw(5, 8, generator))
