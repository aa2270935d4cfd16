"""What a network's outputs mean, as a skorch net says it: classes are numbered from 0."""

from __future__ import annotations

import torch
from torch import Tensor

from sklearn_deep.losses import ClassificationLoss, Loss


def shown_targets(target: Tensor, loss: Loss | None) -> Tensor:
    """Return targets of a loss as callbacks see them.

    Parameters
    ----------
    target : Tensor of shape (n_samples, n_outputs)
    loss : Loss or None

    Returns
    -------
    Tensor of shape (n_samples,) or (n_samples, n_outputs)
        Positions in ``classes_``; 0 and 1 a label for multilabel targets; numbers as they are.
    """
    return _classes(target, loss, above=0.5)


def predictions(output: Tensor, loss: Loss) -> Tensor:
    """Return what outputs predict, in the terms of ``shown_targets``."""
    return _classes(loss.predictions(output), loss, above=0.0)


def probabilities(output: Tensor, loss: Loss) -> Tensor:
    """Return the probability of each class, or of each label; numbers as ``predictions``."""
    if not isinstance(loss, ClassificationLoss):
        return loss.predictions(output)
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
