"""Rows to train on or to validate on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sklearn_deep.training._lazy_rows import ChainedRows, LazyRows


class Data(NamedTuple):
    """Rows with their targets and weights, on the device and in the dtype of training.

    Parameters
    ----------
    x : Tensor or LazyRows of shape (n_samples, n_features)
    y : Tensor of shape (n_samples, n_outputs)
        Targets as the loss takes them: one-hot, 0/1 or numbers.
    weight : Tensor of shape (n_samples,) or (n_samples, n_terms)
        Weight in the objective, or in each of its terms: sample weight times class weight, zero in
        the terms that do not count the row.
    sample_weight : Tensor of shape (n_samples,) or (n_samples, n_terms)
        Weight in validation losses; that of the first term in metrics.
    """

    x: Any
    y: Tensor
    weight: Tensor
    sample_weight: Tensor

    @classmethod
    def joined(cls, parts: Sequence[Data]) -> Data:
        """Return the rows of all parts, one after the other."""
        if len(parts) == 1:
            return parts[0]
        xs, *columns = zip(*parts, strict=True)
        lazy = isinstance(xs[0], LazyRows)
        return cls(ChainedRows(xs) if lazy else torch.cat(xs), *map(torch.cat, columns))
