"""The effect of noise on a signal."""

from math import ceil

import pytest
import torch

from sklearn_deep.noise import Dropout, GaussianNoise

SHAPE = (400, 500)


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def signal(generator):
    return torch.randn(SHAPE, generator=generator, dtype=torch.float64) + 3


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_zeroes_its_share(rate, signal, generator):
    disturbed = Dropout(rate=rate).apply(signal, torch.rand(SHAPE, generator=generator))
    assert (disturbed == 0).double().mean().item() == pytest.approx(rate, abs=0.005)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean(rate, signal, generator):
    disturbed = Dropout(rate=rate).apply(signal, torch.rand(SHAPE, generator=generator))
    assert disturbed.mean().item() == pytest.approx(signal.mean().item(), rel=0.03)


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.7, 1 - 1e-6])
def test_dropout_scales_what_it_keeps_by_the_chance_of_keeping(rate):
    draw = torch.arange(2**16) / 2**16  # all possible uniform numbers
    disturbed = Dropout(rate=rate).apply(torch.ones(2**16, dtype=torch.float64), draw)
    assert disturbed.mean().item() == pytest.approx(1, abs=1e-14)
    assert (disturbed != 0).sum().item() == ceil(2**16 * (1 - rate))


def test_dropout_stops_the_gradient_of_what_it_drops():
    signal = torch.ones(2, requires_grad=True)
    Dropout(rate=0.5).apply(signal, torch.tensor([0.1, 0.9])).sum().backward()
    assert signal.grad.tolist() == [2.0, 0.0]


@pytest.mark.parametrize("std", [0.1, 2.0])
def test_gaussian_noise_adds_its_standard_deviation(std, signal, generator):
    draw = torch.randn(SHAPE, generator=generator, dtype=torch.float64)
    added = GaussianNoise(std=std).apply(signal, draw) - signal
    assert added.std().item() == pytest.approx(std, rel=0.01)
    assert added.mean().item() == pytest.approx(0, abs=0.01 * std)


@pytest.mark.parametrize("kind", [Dropout, GaussianNoise])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_silent_noise_returns_the_signal(kind, dtype, signal, generator):
    signal = signal.to(dtype)
    draw = torch.empty(SHAPE, dtype=dtype)
    draw = (
        draw.normal_(generator=generator)
        if kind is GaussianNoise
        else draw.uniform_(generator=generator)
    )
    assert torch.equal(kind.silent().apply(signal, draw), signal)
    assert kind.silent().check()


def test_silent_dropout_keeps_the_largest_uniform_number():
    below_one = torch.nextafter(torch.tensor(1.0), torch.tensor(0.0))
    assert Dropout.silent().apply(torch.tensor([2.0]), below_one).item() == 2


@pytest.mark.parametrize(
    ("plugin", "field"),
    [(Dropout(rate=1.0), "rate"), (Dropout(rate=-0.1), "rate"), (GaussianNoise(std=-1), "std")],
)
def test_a_noise_out_of_range_is_named(plugin, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(plugin).__name__}"):
        plugin.check()
