"""The rule for ``init="auto"``: an initializer for each place of a weight matrix."""

from __future__ import annotations

from sklearn_deep.activations import ActivationFacts
from sklearn_deep.initializers import Initializer, VarianceScaling
from sklearn_deep.networks._weight_matrix import WeightMatrix

# Variance of initial outputs if E[z²] = 1 in the layer before. Like the rule for the first matrix, it was
# chosen on nine data sets, see benchmarks/initial_scales.py.
_OUTPUT = 0.5


def suitable_init(matrix: WeightMatrix) -> Initializer:
    """Return a suitable initializer for a weight matrix, according to its place in the network.

    Parameters
    ----------
    matrix : WeightMatrix
        The first matrix multiplies standardized inputs, so the variance 1 / fan_in keeps their
        variance. If there are more units than inputs, Glorot's smaller 2 / (fan_in + fan_out) is used.
        A hidden matrix multiplies activations σ(z). With a standard normal z, the variance
        1 / (fan_in E[σ(z)²]) keeps the mean square of z from layer to layer: He's 2 / fan_in after
        ReLU, LeCun's 1 / fan_in after SELU. Activations that saturate on both sides get Glorot's
        compromise, because an unchanged E[z²] would drive their units into the flat parts. An output
        matrix gives half of the variance that would keep E[z²].
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
    """Return the variance of the weights of the first matrix, times ``n_in``.

    With few inputs, weights of variance 1 / n_in are large, and an optimizer whose steps have a fixed
    size, such as Adam, needs many steps to change them.
    """
    return min(1.0, 2 * n_in / (n_in + n_out))
