"""Weights of the first layer as images."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, Self

import numpy as np

from sklearn_deep.inspection._common import figure_and_panels
from sklearn_deep.inspection._networks.fitted import step_with
from sklearn_deep.inspection._networks.images import as_images, show_image

_MOST_COLUMNS = 8
# From dark to light, so that signs can also be distinguished in gray.
_DARK_TO_LIGHT = ("#06133d", "#2f62ad", "#8f9397", "#f0a35e", "#fff6dc")


class WeightImageDisplay:
    """Weights of the units of the first layer as images.

    Units are sorted by the Euclidean norm of their weights, which is written above each image. All images
    share one color scale, symmetric around zero: negative weights are dark, positive weights are light.

    Create it with ``from_estimator``.

    Parameters
    ----------
    weights : array-like of shape (n_units, n_features)
        Weights, one row per unit.
    image_shape : (height, width)
        Shape of a sample as an image.
    n_units : int >= 1 or None, default=24
        Maximum number of units to draw; None draws all.

    Attributes
    ----------
    axes_ : ndarray of Axes
        Axes of the images.
    figure_ : Figure
        Figure of the last plot.
    colorbar_ : Colorbar
        Color bar of all images.
    units_ : ndarray of int
        Indices of the drawn units, in order.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn_deep import MLPClassifier
    >>> from sklearn_deep.inspection import WeightImageDisplay
    >>> X, y = load_digits(return_X_y=True)
    >>> mlp = MLPClassifier((16,), max_epochs=2, early_stopping=None).fit(X / 16, y)
    >>> display = WeightImageDisplay.from_estimator(mlp, (8, 8), n_units=6)
    >>> display.axes_.shape, len(display.units_)
    ((6,), 6)
    """

    axes_: np.ndarray
    figure_: Any
    colorbar_: Any
    units_: np.ndarray

    def __init__(
        self, *, weights: Any, image_shape: Sequence[int], n_units: int | None = 24
    ) -> None:
        self.weights = weights
        self.image_shape = image_shape
        self.n_units = n_units

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        image_shape: Sequence[int],
        *,
        n_units: int | None = 24,
        ax: Any = None,
        **kwargs: Any,
    ) -> Self:
        """Draw the weights of the first layer of a fitted network.

        Parameters
        ----------
        estimator : fitted estimator
            Network of this library, scikit-learn's MLP, or a pipeline or search with one. Without hidden
            layers, the output layer is drawn.
        image_shape : (height, width)
            Shape of a sample as an image.
        n_units : int >= 1 or None, default=24
            Maximum number of units to draw; None draws all.
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. See ``plot``.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        WeightImageDisplay
            Display with the drawing.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator contains no network.
        ValueError
            If ``image_shape`` does not match the number of features.
        ImportError
            If matplotlib is missing.
        """
        _, network = step_with(estimator, ("module_", "coefs_"), cls.__name__)
        weights = _first_weights(network)
        return cls(weights=weights, image_shape=image_shape, n_units=n_units).plot(ax, **kwargs)

    def plot(self, ax: Any = None, *, cmap: Any = None, vmax: float | None = None) -> Self:
        """Draw the images.

        Parameters
        ----------
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. A single Axes is divided into panels, several are used directly, and None
            creates a new figure.
        cmap : str or Colormap, default=None
            Colormap of matplotlib. It ranges from the most negative to the most positive weight; the default is
            also readable in gray.
        vmax : float > 0 or None, default=None
            Weight of the last color; the first color is for ``-vmax``. Larger weights have the same color.
            None uses the largest absolute weight that is drawn. Set it to compare several networks.

        Returns
        -------
        WeightImageDisplay
            This Display.

        Raises
        ------
        ValueError
            If shapes do not match, the number of Axes differs from that of the units, or ``vmax`` <= 0.
        ImportError
            If matplotlib is missing.
        """
        owner, weights = type(self).__name__, np.asarray(self.weights, dtype=float)
        images = self._images(weights, owner)
        norms = np.linalg.norm(weights, axis=1)
        self.units_ = np.argsort(-norms, kind="stable")[: self.n_units]
        n_columns = min(_MOST_COLUMNS, len(self.units_))
        n_rows = -(-len(self.units_) // n_columns)
        self.figure_, self.axes_ = figure_and_panels(
            self, ax, (n_rows, n_columns), n_panels=len(self.units_), panel_size=(1.15, 1.5)
        )
        if vmax is not None and not vmax > 0:
            raise ValueError(f"The 'vmax' argument of {owner}.plot must be positive, got {vmax!r}.")
        most = float(np.abs(weights[self.units_]).max() if vmax is None else vmax) or 1.0
        ends = {"vmin": -most, "vmax": most, "cmap": _colors() if cmap is None else cmap}
        for panel, unit in zip(self.axes_, self.units_, strict=True):
            drawn = show_image(panel, images[unit], **ends)
            panel.set_title(f"unit {unit}\n‖w‖ = {norms[unit]:.2g}", fontsize=8, pad=3)
        self.colorbar_ = self.figure_.colorbar(drawn, ax=list(self.axes_), label="weight", pad=0.02)
        return self

    def _images(self, weights: np.ndarray, owner: str) -> np.ndarray:
        if len(tuple(self.image_shape)) != 2:
            raise ValueError(
                f"The 'image_shape' argument of {owner} must be (height, width), got "
                f"{self.image_shape!r}; colors are not supported."
            )
        if self.n_units is not None and not (
            isinstance(self.n_units, Integral) and self.n_units > 0
        ):
            raise ValueError(
                f"The 'n_units' argument of {owner} must be an int >= 1 or None, got {self.n_units!r}."
            )
        return as_images(weights, self.image_shape, owner)


def _colors() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("dark_to_light", _DARK_TO_LIGHT)


def _first_weights(network: Any) -> np.ndarray:
    """Return the first weight matrix, ``(n_units, n_features)``."""
    if not hasattr(network, "module_"):
        return np.asarray(network.coefs_[0]).T
    blocks = list(network.module_.hidden)
    linear = blocks[0].linear if blocks else network.module_.output
    weights: np.ndarray = linear.weight.detach().cpu().numpy()
    return weights
