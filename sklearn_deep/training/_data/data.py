"""Samples for training or validation."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

import numpy as np
import torch

from sklearn_deep._shared import arithmetic


class Data(NamedTuple):
    """Samples with their targets and weights, on the device and in the dtype of training.

    Parameters
    ----------
    x : Tensor, LazyRows or TakenRows of shape (n_samples, n_features)
        Samples. The other fields may be ``TakenRows``, too.
    y : Tensor of shape (n_samples, n_outputs)
        Targets in the form that the loss expects: one-hot, 0/1 or numbers.
    weight : Tensor of shape (n_samples,) or (n_samples, n_terms)
        Weight in the objective, or in each of its terms. J of a batch is the sum of weight times loss,
        divided by the number of samples, including those of weight zero. The weight is sample weight
        times class weight, and zero in terms in which the sample does not count. ``fit`` of an
        estimator divides it by its mean over the training samples; ``partial_fit`` does not.
    sample_weight : Tensor of shape (n_samples,) or (n_samples, n_terms)
        Weight in validation losses. Metrics use that of the first term.
    """

    x: Any
    y: Any
    weight: Any
    sample_weight: Any

    def parts(self) -> Iterator[np.ndarray]:
        """Yield all values, field by field and some samples at a time."""
        for field in self:
            n_rows = max(1, arithmetic.CHUNK_ELEMENTS // max(1, prod(field.shape[1:])))
            for index in torch.arange(len(field), device=field.device).split(n_rows):
                yield field[index].cpu().numpy()
