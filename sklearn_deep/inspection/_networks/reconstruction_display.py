"""Images and their reconstructions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from sklearn_deep.inspection._common import figure_and_panels
from sklearn_deep.inspection._networks.fitted import (
    as_array,
    given_to,
    reconstruction_of,
    step_with,
)
from sklearn_deep.inspection._networks.images import as_images, show_image

_RECONSTRUCTS = ("reconstruct", "inverse_transform")


class ReconstructionDisplay:
    """Images and their reconstructions by one or several autoencoders.

    The first row shows the originals, followed by noisy images if there are any, and one row for each
    autoencoder. Errors are mean squared errors over pixels; the error of each image is above its
    reconstruction, that of all images next to the row. All images share one gray scale, from the smallest
    to the largest value of the originals.

    Create it with ``from_estimator`` or ``from_estimators``.

    Parameters
    ----------
    originals : array-like of shape (n_images, n_features)
        Original images.
    reconstructions : dict of str to array-like of shape (n_images, n_features)
        Reconstructions by the label of their row.
    image_shape : (height, width) or (height, width, 3), default=(28, 28)
        Shape of a sample as an image.
    noisy : array-like of shape (n_images, n_features) or None, default=None
        Noisy images that are reconstructed instead of the originals.
    errors : dict of str to float or None, default=None
        Error of each row, for example measured on more images. None computes it from the drawn images.

    Attributes
    ----------
    axes_ : ndarray of Axes of shape (n_rows, n_images)
        Axes of the images.
    figure_ : Figure
        Figure of the last plot.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.decomposition import PCA
    >>> from sklearn_deep.inspection import ReconstructionDisplay
    >>> X, _ = load_digits(return_X_y=True)
    >>> display = ReconstructionDisplay.from_estimator(PCA(8).fit(X), X, image_shape=(8, 8), n=5)
    >>> display.axes_.shape, display.axes_[1, 0].get_ylabel()
    ((2, 5), 'reconstruction\\nMSE 6.122')
    """

    axes_: np.ndarray
    figure_: Any

    def __init__(
        self,
        *,
        originals: Any,
        reconstructions: Mapping[str, Any],
        image_shape: Sequence[int] = (28, 28),
        noisy: Any = None,
        errors: Mapping[str, float] | None = None,
    ) -> None:
        self.originals = originals
        self.reconstructions = reconstructions
        self.image_shape = image_shape
        self.noisy = noisy
        self.errors = errors

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        *,
        image_shape: Sequence[int] = (28, 28),
        n: int = 10,
        noisy: Any = None,
        ax: Any = None,
        **kwargs: Any,
    ) -> Self:
        """Draw the first images of X and their reconstructions.

        Parameters
        ----------
        estimator : fitted estimator
            Estimator with ``reconstruct`` or ``inverse_transform`` (such as ``PCA``), or a pipeline with
            such a step whose earlier steps all have ``inverse_transform``.
        X : array-like of shape (n_samples, n_features)
            Images.
        image_shape : (height, width) or (height, width, 3), default=(28, 28)
            Shape of a sample as an image.
        n : int >= 1, default=10
            Maximum number of images to draw; errors of rows are measured on all of X.
        noisy : array-like of shape (n_samples, n_features) or None, default=None
            Noisy images that are reconstructed instead of the originals.
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. See ``plot``.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        ReconstructionDisplay
            Display with the drawing.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator cannot reconstruct samples.
        ValueError
            If shapes do not match, or an earlier step has no ``inverse_transform``.
        ImportError
            If matplotlib is missing.
        """
        return cls.from_estimators(
            {"reconstruction": estimator},
            X,
            image_shape=image_shape,
            n=n,
            noisy=noisy,
            ax=ax,
            **kwargs,
        )

    @classmethod
    def from_estimators(
        cls,
        estimators: Mapping[str, Any],
        X: Any,
        *,
        image_shape: Sequence[int] = (28, 28),
        n: int = 10,
        noisy: Any = None,
        ax: Any = None,
        **kwargs: Any,
    ) -> Self:
        """Draw the reconstructions of several estimators below each other.

        Parameters
        ----------
        estimators : dict of str to fitted estimator
            Fitted estimators by name. The name is the label of the row.
        X : array-like of shape (n_samples, n_features)
            Images.
        image_shape : (height, width) or (height, width, 3), default=(28, 28)
            Shape of a sample as an image.
        n : int >= 1, default=10
            Maximum number of images to draw; errors of rows are measured on all of X.
        noisy : array-like of shape (n_samples, n_features) or None, default=None
            Noisy images that are reconstructed instead of the originals.
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. See ``plot``.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        ReconstructionDisplay
            Display with the drawing.

        Raises
        ------
        NotFittedError, TypeError, ValueError, ImportError
            As in ``from_estimator``.
        """
        rows = as_array(X)
        given = rows if noisy is None else as_array(noisy)
        if given.shape != rows.shape:
            raise ValueError(
                f"The 'noisy' argument of {cls.__name__} must have the shape of X, {rows.shape}; got "
                f"{given.shape}."
            )
        as_images(rows[:1], image_shape, cls.__name__)
        back = {name: _reconstructed(e, given, cls.__name__) for name, e in estimators.items()}
        errors = {name: mean_square(values - rows) for name, values in back.items()}
        if noisy is not None:
            errors["with noise"] = mean_square(given - rows)
        display = cls(
            originals=rows[:n],
            reconstructions={name: values[:n] for name, values in back.items()},
            image_shape=image_shape,
            noisy=None if noisy is None else given[:n],
            errors=errors,
        )
        return display.plot(ax, **kwargs)

    def plot(self, ax: Any = None, *, cmap: str = "gray_r") -> Self:
        """Draw the images.

        Parameters
        ----------
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. A single Axes is divided into panels, an array must have one Axes per image, row by
            row, and None creates a new figure.
        cmap : str, default="gray_r"
            Colormap of matplotlib. It is used for gray images; with the default, the smallest value is white.

        Returns
        -------
        ReconstructionDisplay
            This Display.

        Raises
        ------
        ValueError
            If shapes do not match, or the number of Axes differs from that of the images.
        ImportError
            If matplotlib is missing.
        """
        owner, originals = type(self).__name__, as_array(self.originals)
        rows = {"original": originals}
        if self.noisy is not None:
            rows["with noise"] = as_array(self.noisy)
        rows |= {name: as_array(values) for name, values in self.reconstructions.items()}
        images = {name: as_images(part, self.image_shape, owner) for name, part in rows.items()}
        n = len(originals)
        size = (0.95 + 1.0 / max(n, 1), 1.1)
        self.figure_, panels = figure_and_panels(self, ax, (len(rows), n), panel_size=size)
        self.axes_ = panels.reshape(len(rows), n)
        ends = {"vmin": originals.min(), "vmax": originals.max(), "cmap": cmap}
        for line, (name, part) in zip(self.axes_, images.items(), strict=True):
            for panel, image in zip(line, part, strict=True):
                show_image(panel, image, **ends)
            self._label(line, name, rows[name] - originals)
        return self

    def _label(self, line: np.ndarray, name: str, differences: np.ndarray) -> None:
        label = name
        if name != "original":
            error = (self.errors or {}).get(name, mean_square(differences))
            label = f"{name}\nMSE {error:.4g}"
            for panel, difference in zip(line, differences, strict=True):
                panel.set_title(f"MSE {mean_square(difference):.3g}", fontsize=7, pad=2)
        line[0].set_ylabel(label, rotation=0, ha="right", va="center")


def mean_square(values: Any) -> float:
    """Return the mean of all squared values."""
    return float(np.mean(np.square(np.asarray(values, dtype=float))))


def _reconstructed(estimator: Any, X: np.ndarray, owner: str) -> np.ndarray:
    """Return the reconstructions of samples, in the units of X."""
    before, step = step_with(estimator, _RECONSTRUCTS, owner)
    found = reconstruction_of(step, given_to(before, X))
    if before is None:
        return found
    if not hasattr(before, "inverse_transform"):
        raise ValueError(
            f"{owner} requires inverse_transform of the steps before the autoencoder, to show images in the "
            "units of X. Otherwise, transform X with these steps, and pass the autoencoder alone."
        )
    return as_array(before.inverse_transform(found))
