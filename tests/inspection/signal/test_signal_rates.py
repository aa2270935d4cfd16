"""Rates and verdicts, compared with the theory of initializers."""

import numpy as np
import pytest
import torch

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import signal_propagation
from sklearn_deep.inspection._signal.rates import geometric_rate, verdict_on

X = np.random.default_rng(0).normal(size=(32, 512))
Y = np.arange(32) % 10
SEEDS = range(3)


def twice_he(fan_out, fan_in, generator):
    return torch.randn(fan_out, fan_in, generator=generator) * (4 / fan_in) ** 0.5


def reports(init, activation="relu", depth=50, seeds=SEEDS):
    for seed in seeds:
        net = MLPClassifier((512,) * depth, activation=activation, init=init, random_state=seed)
        yield signal_propagation(net, X, Y)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("init", "rate", "tolerance", "verdict"),
    [
        ("he_normal", 1.0, 0.03, "healthy"),
        ("lecun_normal", 0.5, 0.02, "vanishing"),
        (twice_he, 2.0, 0.06, "exploding"),
    ],
)
def test_fifty_layers_of_relu_change_mean_squares_by_half_the_variance_of_the_fan(
    init, rate, tolerance, verdict
):
    found = list(reports(init))
    rates = [report.forward_rate for report in found]
    assert np.exp(np.mean(np.log(rates))) == pytest.approx(rate, abs=tolerance)
    assert {report.forward_verdict for report in found} == {verdict}
    back = [report.backward_rate for report in found]
    assert np.exp(np.mean(np.log(back))) == pytest.approx(rate, abs=tolerance)
    assert {report.backward_verdict for report in found} == {verdict}


@pytest.mark.parametrize(
    "activation",
    ["relu", "leaky_relu", "elu", "gelu", "silu", "selu", "softplus", "identity", torch.nn.Mish],
)
def test_auto_keeps_the_signal_of_every_activation_that_does_not_saturate(activation):
    (report,) = reports("auto", activation, depth=8, seeds=[0])
    assert report.forward_rate == pytest.approx(1, abs=0.06)
    np.testing.assert_allclose(report.mean_square_z[:-1], 1, rtol=0.35)
    assert report.forward_verdict == "healthy"
    # A large part of softplus' mean square is its mean, which carries no gradient.
    assert report.backward_verdict == ("vanishing" if activation == "softplus" else "healthy")


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_auto_does_not_drive_units_that_saturate_into_their_flat_parts(activation):
    (report,) = reports("auto", activation, depth=8, seeds=[0])
    assert report.saturated_share[:-1].max() < 0.02
    assert report.forward_verdict == "healthy"


@pytest.mark.parametrize("activation", ["relu", "tanh", "selu", "logistic"])
def test_auto_starts_with_smaller_outputs_whatever_the_activation(activation):
    (report,) = reports("auto", activation, depth=1, seeds=[0])
    last = report.mean_square_z[0]
    assert 0.3 * last < report.mean_square_z[-1] < 0.8 * last


@pytest.mark.parametrize("depth", [3, 10])
def test_logistic_units_with_glorot_vanish_backward_alone(depth):
    (report,) = reports("glorot_normal", "logistic", depth, seeds=[0])
    assert report.backward_verdict == "vanishing"
    assert report.backward_rate < 1 / 16 + 0.005  # The slope is at most 1/4.
    assert report.forward_verdict == "healthy"


def test_leaky_relu_has_no_dead_units_where_relu_has():
    dead = {
        activation: next(reports("he_normal", activation, seeds=[0])).dead_share.max()
        for activation in ("relu", "leaky_relu")
    }
    assert dead["leaky_relu"] == 0
    assert dead["relu"] > 0.25


def test_a_rate_is_the_slope_of_logarithms():
    assert geometric_rate(3 * 0.7 ** np.arange(9)) == pytest.approx(0.7)
    assert geometric_rate(np.array([1.0, 0.0, 0.0])) == 0
    assert geometric_rate(np.array([1.0, np.inf])) == np.inf
    assert np.isnan(geometric_rate(np.array([1.0])))


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([1, 0.1, 0.02], "healthy"),
        ([1, 0.1, 0.005], "vanishing"),
        ([1, 10, 50], "healthy"),
        ([1, 10, 200], "exploding"),
        ([1.0, 0.0], "vanishing"),
        ([1.0, np.inf], "exploding"),
        ([1.0], "healthy"),
        ([], "healthy"),
    ],
)
def test_a_verdict_looks_at_the_change_over_the_whole_depth(values, verdict):
    assert verdict_on(np.array(values)) == verdict


def test_zeros_vanish_and_an_overflow_explodes():
    (zeros,) = reports("zeros", depth=3, seeds=[0])
    assert (zeros.forward_verdict, zeros.forward_rate) == ("vanishing", 0)
    assert zeros.dead_share[0] == 1
    (huge,) = reports(lambda o, i, g: torch.full((o, i), 1e15), depth=4, seeds=[0])
    assert (huge.forward_verdict, huge.forward_rate) == ("exploding", np.inf)
