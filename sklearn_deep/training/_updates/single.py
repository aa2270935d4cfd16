"""Updates by an optimizer that can train only a single network, such as those of torch."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np
from torch import Tensor

from sklearn_deep._compat.torch import tree_map_only
from sklearn_deep.networks import FlatParameters
from sklearn_deep.optimizers import SingleOptimizer
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._updates.updates import Evaluate, Updates, clipped


class SingleUpdates(Updates):
    """Updates of a population of one member, by an optimizer that gets views of the row of parameters."""

    def __init__(
        self,
        plans: Sequence[Plan],
        parameters: Tensor,
        weight_decay: Tensor | None,
        layout: FlatParameters,
    ) -> None:
        super().__init__(plans, parameters, weight_decay)
        (plan,) = plans
        assert isinstance(plan.optimizer, SingleOptimizer)
        self.layout = layout
        self._views = [view.requires_grad_() for view in layout.views(parameters[0].detach())]
        self.optimizer = plan.optimizer.build(self._views, plan.learning_rate)
        if plan.state is not None and plan.state.optimizer_state:
            # Copied, because torch's optimizers change the tensors that they load.
            self.optimizer.load_state_dict(copy.deepcopy(dict(plan.state.optimizer_state)))
        self._clip_norm = float(plan.optimizer.clip_norm)
        self._sets_rate = not plan.optimizer.full_batch

    def begin(self, active: np.ndarray, rates: np.ndarray) -> None:
        """Store the learning rates of the next steps."""
        self.count(active)
        self._active, self._rates = active[:, 0].tolist(), rates[:, 0].tolist()

    def apply(self, step: int, gradient: Tensor, evaluate: Evaluate) -> None:
        """Make one of the steps passed to ``begin``; the optimizer may evaluate J at several points."""
        if not self._active[step]:
            return
        if self._sets_rate:
            for group in self.optimizer.param_groups:
                group["lr"] = self._rates[step]

        def closure() -> float:
            loss, new = evaluate()
            self._hand_over(new)
            return float(loss + self.penalty())

        self._hand_over(gradient)
        self.optimizer.step(closure)

    def _hand_over(self, gradient: Tensor) -> None:
        row = gradient[0]
        if self.weight_decay is not None:
            row = row + self.weight_decay[0] * self.parameters[0]
        if isfinite(self._clip_norm):
            row = clipped(row, row.new_tensor(self._clip_norm))
        for view, own in zip(self._views, self.layout.views(row), strict=True):
            view.grad = own

    def optimizer_states(self, members: Sequence[int]) -> list[dict[Any, Any]]:
        """Return a copy of the optimizer's ``state_dict`` on the CPU, for each of ``members``."""
        state = self.optimizer.state_dict()
        return [tree_map_only(Tensor, lambda t: t.clone().cpu(), state) for _ in members]
