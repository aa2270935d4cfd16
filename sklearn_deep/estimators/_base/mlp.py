"""What the MLP classifier and regressor share."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from sklearn_deep.estimators._base.planning import NetworkEstimator
from sklearn_deep.networks import MLPArchitecture


class BaseMLP(NetworkEstimator):
    """A multilayer perceptron."""

    hidden_layer_sizes: int | Sequence[int]

    def _architecture(self, n_features: int, n_outputs: int, dtype: torch.dtype) -> MLPArchitecture:
        hidden = self._sizes("hidden_layer_sizes")
        activation = self._activation("activation", hidden, dtype)
        return MLPArchitecture(
            (n_features, *hidden, n_outputs), activation, self.normalization, dtype
        )

    def _places(self, architecture: MLPArchitecture) -> tuple[list[str], list[str]]:
        n_matrices = len(architecture.matrices)
        return [str(i) for i in range(1, n_matrices)], [str(i) for i in range(n_matrices)]
