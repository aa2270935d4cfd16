"""Drawn weights have mean zero and the variance of the formula, and stay inside their limits."""

from math import sqrt

import pytest
import torch
from scipy import stats

from sklearn_deep.initializers import RandomNormal, VarianceScaling
from sklearn_deep.plugins import available, resolve

FAN_OUT, FAN_IN = 600, 400
HE, LECUN, GLOROT = 2 / FAN_IN, 1 / FAN_IN, 2 / (FAN_IN + FAN_OUT)
SCALES = {"he": HE, "lecun": LECUN, "glorot": GLOROT}
VARIANCES = {
    f"{name}_{distribution}": variance
    for name, variance in SCALES.items()
    for distribution in ("normal", "uniform", "truncated")
} | {"normal": 0.01**2, "orthogonal": 1 / FAN_OUT, "zeros": 0.0}
# Read when tests are collected, because doctests and examples that run later register more names.
REGISTERED = available("initializers")


def draw(init, seed=0):
    plugin = resolve("initializers", init, argument="init", owner="Owner")
    return plugin.draw(FAN_OUT, FAN_IN, torch.Generator().manual_seed(seed))


def test_every_registered_initializer_has_its_formula_here():
    assert sorted(VARIANCES) == REGISTERED


@pytest.mark.parametrize("name", VARIANCES)
def test_the_variance_is_that_of_the_formula(name):
    weight = draw(name)
    assert weight.shape == (FAN_OUT, FAN_IN)
    assert weight.dtype == torch.float64
    assert weight.square().mean().item() == pytest.approx(VARIANCES[name], rel=0.015)
    assert abs(weight.mean().item()) <= 5 * sqrt(VARIANCES[name] / weight.numel())


@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
def test_the_fan_of_each_mode_divides_the_scale(mode):
    fan = {"fan_in": FAN_IN, "fan_out": FAN_OUT, "fan_avg": (FAN_IN + FAN_OUT) / 2}[mode]
    variance = draw(VarianceScaling(scale=3.0, mode=mode)).var().item()
    assert variance == pytest.approx(3 / fan, rel=0.015)


def test_the_plain_normal_takes_its_standard_deviation():
    assert draw(RandomNormal(std=0.3)).std().item() == pytest.approx(0.3, rel=0.01)


@pytest.mark.parametrize("name", SCALES)
def test_normal_weights_are_normal(name):
    sample = draw(f"{name}_normal").flatten().numpy() / sqrt(SCALES[name])
    assert stats.kstest(sample, "norm").pvalue > 0.01


@pytest.mark.parametrize("name", SCALES)
def test_truncated_weights_are_a_wider_normal_cut_at_two_deviations(name):
    cut = stats.truncnorm(-2, 2)
    wide = sqrt(SCALES[name]) / cut.std()
    sample = draw(f"{name}_truncated").flatten().numpy() / wide
    assert abs(sample).max() <= 2
    assert abs(sample).max() > 1.99
    assert stats.kstest(sample, cut.cdf).pvalue > 0.01


@pytest.mark.parametrize("name", SCALES)
def test_uniform_weights_fill_their_limits(name):
    # Glorot's is sqrt(6 / (fan_in + fan_out)), He's sqrt(6 / fan_in), LeCun's sqrt(3 / fan_in).
    limit = {
        "glorot": sqrt(6 / (FAN_IN + FAN_OUT)),
        "he": sqrt(6 / FAN_IN),
        "lecun": sqrt(3 / FAN_IN),
    }[name]
    sample = draw(f"{name}_uniform").flatten().numpy() / limit
    assert abs(sample).max() <= 1
    assert stats.kstest(sample, stats.uniform(-1, 2).cdf).pvalue > 0.01
