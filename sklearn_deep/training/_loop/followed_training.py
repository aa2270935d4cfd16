"""The training of one network that somebody follows step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from sklearn_deep.networks import PluginLayer
from sklearn_deep.training._loop.listener import Listener
from sklearn_deep.training._loop.training import StepRecord, Training
from sklearn_deep.training._plan import Plan
from sklearn_deep.training._step import Batch, Epoch, StepOutput


class FollowedTraining(Training):
    """A training whose network shows its weights while they move.

    A listener that changes nothing changes no bit of the result.

    Parameters
    ----------
    plans : sequence of Plan
        One plan.
    """

    # A listener may compute gradients of its own with what it is shown; inference tensors forbid it.
    _mode = torch.no_grad
    # A listener may change what user-defined functions read, at any step.
    _records_user_code = False
    listener: Listener

    def __init__(self, plans: Sequence[Plan]) -> None:
        super().__init__([replace(plan, shows_outputs=True) for plan in plans])
        assert len(plans) == 1
        self.population.bind(0)
        modules = self.population.objectives[0].named_modules()
        self._plugins = {name: m.plugin for name, m in modules if isinstance(m, PluginLayer)}
        self._numbers = self._numbers_of_plugins()
        self._held: list[tuple[Tensor, Tensor]] = []

    def _run_steps(self, epoch: Epoch, active: Tensor, rates: Tensor) -> list[StepRecord]:
        made = []
        for i, batch in enumerate(epoch.batches()):
            n_rows = int(epoch.valid[i, 0].sum())
            x, y, slope, share = (column[0, :n_rows] for column in batch[:4])
            self._shown = Batch(x, y, slope, share, (x, y, slope, share))
            rates[i] *= self.listener.begin_step(self._shown)
            self.updates.begin(active[i : i + 1], rates[i : i + 1])
            self._follow_numbers()
            self.computation.prepare()  # a listener may change any number
            step = self._step(i, 0, batch, active)
            self._end_step(step, n_rows)
            made.append(step if self.metric else step._replace(output=step.losses))
            if self.listener.stops:
                epoch.end_after(i + 1)
                break
        return made

    def _numbers_of_plugins(self) -> dict[str, float]:
        """Return the numbers of the plug-ins inside the step, by the name of their buffer."""
        return {
            f"{layer}.{name}": value
            for layer, plugin in self._plugins.items()
            for name, value in plugin.numbers().items()
        }

    def _follow_numbers(self) -> None:
        """Take over numbers of plug-ins, as ``penalty.l1``, that a listener has changed."""
        now = self._numbers_of_plugins()
        for name, value in now.items():
            if value != self._numbers[name]:
                self.population.buffers[name].fill_(value)
        self._numbers = now

    def _end_step(self, step: StepRecord, n_rows: int) -> None:
        losses = step.losses[:n_rows].unsqueeze(0)
        loss = self._mean_loss(self._shown.slope.unsqueeze(0), losses) + step.penalty.view(-1)
        self.listener.end_step(self._shown, step.output[:n_rows], loss[0])

    def _gradient(self, computed: StepOutput) -> Tensor:
        gradient = super()._gradient(computed)
        views = self.population.layout.views(gradient[0])
        still = self.listener.see_gradient(self._shown, views)
        if not self._held:
            self._held = [(view, view.clone()) for view in self._rows_of(still)]
        return gradient

    def end_epoch(self, scores: Mapping[str, float], monitored: float | None) -> None:
        """Take what a listener recorded at the end of an epoch.

        Parameters
        ----------
        scores : mapping of str to float
            Recorded beside the values of the training itself, which keep their names.
        monitored : float or None
            The value that the stopping rule monitors, if it is the listener's.
        """
        member = self.members[0]
        member.epochs[-1] |= {n: v for n, v in scores.items() if n not in member.epochs[-1]}
        if monitored is not None and not member.diverged and member.judge(monitored):
            self.best[0] = self.population.weights(0)

    def _rows_of(self, parameters: Sequence[int]) -> list[Tensor]:
        """Return what an update moves of some parameters: themselves and the optimizer's state."""
        slots = [self.population.layout.slots[i] for i in parameters]
        rows = [self.updates.parameters, *self.updates.state.values()]
        return [row[0, slot.start : slot.stop] for slot in slots for row in rows]

    def _move(self, i: int, place: int, batch: Batch, computed: StepOutput, active: Tensor) -> None:
        super()._move(i, place, batch, computed, active)
        for view, value in self._held:
            view.copy_(value)
        self._held = []
