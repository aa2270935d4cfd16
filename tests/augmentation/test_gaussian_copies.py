"""Gaussian copies are samples with normal noise of the given size."""

import pytest
import torch
from scipy import stats

from sklearn_deep.augmentation import GaussianCopies


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("std", [0.1, 2.0])
def test_what_is_added_is_normal(std, dtype, batch, generator):
    x, y, weight = batch(dtype, n_rows=1000)
    made, _ = GaussianCopies(std=std).augment(x, y, weight, generator)
    added = (made - x).double().flatten().numpy()
    assert stats.kstest(added, stats.norm(scale=std).cdf).pvalue > 0.01
