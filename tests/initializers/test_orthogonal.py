"""Rows or columns of an orthogonal initializer are orthogonal."""

import pytest
import torch

from sklearn_deep.initializers import Orthogonal


@pytest.mark.parametrize(("fan_out", "fan_in"), [(7, 4), (4, 7), (5, 5), (1, 6), (6, 1)])
def test_the_fewer_of_rows_and_columns_are_orthogonal_and_of_the_length_of_gain(fan_out, fan_in):
    weight = Orthogonal(gain=1.5).draw(fan_out, fan_in, torch.Generator().manual_seed(0))
    product = weight @ weight.T if fan_out < fan_in else weight.T @ weight
    torch.testing.assert_close(
        product, 1.5**2 * torch.eye(min(fan_out, fan_in), dtype=torch.float64)
    )
