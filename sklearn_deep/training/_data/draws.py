"""Random numbers of training, drawn outside the step.

A block is a pure function of (seed, site, epoch, batch). Short batches, folds, warm starts and members
that leave the population therefore do not change the random numbers of other members. Each element
depends only on its position, counted row by row, so a short batch has the first rows of a long one.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from math import prod
from typing import NamedTuple

import torch
from torch import Generator, Tensor, nn

from sklearn_deep._random import draw_blocks, key_of
from sklearn_deep._shared import arithmetic
from sklearn_deep.networks import NoiseLayer, overlap


def seeded(generator: Generator, seed: int, *place: int | str) -> Generator:
    """Reset a generator to the start of the stream for ``(seed, *place)``."""
    text = "/".join(map(str, (seed, *place)))
    digest = blake2b(text.encode(), digest_size=8).digest()
    return generator.manual_seed(int.from_bytes(digest, "little") >> 1)


class NoiseSource(NamedTuple):
    """The identity of a noise block: equal sources draw equal blocks."""

    seed: int
    shape: tuple[int, ...]


class Blocks:
    """The blocks of one noise site, padded with zeros to the size for the largest network.

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
        self.shared = len(distinct) == 1
        self._distribution, self._dtype = layer.distribution, dtype
        self._shapes = [source.shape for source in distinct]
        self._n_elements = max(map(prod, self._shapes))
        keys = [key_of(source.seed, layer.site) for source in distinct]
        self._keys = torch.tensor(keys, device=device)
        self._which = torch.tensor([distinct.index(source) for source in sources], device=device)

    @property
    def source(self) -> tuple[str, tuple[int, int]]:
        """Distribution and key of the only source."""
        (key,) = self._keys.tolist()
        return self._distribution, tuple(key)

    @property
    def size(self) -> int:
        """Number of elements drawn per batch."""
        return self._n_elements * len(self._shapes)

    def draw(self, epoch: int, batches: range) -> Tensor:
        """Return the blocks of the given batches, ``(n_batches, n_sources, *shape)``."""
        drawn = draw_blocks(
            self._distribution, self._keys, epoch, batches, self._n_elements, self._dtype
        )
        shape = tuple(map(max, zip(*self._shapes, strict=True)))
        padded = drawn.new_zeros(len(batches), len(self._shapes), *shape)
        for k, own in enumerate(self._shapes):
            padded[:, k][overlap((len(batches), *own))] = drawn[:, k, : prod(own)].unflatten(
                -1, own
            )
        return padded

    def of_members(self, drawn: Tensor, shared: bool) -> Tensor:
        """Return the blocks of all members, ``(n_members, *shape)``, or ``shape`` if they are shared."""
        return drawn[0] if shared else drawn[self._which]


class Draws:
    """The noise blocks of a population.

    Members with equal seeds and shapes share blocks. If all members do, blocks have no member axis.

    Parameters
    ----------
    networks : sequence of nn.Module of length n_members
        Their noise layers determine which blocks are needed. Their widths may differ.
    seeds : sequence of int of length n_members
    n_rows : int
        Number of samples per batch, including padding.
    dtype, device : of the blocks
    """

    def __init__(
        self,
        networks: Sequence[nn.Module],
        seeds: Sequence[int],
        n_rows: int,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        layers = [[m for m in net.modules() if isinstance(m, NoiseLayer)] for net in networks]
        self.layers = layers[0]
        self.sites = [layer.site for layer in self.layers]
        self._blocks = []
        for alike in zip(*layers, strict=True):
            shapes = ((*([n_rows] if m.by_row else []), *m.shape) for m in alike)
            sources = list(map(NoiseSource, seeds, shapes))
            self._blocks.append(Blocks(alike[0], sources, dtype, device))
        self.shared = len(set(seeds)) == 1 and all(blocks.shared for blocks in self._blocks)
        size = max((blocks.size for blocks in self._blocks), default=1)
        on_cpu = device.type == "cpu"
        most = arithmetic.DRAWN_ELEMENTS if on_cpu else arithmetic.DRAWN_ELEMENTS_ON_GPU
        self._most_batches = max(1, most // size)
        self._epoch, self._batches = -1, range(0)
        self._drawn: list[Tensor] = []

    def sources(self) -> list[tuple[str, tuple[int, int]]]:
        """Return distribution and key of each block, for a population of one member."""
        return [blocks.source for blocks in self._blocks]

    def blocks(self, epoch: int, batch: int) -> list[Tensor]:
        """Return the block of each site: ``shape`` if shared, else ``(n_members, *shape)``."""
        if epoch != self._epoch or batch not in self._batches:
            # A few large operations are faster than many small ones. The number of batches that
            # follow is not known here. Drawing as many as came before at most doubles the work.
            n_batches = min(batch + 1, self._most_batches)
            self._epoch, self._batches = epoch, range(batch, batch + n_batches)
            self._drawn = [blocks.draw(epoch, self._batches) for blocks in self._blocks]
        place = batch - self._batches.start
        return [
            blocks.of_members(drawn[place], self.shared)
            for blocks, drawn in zip(self._blocks, self._drawn, strict=True)
        ]
