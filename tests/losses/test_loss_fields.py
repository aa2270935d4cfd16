"""Fields and targets of losses are checked."""

import numpy as np
import pytest

from sklearn_deep.losses import CrossEntropy, Focal, Huber, Poisson, Quantile
from sklearn_deep.plugins import available, resolve

BOUNDED = {"poisson", "binary_cross_entropy"}


@pytest.mark.parametrize(
    ("plugin", "field"),
    [
        (Huber(delta=0), "delta"),
        (Quantile(quantile=0), "quantile"),
        (Quantile(quantile=1), "quantile"),
        (Focal(gamma=-0.1), "gamma"),
        (Focal(binary="yes"), "binary"),
        (CrossEntropy(binary=2), "binary"),
    ],
)
def test_a_field_out_of_range_is_named(plugin, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(plugin).__name__}"):
        plugin.check()


@pytest.mark.parametrize("plugin", [Quantile(quantile=0.01), Huber(delta=1e-3), Focal(gamma=0)])
def test_fields_at_the_edge_of_their_range_pass(plugin):
    assert plugin.check() is plugin


def test_negative_targets_are_refused_by_poisson():
    message = r"y_val of Owner\.fit must hold numbers >= 0 for the Poisson loss, got -2\.5\. .*'squ"
    with pytest.raises(ValueError, match=message):
        Poisson().check_target(np.array([[1.0], [-1], [-2.5]]), argument="y_val", owner="Owner")


def test_zeros_are_counts():
    Poisson().check_target(np.zeros((2, 1)), argument="y", owner="Owner")


# Read when tests are collected, because doctests and examples that run later register more names.
@pytest.mark.parametrize("name", [name for name in available("losses") if name not in BOUNDED])
def test_other_losses_take_targets_of_both_signs(name):
    loss = resolve("losses", name, argument="loss", owner="Owner")
    loss.check_target(np.array([[1.0], [-1]]), argument="y", owner="Owner")
