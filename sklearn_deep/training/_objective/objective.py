"""The objective of one network as a module: the losses of a batch of samples, and the penalties."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.func import functional_call, vjp

from sklearn_deep.networks import (
    BatchNorm,
    FlatParameters,
    Linear,
    PluginLayer,
    Statistics,
    TrainingPass,
)
from sklearn_deep.penalties import CodePenalty, Encoding, Penalty
from sklearn_deep.training._objective.criteria import Criterion

MemberStep = Callable[..., tuple[Tensor, ...]]
Found = tuple[Tensor, Statistics]
Terms = Callable[[Sequence[Tensor]], tuple[list[Tensor], Found]]
Pulled = tuple[list[Tensor], Callable[[Sequence[Tensor]], Sequence[Tensor]], Found]


class PenaltyLayer(PluginLayer):
    """The penalty of one weight matrix, as a layer whose buffers are the numbers of the penalty."""

    def forward(self, weight: Tensor) -> Tensor:
        """Return the penalty, 0-d."""
        penalty = self._plugin()
        assert isinstance(penalty, Penalty)
        return penalty.penalty(weight)

    def projected_with(self, numbers: Mapping[str, Tensor], weight: Tensor) -> Tensor:
        """Return the nearest weights that the plug-in, with the given numbers, allows."""
        penalty = self._held.with_numbers(numbers)
        assert isinstance(penalty, Penalty)
        return penalty.project(weight)


class CodePenaltyLayer(PluginLayer):
    """A penalty on the code, as a layer whose buffers are the numbers of the penalty."""

    def forward(self, encoding: Encoding) -> Tensor:
        """Return the penalty, 0-d."""
        penalty = self._plugin()
        assert isinstance(penalty, CodePenalty)
        return penalty.code_penalty(encoding)


class Objective(nn.Module):
    """Network, criterion and penalties: maps samples to their losses and the penalty.

    Parameters
    ----------
    network : nn.Module
    criterion : Criterion
    penalties : sequence of Penalty or None
        One per weight matrix, in the order of the network's linear layers.
    code_penalties : sequence of CodePenalty
    dtype : torch.dtype
    """

    def __init__(
        self,
        network: nn.Module,
        criterion: Criterion,
        penalties: Sequence[Penalty | None],
        code_penalties: Sequence[CodePenalty],
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        self.network = network
        self.criterion = criterion.to(dtype)
        layers = {str(i): PenaltyLayer(p) for i, p in enumerate(penalties) if p is not None}
        self.penalties = nn.ModuleDict(layers).to(dtype)
        self.code_penalties = nn.ModuleList(map(CodePenaltyLayer, code_penalties)).to(dtype)

    def forward(
        self, x: Tensor, y: Tensor, training: TrainingPass | None = None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return the output to be scored, the losses of samples and, in training mode, the penalty."""
        output = self.network(x, training)
        losses = self.criterion(output, x, y)
        penalty = None if training is None else self._penalty(x, training)
        return self.criterion.scored(output, losses), losses, penalty

    def _penalty(self, x: Tensor, training: TrainingPass) -> Tensor | None:
        matrices = [m.weight for m in self.network.modules() if isinstance(m, Linear)]
        values = [layer(matrices[int(i)]) for i, layer in self.penalties.items()]
        if self.code_penalties:
            assert training.code is not None
            encode = cast(Callable[[Tensor], Tensor], self.network.encode)
            encoding = Encoding(training.code, training.weight, x, encode)
            values += [layer(encoding) for layer in self.code_penalties]
        return sum(values[1:], values[0]) if values else None


class _Sum(torch.autograd.Function):
    """``Σ slope·part``. Its value is never used, so it is not computed; its gradient is the slopes."""

    @staticmethod
    def forward(ctx: Any, *parts_and_slopes: Tensor) -> Tensor:
        """Return a 0-d tensor."""
        ctx.save_for_backward(*parts_and_slopes[len(parts_and_slopes) // 2 :])
        return parts_and_slopes[0].new_zeros(())

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Return the slopes."""
        return (*ctx.saved_tensors, *[None] * len(ctx.saved_tensors))


def pulled_back(terms: Terms, parameters: Sequence[Tensor]) -> Pulled:
    """Return the same as ``torch.func.vjp``, using only autograd.

    ``vjp``, and ``torch.autograd.grad`` with ``grad_outputs``, import torch's compiler, which adds a second
    to the first fit of a process. The operations are the same.
    """
    leaves = [parameter.detach().requires_grad_() for parameter in parameters]
    parts, found = terms(leaves)

    def pull_back(slopes: Sequence[Tensor]) -> Sequence[Tensor]:
        total = _Sum.apply(*parts, *slopes)
        if not total.requires_grad:
            return [torch.zeros_like(leaf) for leaf in leaves]
        # With ``create_graph``, because without it some backward formulas of torch round differently.
        return torch.autograd.grad(
            total, leaves, create_graph=True, allow_unused=True, materialize_grads=True
        )

    return parts, pull_back, found


def pulled_back_together(terms: Terms, parameters: Sequence[Tensor]) -> Pulled:
    """Return the same as ``pulled_back``, for use under ``vmap``."""
    parts, pull_back, found = vjp(terms, tuple(parameters), has_aux=True)  # type: ignore[misc]
    return parts, lambda slopes: pull_back(slopes)[0], found


def member_step(
    objective: Objective,
    layout: FlatParameters,
    sites: Sequence[str],
    differentiate: Callable[[Terms, Sequence[Tensor]], Pulled] = pulled_back,
) -> MemberStep:
    """Return the step of one member as a pure function of tensors.

    Its arguments are the parameters, the buffers, ``x, y, slope, share`` and one block per noise site.
    ``slope``, ``(n_samples,)`` or ``(n_samples, n_terms)``, multiplies the loss of each sample;
    ``share``, ``(n_samples,)``, is the sample's weight in statistics of the batch. It returns the loss
    of each sample, the outputs, the gradients of ``Σ slope·loss + penalty`` with respect to the
    parameters, the batch statistics in the order of ``statistic_names`` and, if there are penalties,
    their sum.
    """
    parameter_names = [slot.name for slot in layout.slots]
    buffer_names = [name for name, _ in objective.named_buffers()]
    n, m = len(parameter_names), len(buffer_names)

    def step(*tensors: Tensor) -> tuple[Tensor, ...]:
        buffers = dict(zip(buffer_names, tensors[n : n + m], strict=True))
        x, y, slope, share, *draws = tensors[n + m :]
        training = TrainingPass(share, dict(zip(sites, draws, strict=True)))

        def terms(parameters: Sequence[Tensor]) -> tuple[list[Tensor], Found]:
            state = buffers | dict(zip(parameter_names, parameters, strict=True))
            output, losses, penalty = functional_call(objective, state, (x, y, training))
            parts = [losses] if penalty is None else [losses, penalty]
            return parts, (output, dict(training.statistics))

        (losses, *penalty), pull_back, (output, statistics) = differentiate(terms, tensors[:n])
        # The gradient of a weighted sum of losses is the weighted sum of their gradients.
        slope = slope * buffers["criterion.factors"] if slope.ndim > 1 else slope
        gradients = pull_back([slope, *map(torch.ones_like, penalty)])
        reported = (statistics[s.removeprefix("network.")] for s in statistic_names(objective))
        return losses, output, *gradients, *reported, *penalty

    return step


def packed_step(objective: Objective, layout: FlatParameters, sites: Sequence[str]) -> MemberStep:
    """Return the step of one member among many, with its gradients packed into one row."""
    step = member_step(objective, layout, sites, pulled_back_together)
    n = len(layout.slots)

    def packed(*tensors: Tensor) -> tuple[Tensor, ...]:
        losses, output, *rest = step(*tensors)
        return losses, output, layout.pack(rest[:n]), *rest[n:]

    return packed


def statistic_names(objective: nn.Module) -> list[str]:
    """Return the names of the buffers that training updates: running means and variances."""
    layers = [name for name, m in objective.named_modules() if isinstance(m, BatchNorm)]
    return [f"{layer}.{what}" for layer in layers for what in ("running_mean", "running_var")]
