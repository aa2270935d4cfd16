"""Base class of augmentations of images."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import isqrt, prod
from numbers import Integral
from typing import Any, ClassVar, Self

from torch import Generator, Tensor

from sklearn_deep._shared import explained
from sklearn_deep.augmentation._augmentation import Augmentation


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class ImageAugmentation(Augmentation):
    """Base class of augmentations that move the pixels of images; the targets are unchanged.

    Parameters
    ----------
    image_shape : tuple of int, default=None
        ``(height, width)`` or ``(channels, height, width)`` in pixels. A sample lists its pixels with
        the last axis varying fastest. None: the images are square and have one channel.
    copies : int >= 1, default=1
        Number of new samples made from each sample in each epoch.
    """

    image_shape: tuple[int, ...] | None = None

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Augmentation._parameter_constraints,
        "image_shape": [tuple, None],
    }

    @abstractmethod
    def move(self, images: Tensor, generator: Generator) -> Tensor:
        """Return the images, each moved differently.

        Parameters
        ----------
        images : Tensor of shape (n_samples, n_channels, height, width)
            The samples as images.
        generator : torch.Generator
            The only source of randomness.

        Returns
        -------
        Tensor of shape (n_samples, n_channels, height, width)
        """

    def augment(
        self, x: Tensor, y: Tensor, weight: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor]:
        """Return the moved images, flattened, and ``y``."""
        images = x.reshape(len(x), *self._shape_of(x.shape[1]))
        return self.move(images, generator).reshape(x.shape), y

    def check(self) -> Self:
        """Return the plug-in itself; raise an error if a field is out of its range."""
        super().check()
        shape = self.image_shape
        if shape is not None and not (len(shape) in (2, 3) and all(map(_is_count, shape))):
            raise ValueError(
                f"The 'image_shape' parameter of {type(self).__name__} must be (height, width) or "
                f"(channels, height, width) in pixels, all >= 1. Got {shape!r} instead."
            )
        return self

    def check_features(self, n_features: int, *, owner: str) -> None:
        """Raise an error if the number of features is not the number of pixels of an image."""
        if prod(self._shape_of(n_features)) == n_features:
            return
        kind = type(self).__name__
        if self.image_shape is None:
            raise ValueError(
                f"{kind}() treats each sample in X of {owner} as a square image, but X has {n_features} "
                f"features, which is not a square number. Write {kind}(image_shape=(height, width)) or "
                "(channels, height, width)."
            )
        raise ValueError(
            f"The 'image_shape' parameter of {kind} must have as many pixels as the X of {owner} "
            f"has features, {n_features}. Got {self.image_shape!r}, which has "
            f"{prod(self.image_shape)} pixels."
        )

    def _shape_of(self, n_features: int) -> tuple[int, ...]:
        """Return ``(n_channels, height, width)``."""
        if self.image_shape is None:
            return (1, isqrt(n_features), isqrt(n_features))
        return (1, *self.image_shape)[-3:]


def _is_count(side: Any) -> bool:
    return isinstance(side, Integral) and int(side) >= 1
