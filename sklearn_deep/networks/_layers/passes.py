"""What a forward pass of training needs beside the rows, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

Statistics = dict[str, Tensor]


class TrainingPass:
    """One forward pass in training mode. In evaluation mode networks are given None instead.

    Parameters
    ----------
    weight : Tensor of shape (n_samples,)
        Weight of each row; 0 for rows that only fill the batch.
    draws : mapping of str to Tensor
        One block of random numbers per noise site.

    Attributes
    ----------
    statistics : dict of str to Tensor
        Batch statistics by the name of the running statistic they move.
    code : Tensor of shape (n_samples, n_components) or None
        What an autoencoder made of the rows.
    """

    def __init__(self, weight: Tensor, draws: Mapping[str, Tensor]) -> None:
        self.weight = weight
        self.draws = draws
        self.statistics: Statistics = {}
        self.code: Tensor | None = None
