"""The network, samples and loss for the measurement of signals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn
from torch.nn import functional as F

from sklearn_deep._process import isolated
from sklearn_deep._shared import gathered
from sklearn_deep.estimators import DeepEstimator, begin_fit, network_rows
from sklearn_deep.inspection._common import Learner, learner_of
from sklearn_deep.inspection._signal.layer_calls import tensors_in
from sklearn_deep.networks import TrainingPass
from sklearn_deep.training import Plan

_OWNER = "signal_propagation"
_BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


class NetworkSource(NamedTuple):
    """A network to be measured, with its samples and loss.

    Parameters
    ----------
    module : nn.Module
    forward : callable
        Maps samples to outputs.
    rows : Tensor of shape (n_samples, ...)
    cost : callable
        Maps outputs to the sum of the losses of the samples, a 0-d tensor.
    learner : Learner or None
        The estimator that advice refers to; None for a torch module.
    """

    module: nn.Module
    forward: Callable[[Tensor], Any]
    rows: Tensor
    cost: Callable[[Any], Tensor]
    learner: Learner | None = None


@contextmanager
def generators_kept() -> Iterator[None]:
    """Restore the states of torch's and numpy's global generators afterward."""
    generator = check_random_state(None)
    state = generator.get_state()
    try:
        with isolated(0):
            yield
    finally:
        generator.set_state(state)


def network_source(thing: Any, X: Any, y: Any, at: str) -> NetworkSource:
    """Return the network of a torch module, an estimator or a pipeline that ends in one.

    Pipelines are the only wrappers that are supported, because X must pass through their earlier steps.

    Raises
    ------
    TypeError
        If it is not one of these.
    """
    if isinstance(thing, nn.Module):
        return _of_module(thing, X, y, at)
    outer = thing
    while isinstance(thing, Pipeline):
        X, thing = _through(thing, X, y, at), thing.steps[-1][1]
    if not isinstance(thing, DeepEstimator):
        raise TypeError(
            f"{_OWNER} requires a torch module, a network of sklearn_deep, or a Pipeline that ends in one, "
            f"got {type(thing).__name__}. For a search pass best_estimator_, for a skorch net module_."
        )
    make = _at_init if at == "init" else _source_of_fitted
    return make(thing, X, y)._replace(learner=learner_of(outer))


def _through(pipeline: Pipeline, X: Any, y: Any, at: str) -> Any:
    """Return the input of the last step of a pipeline."""
    if len(pipeline) == 1:
        return X
    if at == "init":
        return clone(pipeline[:-1]).fit_transform(X, y)
    check_is_fitted(pipeline.steps[-1][1])
    return pipeline[:-1].transform(X)


def _plan(estimator: DeepEstimator, X: Any, y: Any) -> Plan:
    if y is None and hasattr(estimator, "predict"):
        raise ValueError(
            f"{_OWNER} requires y if at='init', because {type(estimator).__name__} gets its number of outputs "
            "from y."
        )
    with gathered():  # Warnings of the fit are ignored, because the report covers them.
        return begin_fit(clone(estimator), X, *([] if y is None else [y])).plan


def _all_rows(plan: Plan) -> Tensor:
    rows = plan.data.x
    return rows if isinstance(rows, Tensor) else rows[torch.arange(len(rows))]


def _at_init(estimator: DeepEstimator, X: Any, y: Any) -> NetworkSource:
    plan = _plan(estimator, X, y)
    network, rows = plan.build({}), _all_rows(plan)
    # In training mode, so that batch normalization uses the batch; the network has no noise.
    counts_all = TrainingPass(torch.ones(len(rows), dtype=rows.dtype, device=rows.device), {})
    return NetworkSource(
        network, lambda x: network(x, counts_all), rows, lambda out: _cost(plan, rows, out)
    )


def _source_of_fitted(estimator: DeepEstimator, X: Any, y: Any) -> NetworkSource:
    rows, module = network_rows(estimator, X), estimator._fitted_network.own_predictor
    if y is None and hasattr(estimator, "predict"):
        return NetworkSource(module, module, rows, normal_direction)
    plan = _plan(estimator, X, y)
    new, old = (list(n.parameters()) for n in (plan.build({}), module))
    if [p.shape for p in new] != [p.shape for p in old]:
        raise ValueError(
            f"y of {_OWNER} must have the same classes or number of outputs as in the fit of "
            f"{type(estimator).__name__}. Pass samples of every class, or no y."
        )
    of_plan = _all_rows(plan)
    return NetworkSource(module, module, of_plan, lambda out: _cost(plan, of_plan, out))


def _cost(plan: Plan, rows: Tensor, output: Any) -> Tensor:
    """Return the weighted sum of the losses of the samples, as in J."""
    criterion = plan.criterion().to(plan.device, plan.dtype)
    losses = criterion(output, rows, plan.data.y) * plan.data.weight
    if losses.ndim > 1:
        losses = losses * losses.new_tensor(plan.factors)
    return losses.sum()


def _of_module(module: nn.Module, X: Any, y: Any, at: str) -> NetworkSource:
    weights = list(module.parameters())
    if any(isinstance(w, nn.parameter.UninitializedParameter) for w in weights):
        raise ValueError(
            f"{_OWNER} got a module with lazy layers. Call the module on samples first."
        )
    rows = X if isinstance(X, Tensor) else torch.as_tensor(np.asarray(X))
    if weights:
        to = weights[0].dtype if not isinstance(X, Tensor) or X.is_floating_point() else X.dtype
        rows = rows.to(weights[0].device, to)

    def forward(x: Tensor) -> Any:
        with _evaluating(module, batch_statistics=at == "init"):
            return module(x)

    cost = normal_direction if y is None else lambda output: _usual_cost(output, y)
    return NetworkSource(module, forward, rows, cost)


@contextmanager
def _evaluating(module: nn.Module, *, batch_statistics: bool) -> Iterator[None]:
    """Set a module to evaluation mode, and restore its modes afterward.

    With ``batch_statistics``, running statistics are removed, so that batch normalization uses the batch.
    """
    modes = {m: m.training for m in module.modules()}
    running: list[tuple[nn.Module, dict[str, Any]]] = []
    module.eval()
    if batch_statistics:
        running = [(m, _running(m)) for m in modes if isinstance(m, _BATCH_NORMS)]
    for m, buffers in running:
        for name in buffers:
            setattr(m, name, None)
    try:
        yield
    finally:
        for m, buffers in running:
            for name, buffer in buffers.items():
                setattr(m, name, buffer)
        for m, mode in modes.items():
            m.training = mode


def _running(module: nn.Module) -> dict[str, Any]:
    return {name: getattr(module, name) for name in ("running_mean", "running_var")}


def normal_direction(output: Any) -> Tensor:
    """Return a sum of the outputs whose gradient is standard normal, with a fixed seed."""
    generator = torch.Generator().manual_seed(0)
    parts = []
    for out in tensors_in(output):
        draws = torch.randn(out.shape, generator=generator, dtype=torch.float64)
        parts.append((out * draws.to(out.device, out.dtype)).sum())
    return sum(parts[1:], parts[0])


def _usual_cost(output: Any, y: Any) -> Tensor:
    """Return the summed cross-entropy for integers, otherwise half the summed squared error."""
    first, target = tensors_in(output)[0], torch.as_tensor(np.asarray(y))
    target = target.to(first.device)
    if target.is_floating_point():
        return (first - target.to(first.dtype).view_as(first)).square().sum() / 2
    return F.cross_entropy(first, target.long(), reduction="sum")
