"""The penalty of a network, its gradient and its projection are the same in a stack and alone."""

import pytest
import torch
from torch.func import grad_and_value, vmap

from sklearn_deep.penalties import L1, L1L2, L2, MaxNorm, Orthogonality
from sklearn_deep.training._plan.company import ignores_zeros
from tests._support.for_all import for_all

SHAPES = [(1, 1), (1, 5), (5, 1), (10, 37), (37, 10)]
PENALTIES = [L1(l1=0.3), L2(l2=0.3), L1L2(l1=0.3, l2=0.7), Orthogonality(strength=0.3)]


def check(call, plugin, weights):
    scale = torch.arange(1, len(weights) + 1, dtype=weights.dtype)  # other numbers for each member
    numbers = {name: value * scale for name, value in plugin.numbers().items()}
    together = vmap(call)(numbers, weights)
    for k, weight in enumerate(weights):
        alone = call({name: values[k] for name, values in numbers.items()}, weight)
        torch.testing.assert_close([found[k] for found in together], list(alone))


@for_all("shape", SHAPES)
@for_all("plugin", PENALTIES)
def test_values_and_gradients_are_those_of_each_member(plugin, shape, normal):
    def call(numbers, weight):
        return grad_and_value(plugin.with_numbers(numbers).penalty)(weight)

    check(call, plugin, normal(3, *shape))


@for_all("shape", SHAPES)
def test_projections_are_those_of_each_member(shape, normal):
    plugin = MaxNorm(max_norm=0.4)

    def call(numbers, weight):
        return (plugin.with_numbers(numbers).project(weight),)

    check(call, plugin, normal(3, *shape))


@pytest.mark.parametrize(
    "plugin", [*PENALTIES, MaxNorm(max_norm=0.4)], ids=lambda p: type(p).__name__
)
def test_zeros_at_the_border_change_only_penalties_that_are_not_padded(plugin, normal):
    weight = normal(5, 3)
    padded = torch.nn.functional.pad(weight, (0, 4, 0, 2))
    gradient, value = grad_and_value(plugin.penalty)(weight)
    wide, same_value = grad_and_value(plugin.penalty)(padded)
    assert ignores_zeros(plugin) == torch.isclose(value, same_value).item()
    if ignores_zeros(plugin):
        torch.testing.assert_close(wide[:5, :3], gradient)
        torch.testing.assert_close(plugin.project(padded)[:5, :3], plugin.project(weight))
        assert not wide[5:].any()
        assert not wide[:, 3:].any()
        assert not plugin.project(padded)[5:].any()
