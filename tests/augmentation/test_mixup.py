"""Mixup draws shares from a beta distribution and partners by weight; it mixes samples and targets alike."""

import numpy as np
import pytest
import torch
from scipy import stats

from sklearn_deep.augmentation import Mixup
from sklearn_deep.augmentation._mixup import beta_shares, partners
from tests._support.for_all import for_all

N = 20_000


def uniform(n=N):
    return torch.rand(n, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 8.0])
def test_shares_have_a_beta_distribution(alpha):
    shares = beta_shares(alpha, uniform()).numpy()
    assert stats.kstest(shares, stats.beta(alpha, alpha).cdf).pvalue > 0.01


@pytest.mark.parametrize("alpha", [1e-12, 1e-3, 1e3, 1e12])
def test_shares_of_extreme_distributions_are_shares(alpha):
    shares = beta_shares(alpha, uniform(1000))
    assert ((shares >= 0) & (shares <= 1)).all()


def test_partners_are_as_frequent_as_their_weights():
    weight = torch.tensor([0.0, 1.0, 2.0, 0.0, 0.5, 4.5, 0.0])
    draws = partners(weight, uniform())
    counts = np.bincount(draws.numpy(), minlength=7)
    chance = (weight / weight.sum()).numpy()
    assert (counts[chance == 0] == 0).all()
    assert stats.chisquare(counts[chance > 0], N * chance[chance > 0].astype(float)).pvalue > 0.01


@for_all("dtype", [torch.float32, torch.float64])
@for_all("total", [1e-30, 0.3, 1.0, 1.7, 3.0, 1e30])
def test_no_draw_reaches_a_row_of_weight_zero(total, dtype):
    weight = torch.tensor([0.0, total / 3, 0.0, 2 * total / 3, 0.0, 0.0], dtype=dtype)
    ends = torch.tensor([0.0, 2.0**-53, 1 - 2.0**-53], dtype=torch.float64)
    assert partners(weight, ends).tolist() == [1, 1, 3]


def test_rows_and_targets_are_mixed_alike(batch, generator):
    x, y, weight = batch(n_rows=50)
    weight[:20] = 0
    both = torch.cat([x, y], 1)
    made = torch.cat(Mixup(alpha=1.0).augment(x, y, weight, generator), 1)
    for row, new in zip(both, made, strict=True):
        toward = both[20:] - row
        # Share of the partner if this were the partner. The remainder must be zero for one of them.
        share = ((new - row) * toward).sum(1) / toward.square().sum(1).clamp(min=1e-300)
        rest = (new - row - share.unsqueeze(1) * toward).abs().amax(1)
        assert rest.min() < 1e-12
        assert 0 <= share[rest.argmin()] <= 1


def test_mixed_targets_are_still_probabilities(batch, generator):
    x, y, weight = batch(torch.float32, n_rows=50)
    _, target = Mixup(alpha=1.0).augment(x, y, weight, generator)
    assert ((target >= 0) & (target <= 1)).all()
    torch.testing.assert_close(target.sum(1), torch.ones(50))
    assert ((target > 0) & (target < 1)).any()


def test_with_a_tiny_alpha_rows_are_taken_whole(batch, generator):
    x, y, weight = batch()
    made, _ = Mixup(alpha=1e-9).augment(x, y, weight, generator)
    assert all((x == row).all(1).any() for row in made)
