"""What a network's outputs mean, as a skorch net says it: classes are numbered from 0."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from sklearn_deep._shared import TargetScale
from sklearn_deep.losses import ClassificationLoss, Loss


def shown_targets(
    x: Any, y: Tensor, weight: Tensor, loss: Loss | None, scale: TargetScale | None
) -> Any:
    """Return targets as callbacks see them.

    Parameters
    ----------
    x : Tensor or LazyRows of shape (n_samples, n_features)
    y : Tensor of shape (n_samples, n_outputs)
        Targets of ``loss``.
    weight : Tensor of shape (n_samples,) or (n_samples, 2)
        In the loss; of a joint network, in the loss of predictions and in that of reconstructions.
    loss : Loss or None
        Of predictions.
    scale : TargetScale or None
        What numbers were normalized by.

    Returns
    -------
    Tensor or LazyRows of shape (n_samples,) or (n_samples, n_outputs)
        Positions in ``classes_``; 0 and 1 per label for multilabel targets; numbers in the unit of y;
        for an autoencoder x itself. Of a joint network, -1 or NaN where a sample has no label.
    """
    if loss is None:
        return x
    targets = y if scale is None else scale.restored(y).to(y.dtype)
    targets = _classes(targets, loss, above=0.5)
    if weight.ndim > 1:
        missing = -1 if isinstance(loss, ClassificationLoss) else torch.nan
        targets = targets.clone()
        targets[weight[:, 0] == 0] = missing
    return targets


def scored(output: Any) -> Tensor:
    """Return the outputs that predict: of a joint network, those of its head."""
    first: Tensor = output[0] if isinstance(output, tuple) else output
    return first


def predictions(output: Tensor, loss: Loss, scale: TargetScale | None) -> Tensor:
    """Return what outputs predict, in the terms of ``shown_targets`` and the type of the outputs."""
    if scale is not None:
        restored = scale.restored(loss.predictions(output.double()))
        # NumPy warns of numbers that the type cannot hold, which torch makes infinite.
        return torch.from_numpy(restored.numpy().astype(output.numpy().dtype))
    return _classes(loss.predictions(output), loss, above=0.0)


def probabilities(output: Tensor, loss: Loss, scale: TargetScale | None) -> Tensor:
    """Return the probability of each class, or of each label; numbers as ``predictions``."""
    if not isinstance(loss, ClassificationLoss):
        return predictions(output, loss, scale)
    if not loss.binary:
        return output.softmax(-1)
    if output.shape[-1] == 1:
        output = torch.cat([-output, output], -1)
    return output.sigmoid()


def _classes(values: Tensor, loss: Loss | None, above: float) -> Tensor:
    if not isinstance(loss, ClassificationLoss):
        return values
    if not loss.binary:
        return values.argmax(-1)
    yes = (values > above).long()
    return yes[:, 0] if yes.shape[1] == 1 else yes
