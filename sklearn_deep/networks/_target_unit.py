"""The conversion of a network's outputs to predictions."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sklearn_deep._shared import TargetScale
from sklearn_deep.losses import BinaryCrossEntropy, Loss


class TargetUnit(nn.Module):
    """Converts outputs to predictions: the inverse link of the loss, then the unit of the target.

    Its buffers are not in ``state_dict()``, which contains trained values only.

    Parameters
    ----------
    loss : Loss
    scale : TargetScale or None
        Scale by which the target was normalized; None if it was not.

    Notes
    -----
    Shape: ``(n_samples, n_outputs)`` to the same.
    """

    shift: Tensor | None
    scale: Tensor | None

    def __init__(self, loss: Loss, scale: TargetScale | None) -> None:
        super().__init__()
        self.loss = loss
        shift, factor = (None, None) if scale is None else map(torch.tensor, scale)
        self.register_buffer("shift", shift, persistent=False)
        self.register_buffer("scale", factor, persistent=False)

    def forward(self, output: Tensor) -> Tensor:
        """Return predictions in the dtype of the outputs."""
        predictions = self.loss.predictions(output)
        if self.scale is None or self.shift is None:
            return predictions
        return predictions * self.scale + self.shift


def target_unit(loss: Loss | None, scale: TargetScale | None) -> nn.Module | None:
    """Return the module that converts outputs to predictions, or None if none is needed."""
    if loss is None or loss.task == "classification":
        return None
    if type(loss) is BinaryCrossEntropy and scale is None:
        return nn.Sigmoid()
    has_link = type(loss).predictions is not Loss.predictions
    return TargetUnit(loss, scale) if has_link or scale is not None else None
