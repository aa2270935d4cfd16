"""The network that a signal is sent through, with the samples and the loss."""

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
    """What to run.

    Parameters
    ----------
    module : nn.Module
    forward : callable
        Samples to outputs.
    rows : Tensor of shape (n_samples, ...)
    cost : callable
        Outputs to the sum of the losses of the samples, 0-d.
    learner : Learner or None
        What advice is given to; None for a bare module.
    """

    module: nn.Module
    forward: Callable[[Tensor], Any]
    rows: Tensor
    cost: Callable[[Any], Tensor]
    learner: Learner | None = None


@contextmanager
def generators_kept() -> Iterator[None]:
    """Leave the global generators of torch and numpy as they were."""
    generator = check_random_state(None)
    state = generator.get_state()
    try:
        with isolated(0):
            yield
    finally:
        generator.set_state(state)


def network_source(thing: Any, X: Any, y: Any, at: str) -> NetworkSource:
    """Return the network of a module, an estimator or a pipeline that ends in one.

    Of wrappers only pipelines are entered, because X passes through their earlier steps.

    Raises
    ------
    TypeError
        If it is none of these.
    """
    if isinstance(thing, nn.Module):
        return _of_module(thing, X, y, at)
    outer = thing
    while isinstance(thing, Pipeline):
        X, thing = _through(thing, X, y, at), thing.steps[-1][1]
    if not isinstance(thing, DeepEstimator):
        raise TypeError(
            f"{_OWNER} takes a torch module, a network of sklearn_deep, or a Pipeline that ends in one, "
            f"got {type(thing).__name__}. Of a search give best_estimator_, of a skorch net module_."
        )
    make = _at_init if at == "init" else _source_of_fitted
    return make(thing, X, y)._replace(learner=learner_of(outer))


def _through(pipeline: Pipeline, X: Any, y: Any, at: str) -> Any:
    """Return what the last step of a pipeline is given."""
    if len(pipeline) == 1:
        return X
    if at == "init":
        return clone(pipeline[:-1]).fit_transform(X, y)
    check_is_fitted(pipeline.steps[-1][1])
    return pipeline[:-1].transform(X)


def _plan(estimator: DeepEstimator, X: Any, y: Any) -> Plan:
    if y is None and hasattr(estimator, "predict"):
        raise ValueError(
            f"{_OWNER} needs y at 'init': {type(estimator).__name__} learns from y how many outputs it has."
        )
    with gathered():  # A fit would warn of what is found here.
        return begin_fit(clone(estimator), X, *([] if y is None else [y])).plan


def _all_rows(plan: Plan) -> Tensor:
    rows = plan.data.x
    return rows if isinstance(rows, Tensor) else rows[torch.arange(len(rows))]


def _at_init(estimator: DeepEstimator, X: Any, y: Any) -> NetworkSource:
    plan = _plan(estimator, X, y)
    network, rows = plan.build({}), _all_rows(plan)
    # Batches are normalized as in training, and there is no other noise in the network.
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
            f"y of {_OWNER} must have the classes or outputs that {type(estimator).__name__} was fitted "
            "with. Give samples of every class, or no y."
        )
    of_plan = _all_rows(plan)
    return NetworkSource(module, module, of_plan, lambda out: _cost(plan, of_plan, out))


def _cost(plan: Plan, rows: Tensor, output: Any) -> Tensor:
    """Return the sum of what the samples add to J, each by its weight."""
    criterion = plan.criterion().to(plan.device, plan.dtype)
    losses = criterion(output, rows, plan.data.y) * plan.data.weight
    if losses.ndim > 1:
        losses = losses * losses.new_tensor(plan.factors)
    return losses.sum()


def _of_module(module: nn.Module, X: Any, y: Any, at: str) -> NetworkSource:
    weights = list(module.parameters())
    if any(isinstance(w, nn.parameter.UninitializedParameter) for w in weights):
        raise ValueError(f"{_OWNER} got a module with lazy layers. Call it once on samples first.")
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
    """Put a module into evaluation mode, and leave it as it was.

    Batch normalization that has no running statistics takes those of the batch.
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
    """Return a sum of the outputs whose gradient is unit normal, always the same draws."""
    generator = torch.Generator().manual_seed(0)
    parts = []
    for out in tensors_in(output):
        draws = torch.randn(out.shape, generator=generator, dtype=torch.float64)
        parts.append((out * draws.to(out.device, out.dtype)).sum())
    return sum(parts[1:], parts[0])


def _usual_cost(output: Any, y: Any) -> Tensor:
    """Return the summed cross-entropy for whole numbers, half the summed squared error for others."""
    first, target = tensors_in(output)[0], torch.as_tensor(np.asarray(y))
    target = target.to(first.device)
    if target.is_floating_point():
        return (first - target.to(first.dtype).view_as(first)).square().sum() / 2
    return F.cross_entropy(first, target.long(), reduction="sum")
