"""Augmentation by small random rotations and changes of size of images."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.augmentation._augmentation import uniform
from sklearn_deep.augmentation._image import ImageAugmentation


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class RotateScale(ImageAugmentation):
    """Rotate each image about its center and resize it, with bilinear interpolation.

    For each sample the angle is drawn uniformly from ``[-max_angle, max_angle]`` and the factor
    from ``[1 - max_scale, 1 + max_scale]``. Pixels from outside the image repeat its border.

    Parameters
    ----------
    max_angle : float in [0, 180], default=10.0
        Largest angle in either direction, in degrees.
    max_scale : float in [0, 1), default=0.1
        Largest relative change of size: 0.1 means 10 % smaller or larger.
    image_shape : tuple of int, default=None
        ``(height, width)`` or ``(channels, height, width)`` in pixels. A sample lists its pixels with
        the last axis varying fastest. None: the images are square and have one channel.
    copies : int >= 1, default=1
        Number of new samples made from each sample in each epoch.
    """

    max_angle: float | Tensor = 10.0
    max_scale: float | Tensor = 0.1

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **ImageAugmentation._parameter_constraints,
        "max_angle": [Interval(Real, 0, 180, closed="both")],
        "max_scale": [Interval(Real, 0, 1, closed="left")],
    }

    def move(self, images: Tensor, generator: Generator) -> Tensor:
        """Return each image rotated and resized by its own random amounts."""
        turn, size = (2 * uniform(len(images), generator, images) - 1 for _ in range(2))
        return turned(images, self.max_angle * turn, 1 + self.max_scale * size)


def turned(images: Tensor, angle: Tensor, factor: Tensor) -> Tensor:
    """Return the images rotated about their centers and resized.

    Parameters
    ----------
    images : Tensor of shape (n_samples, n_channels, height, width)
    angle : Tensor of shape (n_samples,)
        Degrees, counterclockwise if the first row of pixels is on top.
    factor : Tensor of shape (n_samples,)
        Above 1, the content of the image becomes larger.

    Returns
    -------
    Tensor of shape (n_samples, n_channels, height, width)
    """
    origins = F.affine_grid(
        _to_origin(angle, factor, *images.shape[-2:]).to(images),
        list(images.shape),
        align_corners=False,
    )
    return F.grid_sample(
        images, origins, mode="bilinear", padding_mode="border", align_corners=False
    )


def _to_origin(angle: Tensor, factor: Tensor, height: int, width: int) -> Tensor:
    """Return affine maps from each place in the result to its source, ``(n_samples, 2, 3)``.

    Coordinates (x, y) run from -1 to 1 along each side, with y downward. Their units differ if the
    image is not square, which the factors height / width and width / height correct.
    """
    cos, sin = angle.deg2rad().cos() / factor, angle.deg2rad().sin() / factor
    none = torch.zeros_like(cos)
    x = torch.stack([cos, -sin * height / width, none], -1)
    y = torch.stack([sin * width / height, cos, none], -1)
    return torch.stack([x, y], -2)
