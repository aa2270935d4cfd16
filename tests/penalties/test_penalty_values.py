"""Penalties and their gradients equal their closed formulas."""

import numpy as np
import pytest
import torch

from sklearn_deep.penalties import L1, L1L2, L2, MaxNorm, Orthogonality, Penalty
from tests._support.for_all import for_all

SHAPES = [(1, 1), (1, 5), (4, 1), (3, 64), (10, 37), (37, 10), (6, 6)]
FORMULAS = [
    (L1(l1=0.3), lambda w: 0.3 * np.abs(w).sum()),
    (L2(l2=0.7), lambda w: 0.7 / 2 * np.linalg.norm(w) ** 2),
    (L1L2(l1=0.3, l2=0.7), lambda w: 0.3 * np.abs(w).sum() + 0.7 / 2 * np.linalg.norm(w) ** 2),
]


def gradient(penalty, weight):
    leaf = weight.clone().requires_grad_()
    return torch.autograd.grad(penalty.penalty(leaf), leaf)[0]


@for_all("shape", SHAPES)
@for_all(("penalty", "formula"), FORMULAS)
def test_a_norm_is_that_of_numpy(penalty, formula, shape, normal):
    weight = normal(*shape)
    assert penalty.penalty(weight).item() == pytest.approx(formula(weight.numpy()))


@for_all("dtype", [torch.float32, torch.float64])
@for_all("shape", SHAPES)
def test_the_gradient_of_l2_is_the_weight_times_its_strength(shape, dtype, normal):
    weight = normal(*shape, dtype=dtype)
    assert torch.equal(gradient(L2(l2=0.3), weight), 0.3 * weight)


def test_the_gradient_of_l1_is_the_sign_and_nothing_at_zero():
    weight = torch.tensor([[2.0, 0.0, -0.1]])
    assert torch.equal(gradient(L1(l1=0.5), weight), torch.tensor([[0.5, 0.0, -0.5]]))


@for_all("penalty", [L2(l2=0.3), L1L2(l1=0.3, l2=0.7), Orthogonality(strength=0.4)])
@for_all("shape", [(1, 5), (4, 1), (3, 7), (7, 3)])
def test_gradients_are_those_of_finite_differences(penalty, shape, normal):
    assert torch.autograd.gradcheck(penalty.penalty, (normal(*shape).requires_grad_(),))


@for_all("shape", SHAPES)
def test_orthogonality_is_the_distance_of_the_smaller_gram_matrix_from_the_identity(shape, normal):
    weight = normal(*shape)
    w = weight.numpy() if shape[0] <= shape[1] else weight.numpy().T
    distance = np.linalg.norm(w @ w.T - np.eye(len(w)))
    assert Orthogonality(strength=0.4).penalty(weight).item() == pytest.approx(0.2 * distance**2)


@pytest.mark.parametrize("shape", [(1, 5), (10, 37), (37, 10), (6, 6)])
def test_orthogonality_is_zero_at_orthonormal_rows_or_columns(shape, normal):
    rows, _, columns = torch.linalg.svd(normal(*shape), full_matrices=False)
    weight = rows @ columns
    assert Orthogonality(strength=1.0).penalty(weight).item() == pytest.approx(0, abs=1e-25)
    assert Orthogonality(strength=1.0).penalty(2 * weight).item() == pytest.approx(4.5 * min(shape))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("penalty", [MaxNorm(max_norm=0.1), Penalty()])
def test_what_has_no_penalty_costs_nothing(penalty, dtype, normal):
    value = penalty.penalty(normal(3, 4, dtype=dtype))
    assert (value.item(), value.shape, value.dtype) == (0, (), dtype)
