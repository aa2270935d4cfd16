"""Fields of penalties are checked, and functions are accepted as penalties."""

import pytest
import torch

from sklearn_deep.penalties import L1, L1L2, L2, CallablePenalty, MaxNorm, Orthogonality
from sklearn_deep.plugins import resolve


@pytest.mark.parametrize(
    ("plugin", "field"),
    [
        (L1(l1=-0.1), "l1"),
        (L2(l2=-0.1), "l2"),
        (L2(l2=float("nan")), "l2"),
        (L1L2(l1=-1), "l1"),
        (L1L2(l2="1"), "l2"),
        (MaxNorm(max_norm=0), "max_norm"),
        (Orthogonality(strength=-1), "strength"),
    ],
)
def test_a_field_out_of_range_is_named(plugin, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(plugin).__name__}"):
        plugin.check()


def fourth_powers(weight):
    return weight.pow(4).sum()


def test_a_function_becomes_a_penalty():
    plugin = resolve("penalties", fourth_powers, argument="penalty", owner="Owner")
    assert isinstance(plugin, CallablePenalty)
    assert plugin.penalty(torch.tensor([[1.0, 2.0]])).item() == 17
    assert not plugin.projects


@pytest.mark.parametrize(
    ("function", "given"), [(torch.abs, r"\(2, 3\)"), (lambda _: 3.0, "3.0"), (len, "2")]
)
def test_a_function_that_returns_no_single_number_is_named(function, given):
    with pytest.raises(ValueError, match=rf"must return a tensor of shape \(\), got {given}\. Sum"):
        CallablePenalty(function).penalty(torch.ones(2, 3))
