"""Which plans are trained together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise

import torch

from sklearn_deep.noise import Noise
from sklearn_deep.optimizers import Rule
from sklearn_deep.training._plan import Plan


def populations(plans: Sequence[Plan], size: int | None = None) -> list[list[int]]:
    """Divide plans into populations.

    Parameters
    ----------
    plans : sequence of Plan
    size : int >= 1, optional
        Members of a population, at most; None: as many as train fastest.

    Returns
    -------
    list of list of int
        Places of the plans of each population.
    """
    groups: list[_Group] = []
    by_structure: dict[Hashable, list[_Group]] = {}
    for i, plan in enumerate(plans):
        alike = by_structure.setdefault(plan.structure(), [])
        group = next((group for group in alike if group.takes(plan)), None)
        if group is None:
            group = _Group(size or fastest_size(plan))
            alike.append(group)
            groups.append(group)
        group.add(i, plan)
    return [chunk for group in groups for chunk in group.chunks()]


class _Group:
    """Plans of one structure whose noise is of one kind at each site."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.places: list[int] = []
        self.kinds: dict[str, type[Noise]] = {}

    def takes(self, plan: Plan) -> bool:
        """Return whether a plan fits in."""
        kinds = ((site, type(noise)) for site, noise in plan.noise.items())
        return not plan.trains_alone() and all(
            self.kinds.get(site, kind) is kind for site, kind in kinds
        )

    def add(self, place: int, plan: Plan) -> None:
        self.places.append(place)
        self.kinds |= {site: type(noise) for site, noise in plan.noise.items()}

    def chunks(self) -> list[list[int]]:
        """Return the places in populations of nearly equal size."""
        n_chunks = -(-len(self.places) // self.size)
        bounds = [len(self.places) * k // n_chunks for k in range(n_chunks + 1)]
        return [self.places[a:b] for a, b in pairwise(bounds)]


# Members of a population on a CPU work on about this much memory, which a core's cache holds: more
# of them wait for memory, fewer for Python. Measured with networks of 16 to 256 units (docs/arithmetic.md).
_CACHE = 6_000_000
_LARGEST = 48
# Fewer gain nothing over one by one.
_LEAST = 3


def fastest_size(plan: Plan) -> int:
    """Return how many members train fastest together; 1 for networks that fill the cache alone."""
    if plan.trains_alone():
        return 1
    if plan.device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(plan.device)
        return max(1, free // 2 // bytes_of_member(plan))
    size = min(_LARGEST, _CACHE // bytes_of_member(plan))
    return size if size >= _LEAST else 1


def bytes_of_member(plan: Plan) -> int:
    """Return the memory that a member in training takes, its rows left out.

    That is parameters × (2 + state of the optimizer) + 3 × rows of a batch × width of all layers,
    times the bytes of a number: weights and gradients, and of each layer what it gets, what it
    gives and the gradient of that.
    """
    shapes = plan.architecture.matrix_shapes
    n_parameters = sum(n_out * (n_in + 1) for n_out, n_in in shapes)
    slots = len(plan.optimizer.slots) if isinstance(plan.optimizer, Rule) else 0
    widths = shapes[0][1] + sum(n_out for n_out, _ in shapes)
    numbers = n_parameters * (2 + slots) + 3 * plan.batch_rows * widths
    return numbers * plan.dtype.itemsize
