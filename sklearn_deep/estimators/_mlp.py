"""What the MLP classifier and regressor share."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from sklearn_deep.estimators._network_estimator import NetworkEstimator
from sklearn_deep.estimators._parameters import layer_sizes
from sklearn_deep.estimators._trials import try_activation
from sklearn_deep.networks import MLPArchitecture
from sklearn_deep.plugins import resolve


class BaseMLP(NetworkEstimator):
    """A multilayer perceptron."""

    hidden_layer_sizes: int | Sequence[int]

    def _architecture(self, n_features: int, n_outputs: int, dtype: torch.dtype) -> MLPArchitecture:
        owner = type(self).__name__
        hidden = layer_sizes(self.hidden_layer_sizes, argument="hidden_layer_sizes", owner=owner)
        activation = resolve("activations", self.activation, argument="activation", owner=owner)
        for width in set(hidden):
            try_activation(activation, width, dtype, owner=owner)
        return MLPArchitecture(
            (n_features, *hidden, n_outputs), activation, self.normalization, dtype
        )

    def _places(self, architecture: MLPArchitecture) -> tuple[list[str], list[str]]:
        n_matrices = len(architecture.matrix_shapes)
        return [str(i) for i in range(1, n_matrices)], [str(i) for i in range(n_matrices)]
