"""Rows that are too long are scaled to the norm; the others are unchanged, bit for bit."""

import pytest
import torch

from sklearn_deep.penalties import L1, MaxNorm, Orthogonality

DTYPES = [torch.float32, torch.float64]


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_row_that_is_too_long_is_scaled_to_the_norm(dtype, normal):
    weight = normal(20, 37, dtype=dtype)
    projected = MaxNorm(max_norm=2.0).project(weight)
    assert (weight.norm(dim=1) > 2).all()
    torch.testing.assert_close(projected.norm(dim=1), torch.full((20,), 2.0, dtype=dtype))
    torch.testing.assert_close(projected, 2 * torch.nn.functional.normalize(weight, dim=1))


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_projection_is_that_of_torch(dtype, normal):
    weight = normal(50, 9, dtype=dtype)
    torch.testing.assert_close(
        MaxNorm(max_norm=3.0).project(weight), torch.renorm(weight, p=2, dim=0, maxnorm=3.0)
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_short_rows_keep_their_bits_beside_long_ones(dtype, normal):
    weight = normal(50, 9, dtype=dtype)
    short = weight.norm(dim=1) < 3
    assert 0 < short.sum() < 50
    assert torch.equal(MaxNorm(max_norm=3.0).project(weight)[short], weight[short])


def test_units_without_weights_stay_so():
    assert torch.equal(MaxNorm(max_norm=1.0).project(torch.zeros(2, 3)), torch.zeros(2, 3))


def test_an_infinite_norm_leaves_all_weights_as_they_are(normal):
    weight = normal(3, 4)
    assert torch.equal(MaxNorm(max_norm=float("inf")).check().project(weight), weight)


@pytest.mark.parametrize("penalty", [L1(), Orthogonality()])
def test_what_does_not_project_returns_the_weights(penalty, normal):
    weight = normal(3, 4)
    assert not penalty.projects
    assert penalty.project(weight) is weight
    assert MaxNorm.projects
