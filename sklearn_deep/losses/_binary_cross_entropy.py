"""Cross-entropy for targets between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import Tensor
from torch.nn import functional as F

from sklearn_deep._shared import explained
from sklearn_deep.losses._base import Loss, mean_of_outputs


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class BinaryCrossEntropy(Loss):
    """Cross-entropy between targets in [0, 1] and the logistic function of the outputs; mean over outputs.

    For proportions and probabilities, and for autoencoders of binary data or gray images. The
    outputs are logits, and predictions are their logistic function. For classes, use
    ``CrossEntropy``.

    References
    ----------
    Vincent et al., "Stacked denoising autoencoders", 2010, section 2.2.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.losses import BinaryCrossEntropy
    >>> BinaryCrossEntropy().rows(torch.zeros(1, 2), torch.tensor([[0.0, 0.5]]))
    tensor([0.6931])
    """

    target_range: ClassVar[tuple[float, float]] = (0.0, 1.0)

    def rows(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample."""
        # This equals -t·log σ(z) - (1 - t)·log(1 - σ(z)) but cannot overflow.
        return mean_of_outputs(F.softplus(output) - target * output)

    def predictions(self, output: Tensor) -> Tensor:
        """Return the logistic function of the outputs."""
        return output.sigmoid()

    def check_target(self, y: np.ndarray, *, argument: str, owner: str) -> None:
        """Raise an error if a target is outside [0, 1]."""
        if not self.is_in_range(y):
            raise ValueError(
                f"{argument} of {owner}.fit must lie in [0, 1] for the loss 'binary_cross_entropy', got "
                f"values from {y.min():g} to {y.max():g}. Scale it (fit a MinMaxScaler on X, with "
                "clip=True for new samples), or use 'squared_error'."
            )
