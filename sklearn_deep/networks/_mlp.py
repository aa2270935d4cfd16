"""The multilayer perceptron."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from sklearn_deep.activations import is_elementwise
from sklearn_deep.networks._layers import (
    DenseBlock,
    LayerMaker,
    Linear,
    NoiseLayer,
    NoiseSites,
    TrainingPass,
    activation_structure,
)
from sklearn_deep.networks._weight_matrix import WeightMatrix, matrices_between


class MLP(nn.Module):
    """A multilayer perceptron: hidden blocks and a linear output layer.

    ``forward(x)`` evaluates the network, independently of the module's attribute ``training``. Noise and
    batch statistics are used only if a ``TrainingPass`` is passed.

    Notes
    -----
    Shape: ``(n_samples, n_features)`` to ``(n_samples, n_outputs)``.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.networks import MLPArchitecture
    >>> network = MLPArchitecture(sizes=(4, 8, 3), activation=torch.relu).build()
    >>> network(torch.zeros(5, 4)).shape
    torch.Size([5, 3])
    """

    def __init__(
        self, input_noise: list[NoiseLayer], hidden: list[DenseBlock], output: Linear
    ) -> None:
        super().__init__()
        self.input_noise = nn.ModuleList(input_noise)
        self.hidden = nn.ModuleList(hidden)
        self.output = output

    def forward(self, x: Tensor, training: TrainingPass | None = None) -> Tensor:
        """Return the outputs: logits for a classifier, predictions for a regressor."""
        for noise in self.input_noise:
            x = noise(x, training)
        for block in self.hidden:
            x = block(x, training)
        return self.output(x, training)


@dataclass(frozen=True)
class MLPArchitecture:
    """The structure of an MLP. Networks can be stacked if all of it is equal.

    Parameters
    ----------
    sizes : tuple of int
        Number of features, width of each hidden layer, number of outputs.
    activation : Activation, ``nn.Module`` class or instance, or callable
    normalization : {None, "batch", "layer"}, default=None
    dtype : torch.dtype, default=torch.float32
    masked : bool, default=False
        Whether hidden layers have a mask of their units (see ``DenseBlock``).
    """

    sizes: tuple[int, ...]
    activation: Any
    normalization: str | None = None
    dtype: torch.dtype = torch.float32
    masked: bool = False

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        """Widths at which elementwise functions are applied."""
        return self.sizes[1:-1]

    @property
    def normalizes_batches(self) -> bool:
        """Whether any layer uses statistics of the batch."""
        return self.normalization == "batch" and len(self.sizes) > 2

    @property
    def matrices(self) -> tuple[WeightMatrix, ...]:
        """The weight matrices, in order from the input to the output."""
        *hidden, output = matrices_between(
            self.sizes, "hidden", None, self.activation, to_output=True
        )
        return (*hidden, output._replace(part="output"))

    @property
    def noise_places(self) -> tuple[list[str], list[str]]:
        """Names of the sites where noise can be added: hidden layers, and weight matrices."""
        n_matrices = len(self.sizes) - 1
        return [str(i) for i in range(1, n_matrices)], [str(i) for i in range(n_matrices)]

    def structure(self, widths: bool = True) -> Hashable:
        """Return a hashable key of the structure, with or without hidden ``widths``."""
        sizes = self.sizes if widths else (self.sizes[0], len(self.sizes), self.sizes[-1])
        activation = activation_structure(self.activation)
        return (sizes, activation, self.normalization, self.dtype, self.masked)

    @property
    def pads(self) -> bool:
        """Whether the network can be widened with zeros without changing its results."""
        return is_elementwise(self.activation)

    def widened(self, others: Sequence[MLPArchitecture]) -> MLPArchitecture:
        """Return the smallest masked architecture that contains this one and others of other widths."""
        columns = zip(self.sizes, *(other.sizes for other in others), strict=True)
        return replace(self, sizes=tuple(map(max, columns)), masked=True)

    def build(self, noise: NoiseSites | None = None) -> MLP:
        """Return a network with uninitialized weights and zero biases.

        Parameters
        ----------
        noise : mapping of str to Noise, optional
            Noise by site: ``"input_noise.0"``, ``"dropout.l"``, ``"hidden_noise.l"`` or
            ``"weight_noise.l"``, where ``l`` is the layer (0 is the input) or the weight matrix (from 0).
        """
        make = LayerMaker(self.activation, self.normalization, self.dtype, noise or {}, self.masked)
        sizes = list(pairwise(self.sizes))
        at_input = make.signal_noise(("input_noise.0", "dropout.0"), self.sizes[0])
        hidden = [
            make.block(f"hidden.{i}", str(i + 1), make.linear(str(i), *pair), pair[1])
            for i, pair in enumerate(sizes[:-1])
        ]
        network = MLP(at_input, hidden, make.linear(str(len(sizes) - 1), *sizes[-1]))
        # Numbers held as buffers get the network's dtype, so that no formula promotes its inputs.
        return network.to(self.dtype)
