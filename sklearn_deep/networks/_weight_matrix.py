"""The place of each weight matrix in its network: its inputs, and whether it gives outputs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple


class WeightMatrix(NamedTuple):
    """The place of one weight matrix in its network.

    Parameters
    ----------
    part : str
        Part of the network: "hidden", "output", "encoder", "head" or "decoder".
    shape : tuple of int
        ``(n_out, n_in)``.
    multiplies : Activation, ``nn.Module`` class or instance, callable, or None
        The activation whose values are multiplied; None if it multiplies the inputs.
    makes_output : bool
        Whether no other matrix follows, so that it gives logits, predictions or a reconstruction.
    """

    part: str
    shape: tuple[int, int]
    multiplies: Any
    makes_output: bool

    def __str__(self) -> str:
        n_out, n_in = self.shape
        return f"{self.part} {n_in} → {n_out}"


def matrices_between(
    sizes: Sequence[int], part: str, first: Any, activation: Any, *, to_output: bool
) -> list[WeightMatrix]:
    """Return the matrices of consecutive layers.

    Parameters
    ----------
    sizes : sequence of int
        Widths of the layers, one more than the number of matrices.
    part : str
        As in ``WeightMatrix``.
    first, activation : as ``WeightMatrix.multiplies``
        For the first matrix, and for the others.
    to_output : bool
        Whether the last matrix gives an output.
    """
    last = len(sizes) - 2
    return [
        WeightMatrix(part, (n_out, n_in), activation if i else first, to_output and i == last)
        for i, (n_in, n_out) in enumerate(pairwise(sizes))
    ]
