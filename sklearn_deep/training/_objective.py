"""What one member minimises, as a module: mean loss of its network on a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad_and_value

from sklearn_deep.losses import Loss
from sklearn_deep.networks import PluginLayer, TrainingPass
from sklearn_deep.training._layout import Layout

Step = Callable[..., tuple[Tensor, ...]]


class LossLayer(PluginLayer):
    """A loss as a layer, its numbers buffers."""

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss a row, ``(n_samples,)``."""
        loss = self._plugin()
        assert isinstance(loss, Loss)
        return loss.rows(output, target)


class Objective(nn.Module):
    """Network and loss together: rows in, one loss a row out.

    Parameters
    ----------
    network : nn.Module
    loss : Loss
    dtype : torch.dtype
    """

    def __init__(self, network: nn.Module, loss: Loss, dtype: torch.dtype) -> None:
        super().__init__()
        self.network = network
        self.loss = LossLayer(loss).to(dtype)

    def forward(
        self, x: Tensor, y: Tensor, training: TrainingPass | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the outputs ``(n_samples, n_outputs)`` and the losses ``(n_samples,)``."""
        output = self.network(x, training)
        return output, self.loss(output, y)


def member_step(objective: Objective, layout: Layout, sites: Sequence[str]) -> Step:
    """Return the step of one member as a pure function of tensors.

    It takes ``n`` parameters, the buffers, ``x, y, weight, zeros`` and one block a site, one after
    the other, and returns the weighted mean loss, the outputs, the gradient as a row, and the batch
    statistics in the order of ``statistic_names``.
    """
    parameter_names = [slot.name for slot in layout.slots]
    buffer_names = [name for name, _ in objective.named_buffers()]
    n, m = len(parameter_names), len(buffer_names)

    def mean_loss(parameters, buffers, x, y, weight, draws):  # type: ignore[no-untyped-def]
        training = TrainingPass(weight, dict(zip(sites, draws, strict=True)))
        state = dict(zip(parameter_names, parameters, strict=True))
        state |= dict(zip(buffer_names, buffers, strict=True))
        output, losses = functional_call(objective, state, (x, y, training))
        return (weight * losses).sum() / weight.sum(), (output, training.statistics)

    def step(*tensors: Tensor) -> tuple[Tensor, ...]:
        parameters, buffers = tensors[:n], tensors[n : n + m]
        x, y, weight, zeros, *draws = tensors[n + m :]
        gradients, (value, (output, statistics)) = grad_and_value(mean_loss, has_aux=True)(
            parameters, buffers, x, y, weight, draws
        )
        gradient = layout.pack(gradients, zeros)
        reported = (statistics[s.removeprefix("network.")] for s in statistic_names(objective))
        return value, output, gradient, *reported

    return step


def statistic_names(objective: nn.Module) -> list[str]:
    """Return the buffers that a training pass moves: running means and variances."""
    names = (name for name, _ in objective.named_buffers())
    return [name for name in names if name.split(".")[-1] in ("running_mean", "running_var")]
