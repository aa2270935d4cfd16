"""The tensors of a population: members stacked, parameters in rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from sklearn_deep.networks import Linear
from sklearn_deep.noise import Noise
from sklearn_deep.training._layout import Layout
from sklearn_deep.training._objective import Objective, PenaltyLayer, statistic_names
from sklearn_deep.training._plan import Plan


class Weights(NamedTuple):
    """Parameters and running statistics of one member (or, stacked, of all)."""

    parameters: Tensor
    statistics: dict[str, Tensor]


class Population:
    """Networks of equal structure, stacked.

    Attributes
    ----------
    objectives : list of Objective
        Each member's own, with its initial weights.
    parameters : Tensor of shape (n_members, n_parameters)
    buffers : dict of str to Tensor of shape (n_members, ...)
        Numbers of plug-ins and running statistics.
    """

    def __init__(self, plans: Sequence[Plan]) -> None:
        noise = noise_of_all(plans)
        self.objectives = [
            Objective(
                plan.build(_with_silence(plan, noise)),
                plan.criterion(),
                plan.penalties,
                plan.code_penalties,
                plan.dtype,
            ).to(plan.device)
            for plan in plans
        ]
        first = self.objectives[0]
        self.layout = Layout(first)
        rows = [self.layout.row(dict(o.named_parameters())) for o in self.objectives]
        self.parameters = torch.stack(rows)
        all_buffers = [dict(o.named_buffers()) for o in self.objectives]
        self.buffers = {
            name: torch.stack([b[name] for b in all_buffers]) for name in all_buffers[0]
        }
        self.statistics = statistic_names(first)
        self._projected = self._projected_matrices(plans[0])

    def __len__(self) -> int:
        return len(self.objectives)

    def inputs(self) -> list[Tensor]:
        """Return what a step starts with: parameters, then buffers, without member axis if alone."""
        if len(self) > 1:
            return [*self.layout.views(self.parameters), *self.buffers.values()]
        return [*self.layout.views(self.parameters[0]), *(b[0] for b in self.buffers.values())]

    def state(self) -> dict[str, Tensor]:
        """Return parameters and buffers by name, each ``(n_members, ...)``."""
        views = self.layout.views(self.parameters)
        names = [slot.name for slot in self.layout.slots]
        return dict(zip(names, views, strict=True)) | self.buffers

    def weights(self, member: int | slice = slice(None)) -> Weights:
        """Return a copy of a member's weights, or of all."""
        statistics = {name: self.buffers[name][member].clone() for name in self.statistics}
        return Weights(self.parameters[member].clone(), statistics)

    def put_back(self, member: int, weights: Weights) -> None:
        """Overwrite a member's weights."""
        self.parameters[member] = weights.parameters
        for name, value in weights.statistics.items():
            self.buffers[name][member] = value

    def finite(self) -> list[bool]:
        """Return whether each member's weights are all finite."""
        finite = self.parameters.isfinite().all(-1)
        for name in self.statistics:
            finite &= self.buffers[name].isfinite().all(-1)
        return finite.tolist()

    def network(self, member: int) -> nn.Module:
        """Return a member's own network holding its trained weights, in evaluation mode."""
        objective = self.objectives[member]
        self._hand_over(member, lambda value: value.clone())
        return objective.network.eval()

    def bind(self, member: int) -> None:
        """Let a member's network show its weights while they move."""
        self._hand_over(member, lambda value: value)

    def _hand_over(self, member: int, own: Callable[[Tensor], Tensor]) -> None:
        objective = self.objectives[member]
        values = {name: own(value[member]) for name, value in self.state().items()}
        for name, tensor in [*objective.named_parameters(), *objective.named_buffers()]:
            tensor.data = values[name]

    def move_statistics(self, batch: Sequence[Tensor], active: Tensor) -> None:
        """Move running statistics of active members ``(n_members,)`` towards those of a batch."""
        mask = active.to(self.parameters.device).unsqueeze(-1)
        for name, value in zip(self.statistics, batch, strict=True):
            running = self.buffers[name]
            moved = running.lerp(value.view_as(running), 0.1)
            running.copy_(torch.where(mask, moved, running))

    @property
    def projects(self) -> bool:
        """Whether any penalty moves weights after a step."""
        return bool(self._projected)

    def project(self, active: Tensor) -> None:
        """Put the weights of active members ``(n_members,)`` back where their penalties allow them."""
        for index, name in self._projected.items():
            weight = self.state()[name]
            for k, objective in enumerate(self.objectives):
                layer = objective.penalties[index]
                assert isinstance(layer, PenaltyLayer)
                if active[k]:
                    weight[k].copy_(layer.project(weight[k]))

    def weight_decay(self, plans: Sequence[Plan]) -> Tensor | None:
        """Return λ of every parameter, ``(n_members, n_parameters)``; None where all are zero."""
        if not any(any(plan.weight_decay) for plan in plans):
            return None
        return torch.stack([self._strengths(plan, self._matrices()) for plan in plans])

    def _matrices(self) -> dict[str, Tensor]:
        modules = self.objectives[0].named_modules()
        return {f"{name}.weight": m.weight for name, m in modules if isinstance(m, Linear)}

    def _projected_matrices(self, plan: Plan) -> dict[str, str]:
        """Return the names of the matrices that are projected after a step, by position."""
        pairs = zip(self._matrices(), plan.penalties, strict=True)
        return {str(i): name for i, (name, p) in enumerate(pairs) if p is not None and p.projects}

    def _strengths(self, plan: Plan, matrices: Mapping[str, Tensor]) -> Tensor:
        pairs = zip(matrices.items(), plan.weight_decay, strict=True)
        return self.layout.row(
            {name: torch.full_like(w, strength) for (name, w), strength in pairs}
        )


def noise_of_all(plans: Sequence[Plan]) -> dict[str, type[Noise]]:
    """Return the kind of noise at each site where any member has some.

    Members may differ in strength and in having noise at all, not in its kind.
    """
    kinds: dict[str, type[Noise]] = {}
    for plan in plans:
        for site, noise in plan.noise.items():
            assert kinds.setdefault(site, type(noise)) is type(noise)
    return kinds


def _with_silence(plan: Plan, kinds: Mapping[str, type[Noise]]) -> dict[str, Noise]:
    return {site: plan.noise.get(site) or kind.silent() for site, kind in sorted(kinds.items())}
