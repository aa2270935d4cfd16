"""The tensors of a population: networks are stacked, and all parameters of a network form one row."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import vmap

from sklearn_deep.networks import FlatParameters, Linear, overlap
from sklearn_deep.noise import Noise
from sklearn_deep.training._members.widening import Weights, Widening
from sklearn_deep.training._objective import Objective, PenaltyLayer, statistic_names
from sklearn_deep.training._plan import Plan, common_plan


class Population:
    """Stacked networks of equal structure; if their widths differ, they are padded with zeros.

    Attributes
    ----------
    plan : Plan
        Plan with the structure of all networks, or to which they are padded.
    template : Objective
        An objective of that structure; its numbers and weights are not used.
    objectives : list of Objective
        One per member, unpadded, with its initial weights; on the CPU if there are several.
    parameters : Tensor of shape (n_members, n_parameters)
    buffers : dict of str to Tensor of shape (n_members, ...)
        Numbers of plug-ins and running statistics.
    """

    def __init__(self, plans: Sequence[Plan]) -> None:
        noise = noise_of_all(plans)
        self.plan = common_plan(plans)
        device = self.plan.device
        self.objectives = [_objective(p, p.build(_with_silence(p, noise))) for p in plans]
        if len(plans) == 1:
            self.objectives[0].to(device)
        self.template = self.objectives[0]
        if self.plan.architecture.masked:
            network = self.plan.architecture.build(_with_silence(self.plan, noise))
            self.template = _objective(self.plan, network)
        self.layout = FlatParameters(self.template)
        self._widenings = self._widenings_of_all()
        self.parameters = torch.stack(self._all_rows()).to(device)
        all_buffers = self._all_buffers()
        self.buffers = {
            name: torch.stack([b[name] for b in all_buffers]).to(device) for name in all_buffers[0]
        }
        self.statistics = statistic_names(self.template)
        self.projected = self._projected_matrices(plans[0])

    def _widenings_of_all(self) -> list[Widening] | None:
        if self.template is self.objectives[0]:
            return None
        return [Widening(own, self.template, self.layout) for own in self.objectives]

    def _all_rows(self) -> list[Tensor]:
        if self._widenings is None:
            return [self.layout.row(dict(o.named_parameters())) for o in self.objectives]
        return [widening.first_row() for widening in self._widenings]

    def _all_buffers(self) -> list[dict[str, Tensor]]:
        if self._widenings is None:
            return [dict(o.named_buffers()) for o in self.objectives]
        return [widening.first_buffers() for widening in self._widenings]

    def widened(self, member: int, weights: Weights) -> Weights:
        """Return weights of a member's own network, padded to the widths of the population."""
        return weights if self._widenings is None else self._widenings[member].widened(weights)

    def widened_plans(self, plans: Sequence[Plan]) -> Sequence[Plan]:
        """Return the members' plans, with optimizer states padded to the widths of the population."""
        if self._widenings is None:
            return plans
        return [
            widening.widened_plan(p) for widening, p in zip(self._widenings, plans, strict=True)
        ]

    def narrowed(self, member: int, weights: Weights) -> Weights:
        """Return weights of a member without their padding."""
        return weights if self._widenings is None else self._widenings[member].narrowed(weights)

    def narrowed_optimizer_state(self, member: int, state: dict[Any, Any]) -> dict[Any, Any]:
        """Return the optimizer state of a member without its padding."""
        return (
            state
            if self._widenings is None
            else self._widenings[member].narrowed_optimizer_state(state)
        )

    def __len__(self) -> int:
        return len(self.objectives)

    def inputs(self) -> list[Tensor]:
        """Return the inputs of a step: parameters, then buffers; one member has no member axis."""
        if len(self) > 1:
            return [*self.layout.views(self.parameters), *self.buffers.values()]
        return [*self.layout.views(self.parameters[0]), *(b[0] for b in self.buffers.values())]

    def tensors(self) -> dict[str, Tensor]:
        """Return parameters and buffers by name, each ``(n_members, ...)``."""
        views = self.layout.views(self.parameters)
        names = [slot.name for slot in self.layout.slots]
        return dict(zip(names, views, strict=True)) | self.buffers

    def weights(self, member: int | slice = slice(None)) -> Weights:
        """Return a copy of the weights of a member, or of all members."""
        statistics = {name: self.buffers[name][member].clone() for name in self.statistics}
        return Weights(self.parameters[member].clone(), statistics)

    def put_back(self, member: int, weights: Weights) -> None:
        """Restore weights of a member."""
        self.parameters[member] = weights.parameters
        for name, value in weights.statistics.items():
            self.buffers[name][member] = value

    def finite(self) -> list[bool]:
        """Return whether each member's weights are all finite."""
        finite = self.parameters.abs().amax(-1) < inf  # also false for NaN
        for name in self.statistics:
            finite &= self.buffers[name].isfinite().all(-1)
        return finite.tolist()

    def networks(self, members: Sequence[int]) -> list[nn.Module]:
        """Return the networks of some members with their trained weights, in evaluation mode.

        If the population has several members, the networks are on the CPU, and all weights are copied there at
        once. Prediction with a small network is faster on a CPU than on a GPU.
        """
        there = self if len(self) == 1 else self._on_cpu()
        return [there.network(member) for member in members]

    def network(self, member: int) -> nn.Module:
        """Return a member's network on the device of the population."""
        self._hand_over(member, lambda value: value.clone())
        return self.objectives[member].network.eval()

    def followed(self, member: int) -> nn.Module:
        """Return a network in evaluation mode that shares the memory of a member's weights."""
        network = copy.deepcopy(self.objectives[member].network)
        tensors = self.tensors()
        for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
            tensor.data = tensors[f"network.{name}"][member][overlap(tensor.shape)]
        return network.eval()

    def _on_cpu(self) -> Population:
        twin = copy.copy(self)
        twin.parameters = self.parameters.cpu()
        twin.buffers = {name: values.cpu() for name, values in self.buffers.items()}
        return twin

    def bind(self, member: int) -> None:
        """Make a member's network share the memory of its weights in training."""
        self._hand_over(member, lambda value: value)

    def _hand_over(self, member: int, own: Callable[[Tensor], Tensor]) -> None:
        objective = self.objectives[member]
        tensors = self.tensors()
        for name, tensor in [*objective.named_parameters(), *objective.named_buffers()]:
            tensor.data = own(tensors[name][member][overlap(tensor.shape)])

    def move_statistics(self, batch: Sequence[Tensor], active: Tensor) -> None:
        """Update running statistics of active members, ``(n_members,)``, by those of a batch."""
        mask = active.unsqueeze(-1)
        for name, value in zip(self.statistics, batch, strict=True):
            running = self.buffers[name]
            # 0.1 is the default momentum of torch's BatchNorm1d.
            moved = running.lerp(value.view_as(running), 0.1)
            running.copy_(torch.where(mask, moved, running))

    @property
    def projects(self) -> bool:
        """Whether any penalty projects weights after a step."""
        return bool(self.projected)

    def project(self, active: Tensor) -> None:
        """Project the weights of active members, ``(n_members,)``, onto the constraints of their penalties."""
        for index, name in self.projected.items():
            weight = self.tensors()[name]  # (n_members, n_out, n_in)
            projected = self._projected_weight(index, weight)
            weight.copy_(torch.where(active.view(-1, 1, 1), projected, weight))

    def _projected_weight(self, index: str, weight: Tensor) -> Tensor:
        layer, prefix = self.template.penalties[index], f"penalties.{index}."
        assert isinstance(layer, PenaltyLayer)
        numbers = {
            name.removeprefix(prefix): values
            for name, values in self.buffers.items()
            if name.startswith(prefix)
        }
        if len(self) > 1:
            return vmap(layer.projected_with)(numbers, weight)
        own = {name: values[0] for name, values in numbers.items()}
        return layer.projected_with(own, weight[0]).unsqueeze(0)

    def weight_decay(self, plans: Sequence[Plan]) -> Tensor | None:
        """Return λ of every parameter, ``(n_members, n_parameters)``; None if all are zero."""
        if not any(any(plan.weight_decay) for plan in plans):
            return None
        strengths = [self._strengths(plan, self._matrices()) for plan in plans]
        return torch.stack(strengths).to(self.parameters.device)

    def _matrices(self) -> dict[str, Tensor]:
        modules = self.template.named_modules()
        return {f"{name}.weight": m.weight for name, m in modules if isinstance(m, Linear)}

    def _projected_matrices(self, plan: Plan) -> dict[str, str]:
        """Return the names of the matrices that are projected after a step, by their positions."""
        pairs = zip(self._matrices(), plan.penalties, strict=True)
        return {str(i): name for i, (name, p) in enumerate(pairs) if p is not None and p.projects}

    def _strengths(self, plan: Plan, matrices: Mapping[str, Tensor]) -> Tensor:
        pairs = zip(matrices.items(), plan.weight_decay, strict=True)
        return self.layout.row(
            {name: torch.full_like(w, strength) for (name, w), strength in pairs}
        )


def _objective(plan: Plan, network: nn.Module) -> Objective:
    penalties = plan.penalties, plan.code_penalties
    return Objective(network, plan.criterion(), *penalties, plan.dtype)


def noise_of_all(plans: Sequence[Plan]) -> dict[str, type[Noise]]:
    """Return the kind of noise at each site at which any member has noise.

    Members may differ in the strength of noise and in whether they have noise, but not in its kind.
    """
    kinds: dict[str, type[Noise]] = {}
    for plan in plans:
        for site, noise in plan.noise.items():
            assert kinds.setdefault(site, type(noise)) is type(noise)
    return kinds


def _with_silence(plan: Plan, kinds: Mapping[str, type[Noise]]) -> dict[str, Noise]:
    return {site: plan.noise.get(site) or kind.silent() for site, kind in sorted(kinds.items())}
