"""The plot of bias and variance shows the values of the report."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from sklearn_deep.inspection import BiasVarianceDisplay, BiasVarianceReport

pytest.importorskip("matplotlib").use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")

REPORT = BiasVarianceReport(np.array([0.14, 0.16]), np.array([0.25, 0.35]), bayes_error=0.05)


@pytest.fixture(autouse=True)
def _figures_are_closed():
    yield
    plt.close("all")


def words(ax):
    return " ".join(text.get_text().replace("\n", " ") for text in ax.texts)


def test_bars_dots_and_line_are_the_errors():
    ax = BiasVarianceDisplay.from_report(REPORT).ax_
    assert [bar.get_height() for bar in ax.patches[:2]] == pytest.approx([0.15, 0.30])
    dots = [line.get_ydata() for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_array_equal(dots, [REPORT.train_errors, REPORT.validation_errors])
    (bayes,) = (line for line in ax.lines if line.get_label() == "Bayes error 0.05")
    assert set(bayes.get_ydata()) == {0.05}


def test_words_say_verdict_and_excesses():
    ax = BiasVarianceDisplay.from_report(REPORT).ax_
    assert ax.get_title() == "Verdict: bias and variance (tolerance 0.02)"
    assert "avoidable bias 0.1" in words(ax)
    assert "generalization gap 0.15" in words(ax)
    assert ax.get_ylabel() == "error rate"


@pytest.mark.parametrize("size", [(4, 3), (5, 3.5), (6.4, 4.8)])
def test_words_stand_beside_bars_and_inside_the_frame(size):
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    BiasVarianceDisplay.from_report(REPORT, ax=ax)
    figure.draw_without_rendering()
    frame = ax.get_window_extent()
    written = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert len(written) == 2
    for box in written:
        assert frame.x0 < box.x0 < box.x1 < frame.x1
        assert not [bar for bar in ax.patches[:2] if box.overlaps(bar.get_window_extent())]


def test_a_bias_below_zero_and_a_gap_below_zero_have_no_arrow():
    report = BiasVarianceReport(np.array([0.1]), np.array([0.05]), bayes_error=0.2)
    assert "avoidable bias 0" in words(BiasVarianceDisplay.from_report(report).ax_)
    assert "generalization gap -0.05" in words(BiasVarianceDisplay(report).plot().ax_)


def test_an_estimator_is_drawn_on_given_axes():
    figure, axes = plt.subplots()
    tree = DecisionTreeClassifier(random_state=0)
    display = BiasVarianceDisplay.from_estimator(tree, *load_iris(return_X_y=True), cv=3, ax=axes)
    assert display.ax_ is axes
    assert display.figure_ is figure
    assert display.report.train_error == 0
