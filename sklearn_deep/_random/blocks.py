"""Blocks of uniform and normal numbers.

Element ``i`` of a block is computed from a counter ``(number of the counter, batch, epoch, 0)``. Sixteen
consecutive counters are a *group*, and each of them is a *lane* of it. A group makes consecutive
elements: the first number of each lane, then the second number of each lane, and so on. Vector
instructions can compute and store these sixteen at a time. An element does not depend on the size
of its block, so a short block is the beginning of a longer one.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor

from sklearn_deep._random.philox import philox

N_LANES = 16
Distribution = Literal["normal", "uniform"]


def draw_blocks(
    distribution: Distribution,
    keys: Tensor,
    epoch: int,
    batches: range,
    n_elements: int,
    dtype: torch.dtype,
) -> Tensor:
    """Return one block for each batch and key, ``(n_batches, n_keys, n_elements)``.

    Parameters
    ----------
    distribution : {"normal", "uniform"}
        Standard normal, or uniform on [0, 1) in steps of 1/65536.
    keys : int64 Tensor of shape (n_keys, 2)
    epoch : int
    batches : range
        Numbers of the batches within the epoch.
    n_elements : int
    dtype : torch.dtype
    """
    made = _uniform_lanes if distribution == "uniform" else _normal_lanes
    per_lane = 8 if distribution == "uniform" else 4
    n_groups = -(-n_elements // (per_lane * N_LANES))
    words = _philox_words(keys, epoch, batches, n_groups * N_LANES)
    lanes = made(words, dtype).unflatten(-1, (n_groups, N_LANES))
    # (per_lane, n_batches, n_keys, n_groups, N_LANES) in the order of elements.
    return lanes.permute(1, 2, 3, 0, 4).flatten(2)[..., :n_elements]


def _philox_words(keys: Tensor, epoch: int, batches: range, n_counters: int) -> Tensor:
    """Return random words of 32 bits, ``(4, n_batches, n_keys, n_counters)``."""
    counter = torch.zeros(
        (4, len(batches), len(keys), n_counters), dtype=torch.int64, device=keys.device
    )
    counter[0] = torch.arange(n_counters)
    counter[1] = torch.arange(batches.start, batches.stop).view(-1, 1, 1)
    counter[2] = epoch
    return philox(counter, keys.T.unsqueeze(1).unsqueeze(-1))


def _uniform_lanes(words: Tensor, dtype: torch.dtype) -> Tensor:
    """Return eight 16-bit numbers for every four words: the low halves, then the high halves."""
    return torch.cat([words & 0xFFFF, words >> 16]).to(dtype) / 65536


def _normal_lanes(words: Tensor, dtype: torch.dtype) -> Tensor:
    """Return four normal numbers for every four words, by the Box-Muller transform."""
    # (word + 1) / 2³² is in (0, 1], so the logarithm is finite. It can reach 1 in float32, which
    # rounds the largest words to 2³².
    radius = ((words[::2].to(dtype) + 1) * 2**-32).log().mul(-2).sqrt()
    angle = (words[1::2] - 2**31).to(dtype) * (math.pi * 2**-31)
    return torch.stack([radius * angle.cos(), radius * angle.sin()], 1).flatten(0, 1)
