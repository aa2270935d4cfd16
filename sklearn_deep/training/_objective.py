"""What one member minimises, as a module: mean loss of its network on a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.func import functional_call, vjp

from sklearn_deep.losses import Loss
from sklearn_deep.networks import PluginLayer, Statistics, TrainingPass
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

    It takes ``n`` parameters, the buffers, ``x, y, share, zeros`` and one block a site, one after
    the other; ``share`` is each row's share of the batch's weight, ``(n_samples,)``. It returns the
    loss of each row, the outputs, the gradient of the mean ``Σ share·loss`` as a row of parameters,
    and the batch statistics in the order of ``statistic_names``.
    """
    parameter_names = [slot.name for slot in layout.slots]
    buffer_names = [name for name, _ in objective.named_buffers()]
    n, m = len(parameter_names), len(buffer_names)

    def step(*tensors: Tensor) -> tuple[Tensor, ...]:
        buffers = dict(zip(buffer_names, tensors[n : n + m], strict=True))
        x, y, share, zeros, *draws = tensors[n + m :]
        training = TrainingPass(share, dict(zip(sites, draws, strict=True)))

        def rows(parameters: Sequence[Tensor]) -> tuple[Tensor, tuple[Tensor, Statistics]]:
            state = buffers | dict(zip(parameter_names, parameters, strict=True))
            output, losses = functional_call(objective, state, (x, y, training))
            return losses, (output, dict(training.statistics))

        # The gradient of the mean is the rows' gradients weighted by their shares.
        losses, pull_back, aux = vjp(rows, tensors[:n], has_aux=True)  # type: ignore[misc]
        output, statistics = aux
        gradient = layout.pack(pull_back(share)[0], zeros)
        reported = (statistics[s.removeprefix("network.")] for s in statistic_names(objective))
        return losses, output, gradient, *reported

    return step


def statistic_names(objective: nn.Module) -> list[str]:
    """Return the buffers that a training pass moves: running means and variances."""
    names = (name for name, _ in objective.named_buffers())
    return [name for name in names if name.split(".")[-1] in ("running_mean", "running_var")]
