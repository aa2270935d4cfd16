"""Augmentation by moving images by whole pixels."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any, ClassVar

import torch
from torch import Generator, Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.augmentation._augmentation import uniform
from sklearn_deep.augmentation._image import ImageAugmentation


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Shift(ImageAugmentation):
    """Shift each image vertically and horizontally by whole pixels; gaps repeat the border.

    For each sample, both distances are drawn uniformly from the whole numbers between
    ``-max_shift`` and ``max_shift``.

    Parameters
    ----------
    max_shift : int >= 0, default=1
        Largest distance along each side, in pixels.
    image_shape : tuple of int, default=None
        ``(height, width)`` or ``(channels, height, width)`` in pixels. A sample lists its pixels with
        the last axis varying fastest. None: the images are square and have one channel.
    copies : int >= 1, default=1
        Number of new samples made from each sample in each epoch.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.augmentation import Shift
    >>> x, y = torch.arange(12.0).reshape(2, 6), torch.ones(2, 1)
    >>> generator = torch.Generator().manual_seed(0)
    >>> made, _ = Shift(image_shape=(2, 3)).augment(x, y, torch.ones(2), generator)
    >>> made.shape
    torch.Size([2, 6])
    """

    max_shift: float | Tensor = 1

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ImageAugmentation._parameter_constraints,
        "max_shift": [Interval(Integral, 0, None, closed="left")],
    }

    def move(self, images: Tensor, generator: Generator) -> Tensor:
        """Return each image shifted by its own random distances."""
        down, right = (self._distances(images, generator) for _ in range(2))
        return shifted(images, down, right)

    def _distances(self, images: Tensor, generator: Generator) -> Tensor:
        farthest = int(self.max_shift)
        draw = uniform(len(images), generator, images)
        return (draw * (2 * farthest + 1)).floor().long() - farthest


def shifted(images: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Return the images shifted by whole pixels; gaps repeat the border.

    Parameters
    ----------
    images : Tensor of shape (n_samples, n_channels, height, width)
    down, right : Tensor of int of shape (n_samples,)
        Distances in pixels; negative numbers shift up and left.

    Returns
    -------
    Tensor of shape (n_samples, n_channels, height, width)
    """
    rows, columns = (
        _origins(side, by) for side, by in zip(images.shape[-2:], (down, right), strict=True)
    )
    images = images.take_along_dim(rows[:, None, :, None], 2)
    return images.take_along_dim(columns[:, None, None, :], 3)


def _origins(side: int, by: Tensor) -> Tensor:
    """Return, for each place along a side, the index of its source pixel, ``(n_samples, side)``."""
    return (torch.arange(side, device=by.device) - by.unsqueeze(-1)).clamp(0, side - 1)
