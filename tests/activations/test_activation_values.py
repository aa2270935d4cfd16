"""Activations with parameters equal those of torch."""

import pytest
import torch
from torch.nn import functional as F

from sklearn_deep.activations import ELU, LeakyReLU

Z = torch.linspace(-5, 5, 33, dtype=torch.float64)


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.5, 2.0])
def test_leaky_relu_is_that_of_torch(slope):
    torch.testing.assert_close(LeakyReLU(negative_slope=slope)(Z), F.leaky_relu(Z, slope))


@pytest.mark.parametrize("alpha", [0.1, 1.0, 2.0])
def test_elu_is_that_of_torch(alpha):
    torch.testing.assert_close(ELU(alpha=alpha)(Z), F.elu(Z, alpha))


def test_elu_keeps_its_digits_near_zero():
    z = torch.tensor([-1e-12], dtype=torch.float64)
    torch.testing.assert_close(ELU()(z), z, rtol=1e-9, atol=0)


@pytest.mark.parametrize(
    ("plugin", "field"),
    [
        (LeakyReLU(negative_slope=-0.1), "negative_slope"),
        (ELU(alpha=0), "alpha"),
        (ELU(alpha="a"), "alpha"),
    ],
)
def test_a_number_out_of_range_is_named(plugin, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(plugin).__name__}"):
        plugin.check()
