"""Random numbers of training, drawn outside the step.

A block is a pure function of (seed, source, layer, epoch, batch), so short batches, folds, members
that leave and warm starts change nobody's draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import torch
from torch import Generator, Tensor, nn

from sklearn_deep.networks import NoiseLayer


def seeded(generator: Generator, seed: int, *place: int | str) -> Generator:
    """Put a generator at the start of the stream that belongs to ``(seed, *place)``."""
    text = "/".join(map(str, (seed, *place)))
    digest = blake2b(text.encode(), digest_size=8).digest()
    return generator.manual_seed(int.from_bytes(digest, "little") >> 1)


class Draws:
    """The noise blocks of a population.

    Members of one seed share their blocks: these are then drawn once, without a member axis.

    Parameters
    ----------
    network : nn.Module
        Its noise layers say which blocks are needed.
    seeds : sequence of int of length n_members
    n_rows : int
        Rows of a batch, padding included.
    dtype, device : where and in what type the blocks are needed
    """

    def __init__(
        self,
        network: nn.Module,
        seeds: Sequence[int],
        n_rows: int,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        self.layers = [m for m in network.modules() if isinstance(m, NoiseLayer)]
        self.sites = [layer.site for layer in self.layers]
        self.seeds = sorted(set(seeds))
        self.shared = len(self.seeds) == 1
        self.n_rows = n_rows
        self.dtype = dtype
        self._which = torch.tensor([self.seeds.index(seed) for seed in seeds], device=device)
        self._generator = Generator(device)

    def blocks(self, epoch: int, batch: int) -> list[Tensor]:
        """Return the block of each site: ``shape`` if shared, else ``(n_members, *shape)``."""
        if self.shared:
            return [self._block(layer, self.seeds[0], epoch, batch) for layer in self.layers]
        return [
            torch.stack([self._block(layer, seed, epoch, batch) for seed in self.seeds])[
                self._which
            ]
            for layer in self.layers
        ]

    def _block(self, layer: NoiseLayer, seed: int, epoch: int, batch: int) -> Tensor:
        generator = seeded(self._generator, seed, layer.site, epoch, batch)
        shape = (self.n_rows, *layer.shape) if layer.by_row else layer.shape
        block = torch.empty(shape, dtype=self.dtype, device=generator.device)
        if layer.distribution == "uniform":
            return block.uniform_(generator=generator)
        return block.normal_(generator=generator)
