"""Signals and gradients in the layers of a network, on a log scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from sklearn_deep.inspection._common import figure_and_axes
from sklearn_deep.inspection._signal.propagation import signal_propagation
from sklearn_deep.inspection._signal.rates import LIMIT
from sklearn_deep.inspection._signal.report import SignalPropagationReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FORWARD: dict[str, Any] = {"color": "#08519c", "linestyle": "-", "marker": "o"}
_BACKWARD: dict[str, Any] = {"color": "#e6550d", "linestyle": "--", "marker": "<"}


class SignalPropagationDisplay:
    """Mean squares of signals and gradients in the hidden layers, with the range that is healthy.

    Both are shown relative to their first value: signals relative to the first hidden layer, gradients
    relative to the last one. Create it with ``from_estimator`` or ``from_report``.

    Parameters
    ----------
    report : SignalPropagationReport
        Report returned by ``signal_propagation``.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes of the last plot.
    figure_ : matplotlib.figure.Figure
        Figure of the last plot.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep import MLPClassifier
    >>> from sklearn_deep.inspection import SignalPropagationDisplay
    >>> X = np.random.default_rng(0).normal(size=(100, 20))
    >>> deep = MLPClassifier((20,) * 10, activation="tanh", random_state=0)
    >>> display = SignalPropagationDisplay.from_estimator(deep, X, np.arange(100) % 2)
    >>> display.ax_.get_yscale()
    'log'
    """

    def __init__(self, report: SignalPropagationReport) -> None:
        self.report = report

    @classmethod
    def from_estimator(
        cls,
        estimator_or_module: Any,
        X: Any,
        y: Any = None,
        *,
        at: str = "init",
        ax: Axes | None = None,
    ) -> Self:
        """Measure signals and gradients of a network, and draw the report.

        Parameters
        ----------
        estimator_or_module : estimator or torch.nn.Module
            As in ``signal_propagation``.
        X : array-like or Tensor of shape (n_samples, ...)
            Samples; a few hundred are enough.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Targets, as in ``signal_propagation``.
        at : {"init", "fitted"}, default="init"
            Whether to use initial or fitted weights, as in ``signal_propagation``.
        ax : matplotlib.axes.Axes or None, default=None
            Axes to draw on. None creates a new figure.

        Returns
        -------
        SignalPropagationDisplay
            Display with the drawing.
        """
        return cls.from_report(signal_propagation(estimator_or_module, X, y, at=at), ax=ax)

    @classmethod
    def from_report(cls, report: SignalPropagationReport, *, ax: Axes | None = None) -> Self:
        """Draw a report.

        Parameters
        ----------
        report : SignalPropagationReport
            Report returned by ``signal_propagation``.
        ax : matplotlib.axes.Axes or None, default=None
            Axes to draw on. None creates a new figure.

        Returns
        -------
        SignalPropagationDisplay
            Display with the drawing.
        """
        return cls(report).plot(ax=ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw the report.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None, default=None
            Axes to draw on. None creates a new figure.

        Returns
        -------
        SignalPropagationDisplay
            This Display.

        Raises
        ------
        ImportError
            If matplotlib is missing.
        """
        self.figure_, self.ax_ = figure_and_axes(self, ax)
        report = self.report
        band = f"healthy: within a factor of {LIMIT:g}"
        self.ax_.axhspan(1 / LIMIT, LIMIT, color="0.9", zorder=0, label=band)
        self._line("forward, E[z²]", report.mean_square_z, 0, report.forward_rate, _FORWARD)
        self._line(
            "backward, E[(∂J/∂z)²]",
            report.mean_square_gradient,
            -1,
            report.backward_rate,
            _BACKWARD,
        )
        self._labels()
        return self

    def _line(
        self, words: str, values: np.ndarray, start: int, rate: float, style: dict[str, Any]
    ) -> None:
        hidden = np.flatnonzero(self.report.is_hidden)
        # Zero and infinite values cannot be drawn on a log scale.
        kept = [i for i in hidden if 0 < values[i] < np.inf]
        depth = np.searchsorted(hidden, kept) + 1
        relative = np.log10(values[kept]) - np.log10(values[kept[start]]) if kept else np.empty(0)
        label = f"{words}: × {rate:.3g} per layer" if np.isfinite(rate) else words
        if len(kept) < len(hidden):
            label += f" ({len(hidden) - len(kept)} of {len(hidden)} zero or infinite)"
        self.ax_.plot(depth, 10**relative, label=label, markersize=4, **style)

    def _labels(self) -> None:
        from matplotlib.ticker import MaxNLocator

        report = self.report
        self.ax_.set_yscale("log")
        self.ax_.xaxis.set_major_locator(MaxNLocator(integer=True))
        low, high = self.ax_.get_ylim()
        self.ax_.set_ylim(min(low, 0.2 / LIMIT), max(high, 5 * LIMIT))
        self.ax_.set_xlim(0.5, max(1, np.sum(report.is_hidden)) + 0.5)
        self.ax_.set_xlabel("hidden layer, from input to output")
        self.ax_.set_ylabel("mean square, relative to its start")
        forward, backward = report.forward_verdict, report.backward_verdict
        self.ax_.set_title(f"Forward: {forward}, backward: {backward}")
        self.ax_.legend(fontsize="small")
