"""Scatter plot of the codes of an autoencoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.decomposition import PCA
from sklearn.utils.multiclass import type_of_target

from sklearn_deep.inspection._common import figure_and_axes
from sklearn_deep.inspection._networks.fitted import as_array, given_to, latent_code_of, step_with

# More classes cannot be distinguished by color.
_MOST_CLASSES = 20
_MARKERS = "os^DvPX<>p"


class CodeDisplay:
    """Scatter plot of the code of each sample, colored by class or by a number.

    Codes with two components are drawn directly. For longer codes, the first two principal components are
    drawn, with their fractions of the variance; a code with one component is drawn against the index of
    the sample. Classes also have different markers, and their names are written at their medians.

    Create it with ``from_estimator``.

    Parameters
    ----------
    points : array-like of shape (n_samples, 2)
        Coordinates of the samples.
    labels : tuple of two str, default=("code 1", "code 2")
        Labels of the axes.
    y : array-like of shape (n_samples,) or None, default=None
        Class labels or numbers. Samples with NaN are gray.
    kind : {"classes", "numbers"} or None, default=None
        Whether y contains classes or numbers. None treats up to 20 distinct integers or strings as classes.

    Attributes
    ----------
    ax_ : Axes
        Axes of the last plot.
    figure_ : Figure
        Figure of the last plot.
    colorbar_ : Colorbar or None
        Color bar; None unless y contains numbers.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn_deep import AutoencoderTransformer
    >>> from sklearn_deep.inspection import CodeDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> autoencoder = AutoencoderTransformer(2, max_epochs=5, early_stopping=None).fit(X)
    >>> display = CodeDisplay.from_estimator(autoencoder, X, y)
    >>> display.points.shape, display.ax_.get_xlabel()
    ((150, 2), 'code 1')
    """

    ax_: Any
    figure_: Any
    colorbar_: Any

    def __init__(
        self,
        *,
        points: Any,
        labels: Sequence[str] = ("code 1", "code 2"),
        y: Any = None,
        kind: str | None = None,
    ) -> None:
        self.points = points
        self.labels = labels
        self.y = y
        self.kind = kind

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        *,
        kind: str | None = None,
        ax: Any = None,
        **kwargs: Any,
    ) -> Self:
        """Compute and draw the codes of samples.

        Parameters
        ----------
        estimator : fitted estimator
            Autoencoder, another estimator with ``transform``, or a pipeline with one. In a pipeline, the
            last step with ``reconstruct`` is used, otherwise the last one with ``transform``.
        X : array-like of shape (n_samples, n_features)
            Samples.
        y : array-like of shape (n_samples,) or None, default=None
            Class labels or numbers that determine the colors.
        kind : {"classes", "numbers"} or None, default=None
            Whether y contains classes or numbers. None treats up to 20 distinct integers or strings as classes.
        ax : matplotlib axes or None, default=None
            Axes to draw on. None creates a new figure.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        CodeDisplay
            Display with the drawing.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator has no code.
        ValueError
            If the length of y differs from that of X, or y has too many classes.
        ImportError
            If matplotlib is missing.
        """
        before, step = step_with(estimator, ("reconstruct", "transform"), cls.__name__)
        points, labels = in_two_dimensions(latent_code_of(step, given_to(before, X)))
        return cls(points=points, labels=labels, y=y, kind=kind).plot(ax, **kwargs)

    def plot(self, ax: Any = None, *, size: float = 14, cmap: str = "viridis") -> Self:
        """Draw the points.

        Parameters
        ----------
        ax : matplotlib axes or None, default=None
            Axes to draw on. None creates a new figure.
        size : float, default=14
            Area of a point in points², as in ``scatter`` of matplotlib.
        cmap : str, default="viridis"
            Colormap of matplotlib. It is used if y contains numbers.

        Returns
        -------
        CodeDisplay
            This Display.

        Raises
        ------
        ValueError
            If the length of y differs from that of ``points``, or y has too many classes.
        ImportError
            If matplotlib is missing.
        """
        points, y = np.asarray(self.points), None if self.y is None else np.asarray(self.y)
        owner = type(self).__name__
        if y is not None and y.shape != (len(points),):
            raise ValueError(
                f"The 'y' argument of {owner} must have one value per sample, shape ({len(points)},); "
                f"got {y.shape}."
            )
        kind = None if y is None else _kind_of(y, self.kind, owner)
        self.figure_, self.ax_ = figure_and_axes(self, ax)
        self.colorbar_ = None
        self.ax_.set(xlabel=self.labels[0], ylabel=self.labels[1])
        if y is None:
            self.ax_.scatter(*points.T, s=size, color="C0", alpha=0.7, lw=0)
        elif kind == "classes":
            self._draw_classes(points, y, size)
        else:
            self._draw_numbers(points, y.astype(float), size, cmap)
        return self

    def _draw_classes(self, points: np.ndarray, y: np.ndarray, size: float) -> None:
        import matplotlib as mpl
        from matplotlib import patheffects

        classes = np.unique(y)
        colors = mpl.color_sequences["tab10" if len(classes) <= 10 else "tab20"]
        outline = patheffects.withStroke(linewidth=3, foreground="white")
        for number, label in enumerate(classes):
            rows = points[y == label]
            marker = _MARKERS[number % len(_MARKERS)]
            color = colors[number % len(colors)]
            self.ax_.scatter(
                *rows.T, s=size, color=color, marker=marker, alpha=0.7, lw=0, label=str(label)
            )
            at = {"ha": "center", "va": "center", "weight": "bold", "path_effects": [outline]}
            self.ax_.text(*np.median(rows, axis=0), str(label), **at)
        self.ax_.legend(
            title="class", loc="center left", bbox_to_anchor=(1, 0.5), markerscale=1.5, fontsize=8
        )

    def _draw_numbers(self, points: np.ndarray, y: np.ndarray, size: float, cmap: str) -> None:
        known = np.isfinite(y)
        if not known.all():
            label = "no number"
            self.ax_.scatter(*points[~known].T, s=size, color="0.8", lw=0, label=label)
            self.ax_.legend()
        drawn = self.ax_.scatter(*points[known].T, c=y[known], s=size, cmap=cmap, lw=0)
        self.colorbar_ = self.figure_.colorbar(drawn, ax=self.ax_, label="y")


def in_two_dimensions(code: np.ndarray) -> tuple[np.ndarray, tuple[str, str]]:
    """Return points for codes, and the labels of their axes."""
    n_components = code.shape[1]
    if n_components == 1:
        return np.column_stack([np.arange(len(code)), code]), ("sample", "code")
    if n_components == 2:
        return code, ("code 1", "code 2")
    pca = PCA(2, random_state=0)
    points = pca.fit_transform(as_array(code))
    first, second = (
        f"{which} principal component of the code\n({share:.0%} of the variance of {n_components} numbers)"
        for which, share in zip(("first", "second"), pca.explained_variance_ratio_, strict=True)
    )
    return points, (first, second)


def _kind_of(y: np.ndarray, kind: str | None, owner: str) -> str:
    if kind not in (None, "classes", "numbers"):
        raise ValueError(
            f"The 'kind' argument of {owner} must be 'classes', 'numbers' or None, got {kind!r}."
        )
    are_words = y.dtype.kind in "OUSb"
    if kind is None:
        are_numbers = not are_words and (
            not np.isfinite(y).all()
            or type_of_target(y).startswith("continuous")
            or len(np.unique(y)) > _MOST_CLASSES
        )
        kind = "numbers" if are_numbers else "classes"
    n_classes = len(np.unique(y))
    if kind == "classes" and n_classes > _MOST_CLASSES:
        raise ValueError(
            f"The 'y' argument of {owner} has {n_classes} classes, but at most {_MOST_CLASSES} can be "
            "distinguished by color. Pass fewer classes, or numbers with kind='numbers'."
        )
    if kind == "numbers" and y.dtype.kind in "OUS":
        raise ValueError(
            f"The 'y' argument of {owner} has strings, but kind='numbers' requires numbers."
        )
    return kind
