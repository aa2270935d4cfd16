"""Padding of a member's network to the widths of its population."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from sklearn_deep.networks import DenseBlock, FlatParameters, overlap
from sklearn_deep.training._objective import Objective
from sklearn_deep.training._plan import Plan


class Weights(NamedTuple):
    """Parameters and running statistics of one member, or of all members stacked."""

    parameters: Tensor
    statistics: dict[str, Tensor]


class Widening:
    """Embeds a network in a wider one: in each layer its units come first, followed by zeros.

    Parameters
    ----------
    own : Objective
        Objective of the member.
    wide : Objective
        Objective of the population, with a mask in every block.
    layout : FlatParameters
        Layout of the parameters of ``wide``.
    """

    def __init__(self, own: Objective, wide: Objective, layout: FlatParameters) -> None:
        self.own = own
        self.own_layout, self.wide_layout = FlatParameters(own), layout
        self.own_buffers = {name: buffer.shape for name, buffer in own.named_buffers()}
        self.wide_buffers = {name: buffer.shape for name, buffer in wide.named_buffers()}

    def first_row(self) -> Tensor:
        """Return the initial parameters, padded."""
        row = self.own_layout.row(dict(self.own.named_parameters()))
        return self.own_layout.moved(row, self.wide_layout)

    def first_buffers(self) -> dict[str, Tensor]:
        """Return the initial buffers, padded, and the masks of the wider network."""
        own = dict(self.own.named_buffers())
        return {
            name: self._padded(name, own[name]) if name in own else self._units(name)
            for name in self.wide_buffers
        }

    def widened(self, weights: Weights) -> Weights:
        """Return weights of the member, padded."""
        row = self.own_layout.moved(weights.parameters, self.wide_layout)
        return Weights(row, {n: self._padded(n, value) for n, value in weights.statistics.items()})

    def narrowed(self, weights: Weights) -> Weights:
        """Return padded weights without their padding."""
        statistics = {
            name: value[overlap(self.own_buffers[name])]
            for name, value in weights.statistics.items()
        }
        return Weights(self.wide_layout.moved(weights.parameters, self.own_layout), statistics)

    def widened_plan(self, plan: Plan) -> Plan:
        """Return the member's plan with a padded optimizer state."""
        if plan.start is None or plan.start.state is None:
            return plan
        state = plan.start.state
        rows = {
            slot: self.own_layout.moved(row, self.wide_layout)
            for slot, row in state.optimizer_state.items()
        }
        return replace(plan, start=plan.start._replace(state=state._replace(optimizer_state=rows)))

    def narrowed_optimizer_state(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return a padded optimizer state without its padding."""
        return {slot: self.wide_layout.moved(row, self.own_layout) for slot, row in state.items()}

    def _padded(self, name: str, value: Tensor) -> Tensor:
        padded = value.new_zeros(self.wide_buffers[name])
        padded[overlap(value.shape)] = value
        return padded

    def _units(self, name: str) -> Tensor:
        block = self.own.get_submodule(name.rpartition(".")[0])
        assert isinstance(block, DenseBlock)
        return torch.arange(*self.wide_buffers[name]) < block.width
