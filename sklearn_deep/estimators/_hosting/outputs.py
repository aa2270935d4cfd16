"""Conversion of network outputs to predictions of a skorch net, with classes numbered from 0."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from sklearn_deep._shared import TargetScale
from sklearn_deep.losses import ClassificationLoss, Loss


def shown_targets(
    x: Any, y: Tensor, weight: Tensor, loss: Loss | None, scale: TargetScale | None
) -> Any:
    """Return targets as callbacks receive them.

    Parameters
    ----------
    x : Tensor or LazyRows of shape (n_samples, n_features)
    y : Tensor of shape (n_samples, n_outputs)
        Targets for ``loss``.
    weight : Tensor of shape (n_samples,) or (n_samples, 2)
        Weights in the loss; for a joint network, in the losses of predictions and of reconstructions.
    loss : Loss or None
        Loss of the predictions.
    scale : TargetScale or None
        Scale by which targets were normalized.

    Returns
    -------
    Tensor or LazyRows of shape (n_samples,) or (n_samples, n_outputs)
        Indices into ``classes_``; 0 and 1 per label for multilabel targets; target values in original
        units; x itself for an autoencoder. For a joint network, -1 or NaN for samples without a label.
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
    """Return the outputs for predictions: those of the head, for a joint network."""
    first: Tensor = output[0] if isinstance(output, tuple) else output
    return first


def predictions(output: Tensor, loss: Loss, scale: TargetScale | None) -> Tensor:
    """Return predictions in the form of ``shown_targets``, with the dtype of the outputs."""
    if scale is not None:
        restored = scale.restored(loss.predictions(output.double()))
        # NumPy warns about numbers that are too large for the type; torch would silently return infinity.
        return torch.from_numpy(restored.numpy().astype(output.numpy().dtype))
    return _classes(loss.predictions(output), loss, above=0.0)


def probabilities(output: Tensor, loss: Loss, scale: TargetScale | None) -> Tensor:
    """Return the probability of each class or label; for regression, the same as ``predictions``."""
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
