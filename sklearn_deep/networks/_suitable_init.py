"""The initializer that ``init="auto"`` stands for: one rule for each place of a weight matrix."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from sklearn_deep.initializers import Initializer, VarianceScaling
from sklearn_deep.networks._layers import activation_layer
from sklearn_deep.networks._weight_matrix import WeightMatrix

# Variance of initial outputs for E[z²] = 1. Chosen, like the rule for the first matrix, on nine data
# sets: benchmarks/initial_scales.py.
_OUTPUT = 0.5
# An activation that is flatter than this two to three standard deviations from zero saturates there.
_FLAT = 0.25
_STEPS = 16


def suitable_init(matrix: WeightMatrix) -> Initializer:
    """Return the initializer that suits the place of a weight matrix.

    Parameters
    ----------
    matrix : WeightMatrix
        The first matrix multiplies standardized inputs, so 1 / fan_in keeps their variance; if there
        are more units than inputs, it gets Glorot's smaller 2 / (fan_in + fan_out). A hidden one
        multiplies activations σ(z): 1 / (fan_in E[σ(z)²]) with a standard normal z keeps the mean
        square of z from layer to layer (2 / fan_in after ReLU, which is He's; 1 / fan_in after SELU,
        which is LeCun's). Activations that saturate on both sides get Glorot's compromise, because
        the same E[z²] would drive their units into the flat parts. An output matrix gives outputs of
        half the variance that would keep E[z²].
    """
    if matrix.multiplies is None:
        return VarianceScaling(scale=_OUTPUT if matrix.makes_output else _of_first(*matrix.shape))
    values, density = _values_on_grid(matrix.multiplies, matrix.shape[1])
    kept = 1 / _mean_square_of_activation(values, density)
    if matrix.makes_output:
        return VarianceScaling(scale=_OUTPUT * kept)
    if _saturates(values):
        return VarianceScaling(scale=1.0, mode="fan_avg", distribution="uniform")
    return VarianceScaling(scale=kept)


def _of_first(n_out: int, n_in: int) -> float:
    """Return the variance of the first weights times ``n_in``.

    With few inputs 1 / n_in is a large weight, which an optimizer whose steps have one size, such as
    Adam, takes long to change.
    """
    return min(1.0, 2 * n_in / (n_in + n_out))


def _values_on_grid(activation: Any, width: int) -> tuple[Tensor, Tensor]:
    """Return σ(z) on a grid from -8 to 8, ``(n_points, width)``, and the normal density there."""
    z = torch.arange(-8 * _STEPS, 8 * _STEPS + 1, dtype=torch.float64) / _STEPS
    density = torch.exp(-z.square() / 2)
    # A module that draws numbers must not move torch's generator here.
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        layer = activation_layer(activation).double().eval()
        values = layer(z.unsqueeze(1).expand(-1, width).clone())
    return values, density / density.sum()


def _mean_square_of_activation(values: Tensor, density: Tensor) -> float:
    """Return E[σ(z)²]; 1 where it is 0, infinite or NaN, because no scale keeps such a signal."""
    found = float(density @ values.square().mean(1))
    # Rounded so that ReLU gives He's 2 exactly, and SELU LeCun's 1.
    return round(found, 6) if math.isfinite(found) and round(found, 6) > 0 else 1.0


def _saturates(values: Tensor) -> bool:
    """Return whether an activation is nearly flat on both sides."""
    mean = values.mean(1)
    middle, two, three = len(mean) // 2, 2 * _STEPS, 3 * _STEPS
    right = abs(mean[middle + three] - mean[middle + two])
    left = abs(mean[middle - three] - mean[middle - two])
    return bool(max(left, right) < _FLAT)
