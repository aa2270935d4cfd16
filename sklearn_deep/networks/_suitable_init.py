"""The initializer that ``init="auto"`` stands for: one rule for each place of a weight matrix."""

from __future__ import annotations

from sklearn_deep.activations import ActivationFacts
from sklearn_deep.initializers import Initializer, VarianceScaling
from sklearn_deep.networks._weight_matrix import WeightMatrix

# Variance of initial outputs for E[z²] = 1. Chosen, like the rule for the first matrix, on nine data
# sets: benchmarks/initial_scales.py.
_OUTPUT = 0.5


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
    facts = ActivationFacts.of(matrix.multiplies, matrix.shape[1])
    kept = 1 / facts.mean_square
    if matrix.makes_output:
        return VarianceScaling(scale=_OUTPUT * kept)
    if facts.saturates:
        return VarianceScaling(scale=1.0, mode="fan_avg", distribution="uniform")
    return VarianceScaling(scale=kept)


def _of_first(n_out: int, n_in: int) -> float:
    """Return the variance of the first weights times ``n_in``.

    With few inputs 1 / n_in is a large weight, which an optimizer whose steps have one size, such as
    Adam, takes long to change.
    """
    return min(1.0, 2 * n_in / (n_in + n_out))
