"""Random numbers of training, drawn outside the step.

A block is a pure function of (seed, shape, layer, epoch, batch). So short batches, folds, warm
starts and members that leave the population do not change any other member's random numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import torch
from torch import Generator, Tensor, nn

from sklearn_deep.networks import NoiseLayer, overlap


def seeded(generator: Generator, seed: int, *place: int | str) -> Generator:
    """Reset a generator to the start of the stream that belongs to ``(seed, *place)``."""
    text = "/".join(map(str, (seed, *place)))
    digest = blake2b(text.encode(), digest_size=8).digest()
    return generator.manual_seed(int.from_bytes(digest, "little") >> 1)


class NoiseSource(NamedTuple):
    """Identity of a noise block: equal sources draw equal blocks."""

    seed: int
    shape: tuple[int, ...]


class Blocks:
    """The blocks of one noise site, padded with zeros to the size of the largest network's.

    Parameters
    ----------
    layer : NoiseLayer
    sources : sequence of NoiseSource of length n_members
    dtype, device : of the blocks
    """

    def __init__(
        self,
        layer: NoiseLayer,
        sources: Sequence[NoiseSource],
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        distinct = sorted(set(sources))
        shape = tuple(map(max, zip(*(source.shape for source in distinct), strict=True)))
        self.layer = layer
        self.shared = len(distinct) == 1
        self._which = torch.tensor([distinct.index(source) for source in sources], device=device)
        # Fresh memory for each block takes a tenth of a small network's step.
        self._memory = torch.zeros((len(distinct), *shape), dtype=dtype, device=device)
        self._drawn = []
        for source, place in zip(distinct, self._memory, strict=True):
            # The numbers of a block depend on its shape: it is drawn as the member alone would.
            padded = source.shape != shape
            block = torch.empty(source.shape, dtype=dtype, device=device) if padded else place
            self._drawn.append((source.seed, block, place[overlap(source.shape)], padded))

    def draw(self, generator: Generator, epoch: int, batch: int) -> None:
        """Draw the blocks of a batch."""
        for seed, block, place, padded in self._drawn:
            seeded(generator, seed, self.layer.site, epoch, batch)
            if self.layer.distribution == "uniform":
                block.uniform_(generator=generator)
            else:
                block.normal_(generator=generator)
            if padded:
                place.copy_(block)

    def of_members(self, shared: bool) -> Tensor:
        """Return the blocks of all members, ``(n_members, *shape)``; ``shape`` if shared."""
        return self._memory[0] if shared else self._memory[self._which]


class Draws:
    """The noise blocks of a population.

    Members of equal seeds and shapes share their blocks. If all do, the blocks have no member axis.

    Parameters
    ----------
    networks : sequence of nn.Module of length n_members
        Their noise layers determine which blocks are needed; the widths may differ.
    seeds : sequence of int of length n_members
    n_rows : sequence of int of length n_members
        Rows of each member's batches, padding included.
    dtype, device : of the blocks
    """

    def __init__(
        self,
        networks: Sequence[nn.Module],
        seeds: Sequence[int],
        n_rows: Sequence[int],
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        layers = [[m for m in net.modules() if isinstance(m, NoiseLayer)] for net in networks]
        self.layers = layers[0]
        self.sites = [layer.site for layer in self.layers]
        self._generator = Generator(device)
        self._blocks = []
        for alike in zip(*layers, strict=True):
            shapes = (
                (*([n] if m.by_row else []), *m.shape) for m, n in zip(alike, n_rows, strict=True)
            )
            sources = list(map(NoiseSource, seeds, shapes))
            self._blocks.append(Blocks(alike[0], sources, dtype, device))
        self.shared = len(set(seeds)) == 1 and all(blocks.shared for blocks in self._blocks)

    def blocks(self, epoch: int, batch: int) -> list[Tensor]:
        """Return the block of each site: ``shape`` if shared, else ``(n_members, *shape)``.

        The next call may overwrite them.
        """
        for blocks in self._blocks:
            blocks.draw(self._generator, epoch, batch)
        return [blocks.of_members(self.shared) for blocks in self._blocks]
