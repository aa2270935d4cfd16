"""Additional inputs and outputs of a forward pass of training."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

Statistics = dict[str, Tensor]


class TrainingPass:
    """A forward pass in training mode. In evaluation mode, networks receive None instead.

    Parameters
    ----------
    weight : Tensor of shape (n_samples,)
        Sample weights; 0 for samples that only pad the batch.
    draws : mapping of str to Tensor
        One block of random numbers per noise site.

    Attributes
    ----------
    statistics : dict of str to Tensor
        Batch statistics, by the name of the running statistic that they update.
    code : Tensor of shape (n_samples, n_components) or None
        Codes of the batch, set by an autoencoder.
    """

    def __init__(self, weight: Tensor, draws: Mapping[str, Tensor]) -> None:
        self.weight = weight
        self.draws = draws
        self.statistics: Statistics = {}
        self.code: Tensor | None = None
