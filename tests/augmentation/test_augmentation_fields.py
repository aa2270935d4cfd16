"""Fields of augmentations are checked: their ranges, and whether they fit the data."""

import pytest
import torch

from sklearn_deep.augmentation import (
    CallableAugmentation,
    GaussianCopies,
    Mixup,
    RotateScale,
    Shift,
)
from sklearn_deep.plugins import resolve
from tests._support.for_all import for_all


@for_all(
    ("plugin", "field"),
    [
        (GaussianCopies(std=-0.1), "std"),
        (GaussianCopies(copies=0), "copies"),
        (GaussianCopies(copies=1.5), "copies"),
        (Mixup(alpha=0), "alpha"),
        (Mixup(copies=0), "copies"),
        (Shift(max_shift=-1), "max_shift"),
        (Shift(max_shift=1.5), "max_shift"),
        (Shift(copies=0), "copies"),
        (Shift(image_shape=64), "image_shape"),
        (Shift(image_shape=[8, 8]), "image_shape"),
        (Shift(image_shape=(64,)), "image_shape"),
        (Shift(image_shape=(8, 0)), "image_shape"),
        (Shift(image_shape=(8, 8.0)), "image_shape"),
        (RotateScale(max_angle=181), "max_angle"),
        (RotateScale(max_scale=1), "max_scale"),
        (RotateScale(image_shape=(1, 1, 8, 8)), "image_shape"),
        (CallableAugmentation(torch.add, copies=0), "copies"),
    ],
)
def test_a_field_out_of_range_is_named(plugin, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(plugin).__name__}"):
        plugin.check()


@for_all(
    ("plugin", "n_features"),
    [
        (GaussianCopies(), 7),
        (Mixup(), 7),
        (Shift(), 64),
        (Shift(), 1),
        (Shift(image_shape=(3, 4)), 12),
        (RotateScale(image_shape=(2, 3, 4)), 24),
    ],
)
def test_rows_that_fit_are_taken(plugin, n_features):
    plugin.check().check_features(n_features, owner="Owner")


@pytest.mark.parametrize("kind", [Shift, RotateScale])
def test_without_a_shape_rows_must_be_squares(kind):
    words = rf"{kind.__name__}\(\) treats.*X of Owner.*has 12 features.*image_shape=\(height, width"
    with pytest.raises(ValueError, match=words):
        kind().check_features(12, owner="Owner")


@pytest.mark.parametrize("shape", [(3, 5), (2, 2, 2)])
def test_a_shape_must_hold_the_features(shape):
    with pytest.raises(ValueError, match=r"'image_shape' parameter of Shift .* Owner .*, 12\. Got"):
        Shift(image_shape=shape).check_features(12, owner="Owner")


def test_a_function_becomes_an_augmentation():
    plugin = resolve("augmentation", torch.add, argument="augmentation", owner="Owner")
    assert isinstance(plugin, CallableAugmentation)
    assert (plugin.function, plugin.copies) == (torch.add, 1)


def test_a_function_may_work_in_place_and_return_another_type(batch, generator):
    x, y, weight = batch(torch.float32)
    before = x.clone()
    made, target = CallableAugmentation(lambda x, _: x.mul_(2).double().numpy()).augment(
        x, y, weight, generator
    )
    assert torch.equal(x, before)
    assert torch.equal(made, 2 * before)
    assert target is y


def test_a_function_that_returns_another_shape_is_named(batch, generator):
    plugin = CallableAugmentation(lambda x, _: x[:3])
    with pytest.raises(ValueError, match=r"shape it received, \(12, 16\), got \(3, 16\)"):
        plugin.augment(*batch(), generator)
