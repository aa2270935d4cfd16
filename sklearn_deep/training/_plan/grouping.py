"""Which plans are trained together in one population."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import torch

from sklearn_deep._shared import arithmetic
from sklearn_deep.noise import Noise
from sklearn_deep.optimizers import Rule
from sklearn_deep.training._plan.plan import Plan, common_plan

# Devices on which plans are trained as one population, and their number of free bytes. On a GPU, a step of
# small networks takes as long as its launches, however many networks there are. On a CPU it takes as long
# as its multiplications, so there each plan is trained separately.
STACKED_ON: dict[str, Callable[[torch.device], int]] = {
    "cuda": lambda device: torch.cuda.mem_get_info(device)[0]
}


def populations(plans: Sequence[Plan], size: int | None = None) -> list[list[int]]:
    """Group plans into populations: on a GPU those of equal structure, elsewhere one plan each.

    Parameters
    ----------
    plans : sequence of Plan
    size : int >= 1, optional
        Maximum number of members of a population. None: as many as fit in half of the free memory.

    Returns
    -------
    list of list of int
        Positions in ``plans`` of the members of each population.
    """
    groups: list[_Group] = []
    by_structure: dict[Hashable, list[_Group]] = {}
    for i, plan in enumerate(plans):
        stacked = plan.device.type in STACKED_ON and not plan.trains_alone()
        key = plan.structure(widths=not plan.pads) if stacked else i
        alike = by_structure.setdefault(key, [])
        group = next((group for group in alike if group.takes(plan)), None)
        if group is None:
            group = _Group(size)
            alike.append(group)
            groups.append(group)
        group.add(i, plan)
    return [chunk for group in groups for chunk in group.chunks()]


class _Group:
    """Plans of one structure, possibly after padding, that have the same kind of noise at each site."""

    def __init__(self, size: int | None) -> None:
        self.size = size
        self.members: dict[int, Plan] = {}
        self.kinds: dict[str, type[Noise]] = {}

    def takes(self, plan: Plan) -> bool:
        """Return whether a plan can join the group."""
        kinds = ((site, type(noise)) for site, noise in plan.noise.items())
        return all(self.kinds.get(site, kind) is kind for site, kind in kinds)

    def add(self, place: int, plan: Plan) -> None:
        self.members[place] = plan
        self.kinds |= {site: type(noise) for site, noise in plan.noise.items()}

    def chunks(self) -> list[list[int]]:
        """Return the positions of the plans, grouped into populations."""
        parts = _of_like_sizes(self.members)
        return [chunk for part in parts for chunk in self._of_equal_size(part)]

    def _of_equal_size(self, places: list[int]) -> list[list[int]]:
        """Return the given positions, grouped into populations of nearly equal size."""
        if len(places) == 1:
            return [places]
        size = self.size or _most_together(common_plan([self.members[k] for k in places]))
        n_chunks = -(-len(places) // size)
        bounds = [len(places) * k // n_chunks for k in range(n_chunks + 1)]
        return [places[a:b] for a, b in pairwise(bounds)]


def _of_like_sizes(members: Mapping[int, Plan]) -> list[list[int]]:
    """Divide members so that padding multiplies their memory by at most ``MOST_PADDING``.

    The members are visited from the largest to the smallest. Each joins the last part if then ``n · b(common
    widths) ≤ MOST_PADDING · Σ b(own widths)``, where ``b`` is the memory of a member and ``n`` their number.
    """
    if len({plan.architecture.structure() for plan in members.values()}) == 1:
        return [list(members)]
    own = {place: bytes_of_member(plan) for place, plan in members.items()}
    parts: list[_SizeClass] = []
    for place in sorted(members, key=lambda place: -own[place]):
        joined = parts[-1].joined(place, members[place], own[place]) if parts else None
        if joined is not None and joined.padding <= arithmetic.MOST_PADDING:
            parts[-1] = joined
        else:
            parts.append(_SizeClass([place], members[place], own[place]))
    return [sorted(part.places) for part in parts]


class _SizeClass(NamedTuple):
    """Members of similar size, their common plan, and their memory without padding."""

    places: list[int]
    plan: Plan
    n_bytes: int

    def joined(self, place: int, plan: Plan, n_bytes: int) -> _SizeClass:
        """Return a size class with one more member."""
        together = common_plan([self.plan, plan])
        return _SizeClass([*self.places, place], together, self.n_bytes + n_bytes)

    @property
    def padding(self) -> float:
        """Factor by which padding multiplies the memory."""
        return len(self.places) * bytes_of_member(self.plan) / self.n_bytes


def _most_together(plan: Plan) -> int:
    """Return the number of members that fit in half of the free memory."""
    return max(1, STACKED_ON[plan.device.type](plan.device) // 2 // bytes_of_member(plan))


def bytes_of_member(plan: Plan) -> int:
    """Return the memory in bytes of a member in training, without its samples.

    It is parameters × (2 + slots of the optimizer) + 3 × batch size × sum of all widths, times the bytes
    per number. This accounts for weights, gradients and optimizer state, and for the input, the output and
    the gradient of each layer.
    """
    shapes = [matrix.shape for matrix in plan.architecture.matrices]
    n_parameters = sum(n_out * (n_in + 1) for n_out, n_in in shapes)
    slots = len(plan.optimizer.slots) if isinstance(plan.optimizer, Rule) else 0
    widths = shapes[0][1] + sum(n_out for n_out, _ in shapes)
    numbers = n_parameters * (2 + slots) + 3 * plan.batch_rows * widths
    return numbers * plan.dtype.itemsize
