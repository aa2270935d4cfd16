"""Shifts move pixels in the same way as numpy's pad and slices."""

import numpy as np
import pytest
import torch

from sklearn_deep.augmentation import Shift
from sklearn_deep.augmentation._shift import shifted

FARTHEST = 5  # beyond the image


def padded_and_cut(image, down, right):
    """Return the ``(n_channels, height, width)`` image shifted, its border repeated."""
    _, height, width = image.shape
    padded = np.pad(image, [(0, 0), (FARTHEST, FARTHEST), (FARTHEST, FARTHEST)], mode="edge")
    rows = slice(FARTHEST - down, FARTHEST - down + height)
    return padded[:, rows, FARTHEST - right : FARTHEST - right + width]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(1, 4, 4), (3, 2, 5), (2, 1, 3)])
def test_every_shift_is_that_of_numpy(shape, dtype, generator):
    pairs = [(d, r) for d in range(-5, 6) for r in range(-5, 6)]
    images = torch.randn(len(pairs), *shape, generator=generator, dtype=dtype)
    found = shifted(images, *torch.tensor(pairs).T)
    for image, new, pair in zip(images, found, pairs, strict=True):
        assert np.array_equal(new, padded_and_cut(image.numpy(), *pair))


def test_inside_the_image_a_shift_is_a_roll():
    images = torch.zeros(1, 1, 6, 6)
    images[:, :, 2:4, 2:4] = torch.arange(1.0, 5).view(2, 2)
    found = shifted(images, torch.tensor([2]), torch.tensor([-1]))
    assert np.array_equal(found, np.roll(images.numpy(), (2, -1), (2, 3)))


@pytest.mark.parametrize("farthest", [1, 3])
def test_all_distances_are_equally_likely(farthest, generator):
    n_rows, side = 4000, 2 * farthest + 1
    images = torch.zeros(n_rows, side, side)
    images[:, farthest, farthest] = 1
    made, _ = Shift(max_shift=farthest).augment(
        images.flatten(1), None, torch.ones(n_rows), generator
    )
    counts = made.sum(0).view(side, side)
    assert made.sum() == n_rows
    assert (counts / (n_rows / side**2)).numpy() == pytest.approx(np.ones((side, side)), abs=0.5)


def test_channels_move_together(generator):
    x = torch.randn(20, 1, 4, 4, generator=generator).repeat(1, 3, 1, 1).flatten(1)
    made, _ = Shift(max_shift=2, image_shape=(3, 4, 4)).augment(x, None, torch.ones(20), generator)
    red, green, blue = made.view(20, 3, 16).unbind(1)
    assert torch.equal(red, green)
    assert torch.equal(red, blue)
