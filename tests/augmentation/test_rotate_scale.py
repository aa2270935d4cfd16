"""Rotations and changes of size equal those of torch and scipy."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from sklearn_deep.augmentation import RotateScale
from sklearn_deep.augmentation._rotate_scale import turned
from tests._support.for_all import for_all

DTYPES = [torch.float32, torch.float64]


def filled(number, n_rows):
    return torch.full((n_rows,), float(number), dtype=torch.float64)


@for_all("dtype", DTYPES)
@for_all("n_quarters", [-2, -1, 0, 1, 2, 3])
def test_quarter_turns_are_those_of_torch(n_quarters, dtype, generator):
    images = torch.randn(5, 2, 6, 6, generator=generator, dtype=dtype)
    found = turned(images, filled(90 * n_quarters, 5), filled(1, 5))
    torch.testing.assert_close(found, images.rot90(n_quarters, (2, 3)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(3, 7), (8, 5)])
def test_an_oblong_image_is_turned_upside_down(shape, generator):
    images = torch.randn(2, 1, *shape, generator=generator, dtype=torch.float64)
    found = turned(images, filled(180, 2), filled(1, 2))
    torch.testing.assert_close(found, images.flip(2, 3))


@for_all("shape", [(12, 12), (9, 16)])
@for_all(("angle", "factor"), [(10, 1), (-35, 1), (0, 1.2), (0, 0.8), (20, 0.9)])
def test_any_turn_and_size_is_that_of_scipy(angle, factor, shape, generator):
    image = torch.rand(*shape, generator=generator, dtype=torch.float64)
    found = turned(image[None, None], filled(angle, 1), filled(factor, 1))[0, 0]
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    to_origin = np.array([[cos, sin], [-sin, cos]]) / factor  # rows first, downwards
    center = (np.array(shape) - 1) / 2
    expected = ndimage.affine_transform(
        image.numpy(), to_origin, offset=center - to_origin @ center, order=1, mode="nearest"
    )
    torch.testing.assert_close(found, torch.tensor(expected))


def test_each_row_is_turned_by_its_own_angle(generator):
    images = torch.randn(1, 1, 5, 5, generator=generator, dtype=torch.float64).repeat(3, 1, 1, 1)
    found = turned(images, torch.tensor([0.0, 90.0, 180.0]), torch.ones(3))
    expected = torch.cat([images[:1].rot90(k, (2, 3)) for k in range(3)])
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
def test_without_strength_rows_are_copied(dtype, batch, generator):
    x, y, weight = batch(dtype)
    made, _ = RotateScale(max_angle=0.0, max_scale=0.0).check().augment(x, y, weight, generator)
    torch.testing.assert_close(made, x, rtol=1e-4, atol=1e-5)


def test_angles_and_factors_stay_within_their_limits(monkeypatch, generator):
    seen = []
    module = "sklearn_deep.augmentation._rotate_scale.turned"
    monkeypatch.setattr(module, lambda images, *numbers: seen.extend(numbers) or images)
    RotateScale(max_angle=20.0, max_scale=0.3).move(torch.zeros(4000, 1, 2, 2), generator)
    for numbers, middle, width in zip(seen, (0, 1), (20, 0.3), strict=True):
        assert (numbers - middle).abs().max() <= width
        assert numbers.max().item() == pytest.approx(middle + width, rel=0.01)
        assert numbers.mean().item() == pytest.approx(middle, abs=0.03 * width)
