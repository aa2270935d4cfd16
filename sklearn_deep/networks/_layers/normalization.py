"""Batch and layer normalization with sample weights."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from sklearn_deep._compat.torch import AdaptsState
from sklearn_deep.networks._layers.passes import TrainingPass
from sklearn_deep.networks._layers.units import mean_of_units

EPSILON = 1e-5


class _Affine(nn.Module):
    def __init__(self, width: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width, dtype=dtype))
        self.bias = nn.Parameter(torch.zeros(width, dtype=dtype))


class BatchNorm(_Affine, AdaptsState):
    """Standardize each unit over the samples of a batch, then return ``weight · z + bias``.

    Samples count by their weight, so samples of weight zero have no effect. In evaluation mode, running
    statistics are used, which change by a tenth of the difference per batch. The running variance is
    the unbiased one, with the effective number of samples ``(Σw)² / Σw²``. With equal weights this is
    ``torch.nn.BatchNorm1d``.

    Parameters
    ----------
    width : int
    name : str
        Prefix of the names under which a training pass reports the statistics of its batch.
    dtype : torch.dtype

    References
    ----------
    Ioffe and Szegedy, "Batch normalization", 2015, algorithm 1.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, width: int, name: str, dtype: torch.dtype) -> None:
        super().__init__(width, dtype)
        self.name = name
        self.register_buffer("running_mean", torch.zeros(width, dtype=dtype))
        self.register_buffer("running_var", torch.ones(width, dtype=dtype))

    def forward(
        self, z: Tensor, training: TrainingPass | None = None, units: Tensor | None = None
    ) -> Tensor:
        """Normalize ``(n_samples, width)``. Units are independent, so ``units`` is not needed."""
        if training is None:
            mean, var = self.running_mean, self.running_var
        else:
            mean, var = self._batch_statistics(z, training)
        return (z - mean) / torch.sqrt(var + EPSILON) * self.weight + self.bias

    def adapt_state(self, state: dict[str, Any], prefix: str) -> None:
        """Drop the entry that only torch's layer has, from files saved with the plain network."""
        state.pop(f"{prefix}num_batches_tracked", None)

    def _batch_statistics(self, z: Tensor, training: TrainingPass) -> tuple[Tensor, Tensor]:
        share = (training.weight / training.weight.sum()).unsqueeze(-1)  # (n_samples, 1)
        mean = (share * z).sum(-2)
        var = (share * (z - mean).square()).sum(-2)
        n_rows = 1 / share.square().sum()
        # The unbiased variance of a single sample does not exist; the clamp avoids dividing by zero.
        unbiased = var * n_rows / (n_rows - 1).clamp(min=1e-3)
        training.statistics[f"{self.name}.running_mean"] = mean
        training.statistics[f"{self.name}.running_var"] = unbiased
        return mean, var


class LayerNorm(_Affine):
    """Standardize each sample over its units, then ``weight · z + bias``, as ``torch.nn.LayerNorm``.

    References
    ----------
    Ba et al., "Layer normalization", 2016.
    """

    def forward(
        self, z: Tensor, training: TrainingPass | None = None, units: Tensor | None = None
    ) -> Tensor:
        """Normalize ``(n_samples, width)`` over ``units`` (see ``of_units``)."""
        centered = z - mean_of_units(z, units)
        var = mean_of_units(centered.square(), units)
        return centered / torch.sqrt(var + EPSILON) * self.weight + self.bias
