"""Laws that hold for every augmentation."""

import random

import numpy as np
import pytest
import torch

from sklearn_deep.augmentation import (
    CallableAugmentation,
    GaussianCopies,
    Mixup,
    RotateScale,
    Shift,
)
from tests._support.for_all import for_all

PLUGINS = [
    GaussianCopies(std=0.3),
    Mixup(alpha=0.5),
    Shift(max_shift=2),
    Shift(max_shift=1, image_shape=(2, 8)),
    RotateScale(max_angle=30.0, max_scale=0.2),
    RotateScale(max_angle=30.0, max_scale=0.2, image_shape=(4, 2, 2)),
    CallableAugmentation(lambda x, g: x + torch.rand(x.shape, generator=g)),
]
DTYPES = [torch.float32, torch.float64]
every = pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: repr(plugin).split(" at ")[0])


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def global_states():
    legacy = np.random.get_state()  # noqa: NPY002
    return random.getstate(), (legacy[1].tolist(), *legacy[2:]), torch.get_rng_state().tolist()


@every
@for_all("dtype", DTYPES)
def test_shape_and_float_type_are_kept(plugin, dtype, batch):
    x, y, weight = batch(dtype)
    made, target = plugin.augment(x, y, weight, seeded())
    assert (made.shape, made.dtype) == (x.shape, dtype)
    assert (target.shape, target.dtype) == (y.shape, dtype)
    assert not torch.equal(made, x)


@every
@for_all("dtype", DTYPES)
def test_new_rows_are_a_function_of_the_seed(plugin, dtype, batch):
    first, again, other = (plugin.augment(*batch(dtype), seeded(s)) for s in (0, 0, 1))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], other[0])


@every
def test_no_global_generator_is_read_or_moved(plugin, batch):
    before = global_states()
    first = plugin.augment(*batch(), seeded())
    assert global_states() == before
    with torch.random.fork_rng([]):
        torch.manual_seed(17)
        again = plugin.augment(*batch(), seeded())
    assert torch.equal(first[0], again[0])


@every
def test_the_batch_is_left_as_it_was(plugin, batch):
    tensors = batch()
    plugin.augment(*tensors, seeded())
    assert all(torch.equal(a, b) for a, b in zip(tensors, batch(), strict=True))


@for_all("plugin", [p for p in PLUGINS if not isinstance(p, Mixup)])
def test_targets_are_kept(plugin, batch):
    x, y, weight = batch()
    assert plugin.augment(x, y, weight, seeded())[1] is y


@pytest.mark.parametrize(
    "plugin",
    [Mixup(alpha=0.5), Shift(max_shift=2), RotateScale(max_angle=30.0, max_scale=0.2)],
    ids=lambda plugin: repr(plugin).split(" at ")[0],
)
def test_both_float_types_are_augmented_alike(plugin, batch):
    x, y, weight = batch(torch.float32)
    single = plugin.augment(x, y, weight, seeded())
    double = plugin.augment(x.double(), y.double(), weight.double(), seeded())
    torch.testing.assert_close(single[0], double[0].float(), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(single[1], double[1].float())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "plugin",
    [GaussianCopies(std=0.0), Shift(max_shift=0)],
    ids=lambda plugin: repr(plugin).split(" at ")[0],
)
def test_without_strength_rows_are_copied_to_the_bit(plugin, dtype, batch):
    x, y, weight = batch(dtype)
    assert torch.equal(plugin.check().augment(x, y, weight, seeded())[0], x)


@every
def test_rows_without_any_weight_do_no_harm(plugin, batch):
    x, y, weight = batch()
    assert plugin.augment(x, y, torch.zeros_like(weight), seeded())[0].isfinite().all()


@every
def test_a_single_row_will_do(plugin, batch):
    x, y, weight = batch(n_rows=1)
    assert plugin.augment(x, y, weight, seeded())[0].shape == x.shape
