"""Linear layers."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sklearn_deep.networks._layers.passes import TrainingPass
from sklearn_deep.networks._layers.plugin_layer import NoiseLayer


class Linear(nn.Module):
    """``x @ weight.T + bias`` with optional noise on both.

    Parameters
    ----------
    n_in, n_out : int
    dtype : torch.dtype
    weight_noise, bias_noise : NoiseLayer or None

    Notes
    -----
    Shape: ``(n_samples, n_in)`` to ``(n_samples, n_out)``; ``weight`` is ``(n_out, n_in)``, uninitialized.
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        dtype: torch.dtype,
        weight_noise: NoiseLayer | None = None,
        bias_noise: NoiseLayer | None = None,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(n_out, n_in, dtype=dtype))
        self.bias = nn.Parameter(torch.zeros(n_out, dtype=dtype))
        self.weight_noise = weight_noise
        self.bias_noise = bias_noise

    def forward(self, x: Tensor, training: TrainingPass | None = None) -> Tensor:
        """Return the pre-activations."""
        weight = _disturbed(self.weight, self.weight_noise, training)
        return x @ weight.mT + _disturbed(self.bias, self.bias_noise, training)

    def extra_repr(self) -> str:
        """Show the sizes."""
        n_out, n_in = self.weight.shape
        return f"{n_in}, {n_out}"


class TiedLinear(nn.Module):
    """A linear layer whose weight is the transposed weight of another layer, passed at each call.

    Parameters
    ----------
    n_in, n_out : int
    dtype : torch.dtype
    weight_noise, bias_noise : NoiseLayer or None

    Notes
    -----
    Shape: ``(n_samples, n_in)`` to ``(n_samples, n_out)``; the other layer's weight is ``(n_in, n_out)``.
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        dtype: torch.dtype,
        weight_noise: NoiseLayer | None = None,
        bias_noise: NoiseLayer | None = None,
    ) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(n_out, dtype=dtype))
        self.weight_noise = weight_noise
        self.bias_noise = bias_noise

    def forward(self, x: Tensor, training: TrainingPass | None, other: Tensor) -> Tensor:
        """Return the pre-activations."""
        weight = _disturbed(other.mT, self.weight_noise, training)
        return x @ weight.mT + _disturbed(self.bias, self.bias_noise, training)


def _disturbed(value: Tensor, noise: nn.Module | None, training: TrainingPass | None) -> Tensor:
    return value if noise is None else noise(value, training)
