"""The plot of signals through depth shows the values of the report."""

import numpy as np
import pytest

from sklearn_deep import MLPClassifier
from sklearn_deep.inspection import SignalPropagationDisplay, signal_propagation

pytest.importorskip("matplotlib").use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")

X = np.random.default_rng(0).normal(size=(50, 16))
Y = np.arange(50) % 2


def net(**params):
    return MLPClassifier((16,) * 5, random_state=0).set_params(**params)


@pytest.fixture(autouse=True)
def _figures_are_closed():
    yield
    plt.close("all")


def test_lines_are_the_mean_squares_of_hidden_layers_relative_to_their_start():
    report = signal_propagation(net(), X, Y)
    ax = SignalPropagationDisplay.from_report(report).ax_
    forward, backward = ax.lines
    np.testing.assert_array_equal(forward.get_xdata(), np.arange(1, 6))
    z, g = report.mean_square_z[:5], report.mean_square_gradient[:5]
    np.testing.assert_allclose(forward.get_ydata(), z / z[0])
    np.testing.assert_allclose(backward.get_ydata(), g / g[-1])
    assert ax.get_yscale() == "log"
    assert ax.get_title() == "Forward: healthy, backward: healthy"
    assert f"{report.forward_rate:.3g} per layer" in forward.get_label()


def test_lines_differ_in_style_too():
    forward, backward = SignalPropagationDisplay.from_estimator(net(), X, Y).ax_.lines
    assert forward.get_linestyle() != backward.get_linestyle()
    assert forward.get_marker() != backward.get_marker()


def test_signals_that_are_zero_are_told_of():
    ax = SignalPropagationDisplay.from_estimator(net(init="zeros"), X, Y).ax_
    assert "(5 of 5 zero or infinite)" in ax.lines[0].get_label()
    assert ax.get_title() == "Forward: vanishing, backward: vanishing"


def test_a_fitted_network_is_drawn_on_given_axes():
    figure, axes = plt.subplots()
    fitted = net(max_epochs=1).fit(X, Y)
    display = SignalPropagationDisplay.from_estimator(fitted, X, at="fitted", ax=axes)
    assert display.ax_ is axes
    assert display.figure_ is figure
    linear = MLPClassifier((), random_state=0)
    assert SignalPropagationDisplay.from_estimator(linear, X, Y).plot().ax_ is not axes
