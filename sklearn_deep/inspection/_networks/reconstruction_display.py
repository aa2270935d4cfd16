"""Reconstructions beside originals."""

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
    """Images above what an autoencoder makes of them.

    The first row are the originals, then come images with noise if there are any, then a row for
    each autoencoder. Errors are mean squares over pixels: of each image above its
    reconstruction, of all images beside the row. All rows share one scale of gray, from the
    least to the largest value of the originals.

    Make it with ``from_estimator`` or ``from_estimators``.

    Parameters
    ----------
    originals : array-like of shape (n_images, n_features)
        The images.
    reconstructions : dict of str to array-like of shape (n_images, n_features)
        What comes back, by the label of its row.
    image_shape : (height, width) or (height, width, 3), default=(28, 28)
        Shape of a sample as an image.
    noisy : array-like of shape (n_images, n_features) or None, default=None
        What was reconstructed, where not the originals.
    errors : dict of str to float or None, default=None
        Error of each row, where measured on more images than are drawn; None: on these.

    Attributes
    ----------
    axes_ : ndarray of Axes of shape (n_rows, n_images)
        The images.
    figure_ : Figure
        Where they are.

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
            With ``reconstruct``, or with ``inverse_transform`` as ``PCA`` has it; or a pipeline with
            such a step, before which all steps have ``inverse_transform``.
        X : array-like of shape (n_samples, n_features)
            Images.
        image_shape : (height, width) or (height, width, 3), default=(28, 28)
            Shape of a sample as an image.
        n : int >= 1, default=10
            How many are drawn, at most; errors of rows are measured on all of X.
        noisy : array-like of shape (n_samples, n_features) or None, default=None
            X with noise, to be reconstructed in its place.
        ax : matplotlib axes, array of them or None, default=None
            Where to draw, as ``plot`` takes it.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        ReconstructionDisplay
            Drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it reconstructs nothing.
        ValueError
            If shapes do not fit, or a step before cannot be inverted.
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
            By the label of the row.
        X : array-like of shape (n_samples, n_features)
            Images.
        image_shape : (height, width) or (height, width, 3), default=(28, 28)
            Shape of a sample as an image.
        n : int >= 1, default=10
            How many are drawn, at most.
        noisy : array-like of shape (n_samples, n_features) or None, default=None
            As in ``from_estimator``.
        ax : matplotlib axes, array of them or None, default=None
            Where to draw, as ``plot`` takes it.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        ReconstructionDisplay
            Drawn.

        Raises
        ------
        NotFittedError, TypeError, ValueError, ImportError
            As ``from_estimator``.
        """
        rows = as_array(X)
        given = rows if noisy is None else as_array(noisy)
        if given.shape != rows.shape:
            raise ValueError(
                f"The 'noisy' argument of {cls.__name__} must be of the shape of X, {rows.shape}; got "
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
            One axes is divided, an array has one axes an image, row by row; None makes a figure.
        cmap : str, default="gray_r"
            Colors of gray images; the default is white for the least.

        Returns
        -------
        ReconstructionDisplay
            This one.

        Raises
        ------
        ValueError
            If shapes do not fit, or there are not as many axes as images.
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
    """Return the mean of squares over all."""
    return float(np.mean(np.square(np.asarray(values, dtype=float))))


def _reconstructed(estimator: Any, X: np.ndarray, owner: str) -> np.ndarray:
    """Return samples after encoder and decoder, in the unit of X."""
    before, step = step_with(estimator, _RECONSTRUCTS, owner)
    found = reconstruction_of(step, given_to(before, X))
    if before is None:
        return found
    if not hasattr(before, "inverse_transform"):
        raise ValueError(
            f"{owner} requires that the steps before the autoencoder can be inverted, to show images in "
            "the units of X. Transform X with these steps, and give the step that reconstructs."
        )
    return as_array(before.inverse_transform(found))
