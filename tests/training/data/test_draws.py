"""Noise is a pure function of (seed, source, layer, epoch, batch)."""

import torch

from sklearn_deep.networks import MLPArchitecture
from sklearn_deep.noise import Dropout, GaussianNoise
from sklearn_deep.training._data.draws import Draws, seeded

CPU = torch.device("cpu")


class Kept(Draws):
    """Copies blocks, so that the next call does not overwrite them."""

    def blocks(self, epoch, batch):
        return [block.clone() for block in super().blocks(epoch, batch)]


def draws(*seeds, noise=None, widths=(5, 7), n_rows=8):
    sites = noise or {"dropout.1": Dropout(rate=0.5), "weight_noise.0": GaussianNoise(std=0.1)}
    network = MLPArchitecture((3, *widths, 2), torch.relu).build(sites)
    return Kept([network] * len(seeds), seeds, n_rows, torch.float32, CPU)


def test_blocks_have_the_shape_of_what_they_disturb():
    made = draws(0)
    shapes = dict(zip(made.sites, (tuple(b.shape) for b in made.blocks(0, 0)), strict=True))
    assert shapes == {"weight_noise.0": (5, 3), "bias_noise.0": (5,), "dropout.1": (8, 5)}


def test_a_block_does_not_depend_on_what_was_drawn_before():
    first, second = draws(0), draws(0)
    first.blocks(0, 0)
    first.blocks(0, 1)
    assert all(map(torch.equal, first.blocks(3, 2), second.blocks(3, 2)))


def test_a_block_does_not_depend_on_the_other_sites_or_layers():
    alone = draws(0, noise={"dropout.1": Dropout(rate=0.5)})
    beside = draws(0, noise={"dropout.0": Dropout(rate=0.1), "dropout.1": Dropout(rate=0.2)})
    assert torch.equal(alone.blocks(1, 1)[0], beside.blocks(1, 1)[beside.sites.index("dropout.1")])


def test_seed_epoch_batch_and_layer_each_change_the_block():
    noise = {"dropout.1": Dropout(rate=0.5), "dropout.2": Dropout(rate=0.5)}
    made = draws(0, noise=noise, widths=(5, 5))
    block = made.blocks(0, 0)[0]
    others = [
        made.blocks(0, 0)[1],
        made.blocks(1, 0)[0],
        made.blocks(0, 1)[0],
        draws(1, noise=noise, widths=(5, 5)).blocks(0, 0)[0],
    ]
    assert not any(torch.equal(block, other) for other in others)


def test_members_of_one_seed_share_a_block_without_member_axis():
    assert draws(4, 4, 4).blocks(0, 0)[0].shape == draws(4).blocks(0, 0)[0].shape


def test_members_of_different_seeds_get_their_own_blocks():
    stacked = draws(4, 9, 4).blocks(0, 0)
    for k, seed in enumerate((4, 9, 4)):
        assert all(
            torch.equal(b[k], own) for b, own in zip(stacked, draws(seed).blocks(0, 0), strict=True)
        )


def test_uniform_blocks_are_uniform_and_normal_ones_standard_normal():
    noise = {"dropout.1": Dropout(rate=0.5), "hidden_noise.1": GaussianNoise(std=0.1)}
    made = draws(0, noise=noise, widths=(400,), n_rows=256)
    blocks = dict(zip(made.sites, made.blocks(0, 0), strict=True))
    uniform, normal = blocks["dropout.1"], blocks["hidden_noise.1"]
    assert 0 <= uniform.min() < uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 0.01
    assert abs(normal.mean()) < 0.02
    assert abs(normal.std() - 1) < 0.02


def test_streams_of_neighboring_places_are_uncorrelated():
    generator = torch.Generator()
    rows = torch.stack([torch.rand(2000, generator=seeded(generator, 0, "x", i)) for i in range(8)])
    correlations = torch.corrcoef(rows) - torch.eye(8)
    assert correlations.abs().max() < 0.1
