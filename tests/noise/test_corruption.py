"""The formulas of noise that destroys individual values."""

import pytest
import torch

from sklearn_deep.noise import Masking, SaltAndPepper

SHAPE = (400, 500)


@pytest.fixture
def draw():
    return torch.rand(SHAPE, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("rate", [0.1, 0.9])
def test_masking_zeroes_its_share_and_leaves_the_others_as_they_are(rate, draw):
    signal = torch.full(SHAPE, 3.0, dtype=torch.float64)
    masked = Masking(rate=rate).apply(signal, draw)
    assert (masked == 0).double().mean().item() == pytest.approx(rate, abs=0.005)
    assert set(masked.unique().tolist()) == {0.0, 3.0}


def test_each_extreme_has_half_of_the_share(draw):
    signal = torch.full(SHAPE, 0.5, dtype=torch.float64)
    disturbed = SaltAndPepper(rate=0.4, low=-2.0, high=7.0).apply(signal, draw)
    for value, share in {-2.0: 0.2, 7.0: 0.2, 0.5: 0.6}.items():
        assert (disturbed == value).double().mean().item() == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize("kind", [Masking, SaltAndPepper])
def test_silent_noise_returns_the_signal(kind, draw):
    signal = draw - 0.5
    assert torch.equal(kind.silent().apply(signal, draw), signal)


@pytest.mark.parametrize("kind", [Masking, SaltAndPepper])
@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_a_rate_out_of_range_is_named(kind, rate):
    with pytest.raises(ValueError, match=f"The 'rate' parameter of {kind.__name__}"):
        kind(rate=rate).check()
