"""Bar chart of train and validation error and the Bayes error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from sklearn_deep.inspection._bias_variance.report import BiasVarianceReport, bias_variance_report
from sklearn_deep.inspection._common import figure_and_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Bars stand far apart, so that the words between them fit in small figures too.
_VALIDATION_PLACE, _RIGHT_END = 1.6, 3.0
_BAR: dict[str, Any] = {"width": 0.5, "edgecolor": "black", "linewidth": 0.8}
_TRAIN, _VALIDATION = "#9ecae1", "#3182bd"


class BiasVarianceDisplay:
    """Bar chart of train and validation error, with the Bayes error, avoidable bias and generalization gap.

    Create it with ``from_estimator`` or ``from_report``.

    Parameters
    ----------
    report : BiasVarianceReport
        Report returned by ``bias_variance_report``.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes of the last plot.
    figure_ : matplotlib.figure.Figure
        Figure of the last plot.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from sklearn_deep.inspection import BiasVarianceDisplay
    >>> X, y = load_wine(return_X_y=True)
    >>> display = BiasVarianceDisplay.from_estimator(DecisionTreeClassifier(), X, y)
    >>> display.ax_.get_ylabel()
    'error rate'
    """

    def __init__(self, report: BiasVarianceReport) -> None:
        self.report = report

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        cv: Any = 5,
        scoring: Any = None,
        bayes_error: float | str = 0.0,
        tolerance: float = 0.02,
        n_jobs: int | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Cross-validate an estimator and draw the report.

        Parameters
        ----------
        estimator : estimator
            As in ``bias_variance_report``.
        X : array-like of shape (n_samples, n_features)
            Samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels or target values.
        cv : int, splitter or iterable of (train, validation), default=5
            Cross-validation folds. See ``cross_validate``.
        scoring : str, callable or None, default=None
            Score from which errors are computed. See ``bias_variance_report``.
        bayes_error : float or "1nn", default=0.0
            Lowest error that any model can reach. See ``bias_variance_report``.
        tolerance : float >= 0, default=0.02
            Avoidable bias and generalization gap that are accepted, in units of the error.
        n_jobs : int or None, default=None
            Number of folds fitted at the same time, by joblib.
        ax : matplotlib.axes.Axes or None, default=None
            Axes to draw on. None creates a new figure.

        Returns
        -------
        BiasVarianceDisplay
            Display with the drawing.
        """
        report = bias_variance_report(
            estimator,
            X,
            y,
            cv=cv,
            scoring=scoring,
            bayes_error=bayes_error,
            tolerance=tolerance,
            n_jobs=n_jobs,
        )
        return cls.from_report(report, ax=ax)

    @classmethod
    def from_report(cls, report: BiasVarianceReport, *, ax: Axes | None = None) -> Self:
        """Draw a report.

        Parameters
        ----------
        report : BiasVarianceReport
            Report returned by ``bias_variance_report``.
        ax : matplotlib.axes.Axes or None, default=None
            Axes to draw on. None creates a new figure.

        Returns
        -------
        BiasVarianceDisplay
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
        BiasVarianceDisplay
            This Display.

        Raises
        ------
        ImportError
            If matplotlib is missing.
        """
        self.figure_, self.ax_ = figure_and_axes(self, ax)
        report = self.report
        self.ax_.bar(0, report.train_error, color=_TRAIN, **_BAR)
        self.ax_.bar(
            _VALIDATION_PLACE, report.validation_error, color=_VALIDATION, hatch="//", **_BAR
        )
        self._folds(0, report.train_errors)
        self._folds(_VALIDATION_PLACE, report.validation_errors)
        self._lines()
        self._labels()
        self._excess(0.34, "avoidable\nbias", report.bayes_error, report.avoidable_bias)
        place = _VALIDATION_PLACE + 0.34
        self._excess(place, "generalization\ngap", report.train_error, report.generalization_gap)
        return self

    def _folds(self, place: float, errors: np.ndarray) -> None:
        # Side by side, so that dots of equal errors remain visible.
        beside = place + np.linspace(-0.12, 0.12, len(errors))
        label = "one fold" if place == 0 else None
        self.ax_.plot(
            beside, errors, "o", color="white", markeredgecolor="black", markersize=5, label=label
        )

    def _lines(self) -> None:
        report = self.report
        label = f"Bayes error {report.bayes_error:.3g}"
        self.ax_.axhline(report.bayes_error, color="black", linestyle="--", label=label)
        # From the top of the train bar to the arrow of the gap.
        self.ax_.plot(
            [0.25, _VALIDATION_PLACE + 0.34],
            [report.train_error] * 2,
            color="black",
            linestyle=":",
            linewidth=1,
        )

    def _excess(self, place: float, words: str, low: float, excess: float) -> None:
        strong, high = excess > self.report.tolerance, low + max(excess, 0.0)
        if excess > 0:
            arrow = {
                "arrowstyle": "<->",
                "linewidth": 2 if strong else 1,
                "shrinkA": 0,
                "shrinkB": 0,
            }
            self.ax_.annotate("", (place, high), (place, low), arrowprops=arrow)
        bottom, top = self.ax_.get_ylim()
        short = high - low < 0.15 * (top - bottom)
        self.ax_.text(
            place + 0.04,
            high + 0.01 * (top - bottom) if short else (low + high) / 2,
            f"{words}\n{excess:.3g}",
            va="bottom" if short else "center",
            fontweight="bold" if strong else "normal",
            fontsize="small",
        )

    def _labels(self) -> None:
        report = self.report
        self.ax_.set_xticks([0, _VALIDATION_PLACE], ["train", "validation"])
        self.ax_.set_xlim(-0.45, _RIGHT_END)
        # Leaves room for the legend, and for a Bayes line at the bottom.
        low, top = self.ax_.get_ylim()
        self.ax_.set_ylim(low - 0.02 * (top - low), top + 0.2 * (top - low))
        self.ax_.set_ylabel(report.error_name)
        self.ax_.set_title(f"Verdict: {report.verdict} (tolerance {report.tolerance:g})")
        self.ax_.legend(loc="upper left", fontsize="small")
