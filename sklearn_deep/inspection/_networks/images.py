"""Drawing of samples as images."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from numbers import Integral
from typing import Any

import numpy as np


def as_images(rows: np.ndarray, image_shape: Sequence[int], owner: str) -> np.ndarray:
    """Return samples in the shape of images, (height, width) or (height, width, 3) with colors.

    Raises
    ------
    ValueError
        If the shape is not that of an image, or does not match the number of features.
    """
    shape = tuple(image_shape)
    is_shape = len(shape) == 2 or (len(shape) == 3 and shape[2] in (3, 4))
    if not is_shape or not all(isinstance(n, Integral) and n > 0 for n in shape):
        raise ValueError(
            f"The 'image_shape' argument of {owner} must be (height, width), or (height, width, 3) for "
            f"colors; got {image_shape!r}."
        )
    if prod(shape) != rows.shape[1]:
        side = round(rows.shape[1] ** 0.5)
        hint = f" A square image would be ({side}, {side})." if side**2 == rows.shape[1] else ""
        raise ValueError(
            f"The 'image_shape' argument of {owner} is {shape}, {prod(shape)} numbers, but a sample has "
            f"{rows.shape[1]}.{hint}"
        )
    return rows.reshape(-1, *shape)


def show_image(ax: Any, image: np.ndarray, vmin: float, vmax: float, cmap: Any) -> Any:
    """Draw an image without ticks; values are clipped to [vmin, vmax]."""
    if image.ndim == 3:  # Matplotlib only accepts colors in [0, 1].
        image = np.clip((image - vmin) / (vmax - vmin or 1.0), 0, 1)
    drawn = ax.imshow(image, interpolation="nearest", vmin=vmin, vmax=vmax, cmap=cmap)
    ax.set(xticks=[], yticks=[])
    return drawn
