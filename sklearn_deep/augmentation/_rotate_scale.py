"""Images turned and resized a little."""

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
    """Turn each image about its center and resize it; pixels are interpolated between four.

    The angle is uniform on ``[-max_angle, max_angle]``, the factor on ``[1 - max_scale, 1 +
    max_scale]``, each drawn for each sample. What comes from outside the image is its border.

    Parameters
    ----------
    max_angle : float in [0, 180], default=10.0
        Largest angle either way, in degrees.
    max_scale : float in [0, 1), default=0.1
        Largest change of size, as a share of it.
    image_shape : tuple of int, default=None
        ``(height, width)`` or ``(channels, height, width)`` in pixels, the last axis running
        fastest through a row. None: a square of one channel.
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
        """Return each image turned and resized by its own numbers."""
        turn, size = (2 * uniform(len(images), generator, images) - 1 for _ in range(2))
        return turned(images, self.max_angle * turn, 1 + self.max_scale * size)


def turned(images: Tensor, angle: Tensor, factor: Tensor) -> Tensor:
    """Return the images turned about their centers and resized.

    Parameters
    ----------
    images : Tensor of shape (n_rows, n_channels, height, width)
    angle : Tensor of shape (n_rows,)
        Degrees, counterclockwise where the first row of pixels is on top.
    factor : Tensor of shape (n_rows,)
        Above 1 things get larger.

    Returns
    -------
    Tensor of shape (n_rows, n_channels, height, width)
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
    """Return the map from each place to where its pixel comes from, ``(n_rows, 2, 3)``.

    Places are (x, y) from -1 to 1 along each side, y downwards, so a turn has to undo that the two
    sides of an image have different units.
    """
    cos, sin = angle.deg2rad().cos() / factor, angle.deg2rad().sin() / factor
    none = torch.zeros_like(cos)
    x = torch.stack([cos, -sin * height / width, none], -1)
    y = torch.stack([sin * width / height, cos, none], -1)
    return torch.stack([x, y], -2)
