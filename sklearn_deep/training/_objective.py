"""What one member minimises, as a module: mean loss of its network on a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.func import functional_call, vjp

from sklearn_deep.losses import Loss
from sklearn_deep.networks import Linear, PluginLayer, Statistics, TrainingPass
from sklearn_deep.penalties import Penalty
from sklearn_deep.training._layout import Layout

Step = Callable[..., tuple[Tensor, ...]]


class LossLayer(PluginLayer):
    """A loss as a layer, its numbers buffers."""

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss a row, ``(n_samples,)``."""
        return self._loss().rows(output, target)

    def predictions(self, output: Tensor) -> Tensor:
        """Return what outputs predict, in the units of the target."""
        return self._loss().predictions(output)

    def _loss(self) -> Loss:
        loss = self._plugin()
        assert isinstance(loss, Loss)
        return loss


class PenaltyLayer(PluginLayer):
    """The penalty of one weight matrix as a layer, its numbers buffers."""

    def forward(self, weight: Tensor) -> Tensor:
        """Return the penalty, 0-d."""
        penalty = self._plugin()
        assert isinstance(penalty, Penalty)
        return penalty.penalty(weight)

    def project(self, weight: Tensor) -> Tensor:
        """Return the nearest weights that the plug-in allows."""
        penalty = self._plugin()
        assert isinstance(penalty, Penalty)
        return penalty.project(weight)


class Objective(nn.Module):
    """Network, loss and penalties together: rows in, one loss a row out.

    Parameters
    ----------
    network : nn.Module
    loss : Loss
    penalties : sequence of Penalty or None
        One a weight matrix, in the order of the network's linear layers.
    dtype : torch.dtype
    """

    def __init__(
        self,
        network: nn.Module,
        loss: Loss,
        penalties: Sequence[Penalty | None],
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        self.network = network
        self.loss = LossLayer(loss).to(dtype)
        layers = {str(i): PenaltyLayer(p) for i, p in enumerate(penalties) if p is not None}
        self.penalties = nn.ModuleDict(layers).to(dtype)

    def forward(
        self, x: Tensor, y: Tensor, training: TrainingPass | None = None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return outputs ``(n_samples, n_outputs)``, losses ``(n_samples,)`` and, in training, the penalty."""
        output = self.network(x, training)
        return output, self.loss(output, y), None if training is None else self._penalty()

    def _penalty(self) -> Tensor | None:
        matrices = [m.weight for m in self.network.modules() if isinstance(m, Linear)]
        values = [layer(matrices[int(i)]) for i, layer in self.penalties.items()]
        return sum(values[1:], values[0]) if values else None


def member_step(objective: Objective, layout: Layout, sites: Sequence[str]) -> Step:
    """Return the step of one member as a pure function of tensors.

    It takes ``n`` parameters, the buffers, ``x, y, share, zeros`` and one block a site, one after
    the other; ``share`` is each row's share of the batch's weight, ``(n_samples,)``. It returns the
    loss of each row, the outputs, the gradient of ``Σ share·loss + penalty`` as a row of parameters,
    the batch statistics in the order of ``statistic_names`` and, where there are penalties, their sum.
    """
    parameter_names = [slot.name for slot in layout.slots]
    buffer_names = [name for name, _ in objective.named_buffers()]
    n, m = len(parameter_names), len(buffer_names)

    def step(*tensors: Tensor) -> tuple[Tensor, ...]:
        buffers = dict(zip(buffer_names, tensors[n : n + m], strict=True))
        x, y, share, zeros, *draws = tensors[n + m :]
        training = TrainingPass(share, dict(zip(sites, draws, strict=True)))

        def terms(parameters: Sequence[Tensor]) -> tuple[list[Tensor], tuple[Tensor, Statistics]]:
            state = buffers | dict(zip(parameter_names, parameters, strict=True))
            output, losses, penalty = functional_call(objective, state, (x, y, training))
            parts = [losses] if penalty is None else [losses, penalty]
            return parts, (output, dict(training.statistics))

        parts, pull_back, aux = vjp(terms, tensors[:n], has_aux=True)  # type: ignore[misc]
        output, statistics = aux
        losses, *penalty = parts
        # The gradient of the mean is the rows' gradients weighted by their shares.
        slopes = [share, *map(torch.ones_like, penalty)]
        gradient = layout.pack(pull_back(slopes)[0], zeros)
        reported = (statistics[s.removeprefix("network.")] for s in statistic_names(objective))
        return losses, output, gradient, *reported, *penalty

    return step


def statistic_names(objective: nn.Module) -> list[str]:
    """Return the buffers that a training pass moves: running means and variances."""
    names = (name for name, _ in objective.named_buffers())
    return [name for name in names if name.split(".")[-1] in ("running_mean", "running_var")]
