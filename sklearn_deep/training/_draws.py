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
        self._which = torch.tensor([self.seeds.index(seed) for seed in seeds], device=device)
        self._generator = Generator(device)
        # Fresh memory for each block takes a tenth of a small network's step.
        self._memory = [
            torch.empty(
                (len(self.seeds), *([n_rows] if layer.by_row else []), *layer.shape),
                dtype=dtype,
                device=device,
            )
            for layer in self.layers
        ]
        self._blocks = [memory.unbind(0) for memory in self._memory]

    def blocks(self, epoch: int, batch: int) -> list[Tensor]:
        """Return the block of each site: ``shape`` if shared, else ``(n_members, *shape)``.

        The next call may overwrite them.
        """
        for layer, blocks in zip(self.layers, self._blocks, strict=True):
            for seed, block in zip(self.seeds, blocks, strict=True):
                generator = seeded(self._generator, seed, layer.site, epoch, batch)
                if layer.distribution == "uniform":
                    block.uniform_(generator=generator)
                else:
                    block.normal_(generator=generator)
        if self.shared:
            return [block for (block,) in self._blocks]
        return [memory[self._which] for memory in self._memory]
