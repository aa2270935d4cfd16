"""A member's penalty, its gradient and its projection have the same bits in a stack and alone."""

import pytest
import torch
from torch.func import grad_and_value, vmap

from sklearn_deep.penalties import L1, L1L2, L2, MaxNorm, Orthogonality
from sklearn_deep.training._plan.company import ignores_zeros
from tests._support.for_all import for_all

SHAPES = [(1, 1), (1, 5), (5, 1), (2, 3), (3, 64), (10, 37), (37, 10), (50, 100), (101, 7)]
PENALTIES = [L1(l1=0.3), L2(l2=0.3), L1L2(l1=0.3, l2=0.7), Orthogonality(strength=0.3)]


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def stacked(plugin, n_members, dtype):
    """Return numbers of ``(n_members,)``, another for each member."""
    scale = torch.arange(1, n_members + 1, dtype=dtype)
    return {name: value * scale for name, value in plugin.numbers().items()}


def same_bits(call, numbers, weights):
    together = vmap(call)(numbers, weights)
    for k, weight in enumerate(weights):
        alone = call({name: values[k] for name, values in numbers.items()}, weight.clone())
        assert all(torch.equal(a[k], b) for a, b in zip(together, alone, strict=True))


@pytest.mark.slow
@for_all("dtype", [torch.float32, torch.float64])
@for_all("n_members", [2, 5])
@for_all("shape", SHAPES)
@for_all("plugin", PENALTIES)
def test_values_and_gradients_do_not_depend_on_company(plugin, shape, n_members, dtype, normal):
    def call(numbers, weight):
        return grad_and_value(plugin.with_numbers(numbers).penalty)(weight)

    for _ in range(5):
        weights = normal(n_members, *shape, dtype=dtype)
        same_bits(call, stacked(plugin, n_members, dtype), weights)


@for_all("dtype", [torch.float32, torch.float64])
@for_all("n_members", [2, 5])
@for_all("shape", SHAPES)
def test_projections_do_not_depend_on_company(shape, n_members, dtype, normal):
    plugin = MaxNorm(max_norm=0.4)

    def call(numbers, weight):
        return (plugin.with_numbers(numbers).project(weight),)

    same_bits(call, stacked(plugin, n_members, dtype), normal(n_members, *shape, dtype=dtype))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_member_with_other_numbers_beside_it_changes_nothing(dtype, normal):
    weights = normal(2, 10, 37, dtype=dtype)
    strengths = torch.tensor([0.3, 100.0], dtype=dtype)
    together = vmap(lambda s, w: Orthogonality(strength=s).penalty(w))(strengths, weights)
    assert torch.equal(together[0], Orthogonality(strength=0.3).penalty(weights[0]))


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
