"""Augmentation: new samples made from the training samples and added to them during training.

In: the samples, targets and weights of a batch. Out: one new sample, with its target, per sample.
Read ``_augmentation`` (the base class), then ``_gaussian_copies`` and ``_mixup``; images have a base
class in ``_image`` and the augmentations ``_shift`` and ``_rotate_scale``.
"""

from sklearn_deep.augmentation._augmentation import Augmentation, CallableAugmentation
from sklearn_deep.augmentation._gaussian_copies import GaussianCopies
from sklearn_deep.augmentation._image import ImageAugmentation
from sklearn_deep.augmentation._mixup import Mixup
from sklearn_deep.augmentation._rotate_scale import RotateScale
from sklearn_deep.augmentation._shift import Shift
from sklearn_deep.plugins import declare_family, register

declare_family("augmentation", Augmentation, CallableAugmentation)
register("augmentation", "gaussian", GaussianCopies)
register("augmentation", "mixup", Mixup)
register("augmentation", "rotate_scale", RotateScale)
register("augmentation", "shift", Shift)

__all__ = [
    "Augmentation",
    "CallableAugmentation",
    "GaussianCopies",
    "ImageAugmentation",
    "Mixup",
    "RotateScale",
    "Shift",
]
