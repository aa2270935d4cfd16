"""Augmentation: new samples made from the training samples and added to them in training."""

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
