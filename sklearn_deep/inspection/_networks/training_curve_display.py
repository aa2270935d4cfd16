"""Training curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np

from sklearn_deep._shared import known_names
from sklearn_deep.estimators import rule_of_fit
from sklearn_deep.inspection._common import figure_and_axes
from sklearn_deep.inspection._networks.fitted import step_with

_FULL_LINE, _DASHED = "-", "--"


class TrainingCurve(NamedTuple):
    """Training curves of one fit.

    Parameters
    ----------
    train : array-like of shape (n_epochs,)
        Metric on training samples, one value per epoch.
    validation : array-like of shape (n_epochs,) or None, default=None
        Metric on validation samples.
    restored_epoch : int or None, default=None
        Epoch (from 0) whose weights were restored; None if the last weights were kept.
    diverged : bool, default=False
        Whether the fit ended because it diverged.
    """

    train: Any
    validation: Any = None
    restored_epoch: int | None = None
    diverged: bool = False


class TrainingCurveDisplay:
    """Curves of a metric on training and validation samples over the epochs of fits.

    A vertical line marks the last epoch, and a second one with a dot the epoch whose weights were
    restored, if these differ. Epochs count from 0, as in ``best_epoch_``. ``loss`` is measured in training
    mode, with penalties and noise, and ``val_loss`` without these, so it can be lower.

    Create it with ``from_estimator`` or ``from_estimators``.

    Parameters
    ----------
    curves : dict of str to TrainingCurve
        ``(train, validation, restored_epoch, diverged)`` of each fit, by name; the last three are
        optional.
    metric : str, default="loss"
        Name of the metric.

    Attributes
    ----------
    ax_ : Axes
        Axes of the last plot.
    figure_ : Figure
        Figure of the last plot.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn_deep import MLPClassifier
    >>> from sklearn_deep.inspection import TrainingCurveDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> mlp = MLPClassifier((8,), max_epochs=5, early_stopping=True, schedule="cosine").fit(X, y)
    >>> display = TrainingCurveDisplay.from_estimator(mlp, log_y=True)
    >>> [len(line.get_ydata()) for line in display.ax_.lines[:2]], display.ax_.get_yscale()
    ([5, 5], 'log')
    """

    ax_: Any
    figure_: Any

    def __init__(self, *, curves: Mapping[str, Any], metric: str = "loss") -> None:
        self.curves = curves
        self.metric = metric

    @classmethod
    def from_estimator(
        cls, estimator: Any, metric: str = "loss", *, ax: Any = None, **kwargs: Any
    ) -> Self:
        """Draw the curves of a fitted network.

        Parameters
        ----------
        estimator : fitted estimator
            Network of this library, or a pipeline or search with one.
        metric : str, default="loss"
            Name of the metric. It must be in ``history_``; ``val_<metric>`` is also drawn if it exists.
        ax : matplotlib axes or None, default=None
            Axes to draw on. None creates a new figure.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        TrainingCurveDisplay
            Display with the drawing.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator has no ``history_``.
        ValueError
            If the metric was not recorded.
        ImportError
            If matplotlib is missing.
        """
        return cls.from_estimators({"": estimator}, metric, ax=ax, **kwargs)

    @classmethod
    def from_estimators(
        cls, estimators: Mapping[str, Any], metric: str = "loss", *, ax: Any = None, **kwargs: Any
    ) -> Self:
        """Draw the curves of several fitted networks into one plot.

        Parameters
        ----------
        estimators : dict of str to fitted estimator
            Fitted estimators by name. The name is shown in the legend.
        metric : str, default="loss"
            Name of the metric. It must be in ``history_``; ``val_<metric>`` is also drawn if it exists.
        ax : matplotlib axes or None, default=None
            Axes to draw on. None creates a new figure.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        TrainingCurveDisplay
            Display with the drawing.

        Raises
        ------
        NotFittedError, TypeError, ValueError, ImportError
            As in ``from_estimator``.
        """
        curves = {name: _curve(e, metric, cls.__name__) for name, e in estimators.items()}
        return cls(curves=curves, metric=metric).plot(ax, **kwargs)

    def plot(self, ax: Any = None, *, log_y: bool = False) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib axes or None, default=None
            Axes to draw on. None creates a new figure.
        log_y : bool, default=False
            If true, use a logarithmic y axis.

        Returns
        -------
        TrainingCurveDisplay
            This Display.

        Raises
        ------
        ImportError
            If matplotlib is missing.
        """
        self.figure_, self.ax_ = figure_and_axes(self, ax)
        if ax is None and len(self.curves) > 1:
            self.figure_.set_size_inches(8.5, 4.8)
        curves = {name: TrainingCurve(*curve) for name, curve in self.curves.items()}
        # All curves first, so that the lines of the axes are in the order of the fits.
        for number, (name, curve) in enumerate(curves.items()):
            self._draw_curve(f"C{number}", name, curve)
        for number, (name, curve) in enumerate(curves.items()):
            self._mark(f"C{number}", name, curve)
        self.ax_.set(xlabel="epoch (from 0)", ylabel=self.metric.replace("_", " "))
        if log_y:
            self.ax_.set_yscale("log")
        self.ax_.xaxis.get_major_locator().set_params(integer=True)
        self.ax_.grid(alpha=0.3)
        # The legend of several fits is too large to be inside.
        beside = {"loc": "center left", "bbox_to_anchor": (1, 0.5)} if len(curves) > 1 else {}
        self.ax_.legend(**beside)
        return self

    def _draw_curve(self, color: str, name: str, curve: TrainingCurve) -> None:
        parts = {"training": (curve.train, _FULL_LINE), "validation": (curve.validation, _DASHED)}
        for part, (values, style) in parts.items():
            if values is None:
                continue
            numbers = np.asarray(values, dtype=float)
            finite = np.where(np.isfinite(numbers), numbers, np.nan)
            shade = "C1" if not name and part == "validation" else color
            # The line of a single epoch would be invisible.
            marker = "o" if len(finite) == 1 else None
            label = f"{name}, {part}" if name else part
            self.ax_.plot(finite, ls=style, color=shade, marker=marker, label=label)

    def _mark(self, color: str, name: str, curve: TrainingCurve) -> None:
        last, kept = len(curve.train) - 1, curve.restored_epoch
        if (kept is None or kept == last) and not curve.diverged:
            return
        of, color = (f"{name}, ", color) if name else ("", "0.3")
        word = "diverged" if curve.diverged else "ended"
        self.ax_.axvline(last, color=color, ls=":", label=f"{of}{word}: epoch {last}")
        if kept is not None and kept != last:
            label = f"{of}weights restored: epoch {kept}"
            self.ax_.axvline(kept, color=color, ls="-.", lw=1, label=label)
            values = curve.train if curve.validation is None else curve.validation
            self.ax_.plot([kept], [values[kept]], marker="o", color=color, ls="none", zorder=4)


def _curve(estimator: Any, metric: str, owner: str) -> TrainingCurve:
    _, network = step_with(estimator, ["history_"], owner)
    history = network.history_
    if metric not in history:
        known = [name for name in history if not name.startswith("val_")]
        raise ValueError(
            f"The 'metric' argument of {owner} is {metric!r}, which was not recorded. "
            f"{known_names(metric, known)}"
        )
    return TrainingCurve(
        np.asarray(history[metric]),
        history.get(f"val_{metric}"),
        _restored_epoch(network),
        bool(getattr(network, "diverged_", False)),
    )


def _restored_epoch(network: Any) -> int | None:
    """Return the epoch whose weights early stopping restored, if any."""
    if not hasattr(network, "early_stopping") or getattr(network, "diverged_", False):
        return None
    rule = rule_of_fit(network)
    return int(network.best_epoch_) if rule is not None and rule.restore_best_weights else None
