"""Conversion of the parameters of an estimator and the arguments of ``fit`` to a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from sklearn_deep._shared import Doubt
from sklearn_deep.estimators._base.epoch_scores import EpochScores
from sklearn_deep.estimators._base.layers import noise_sites, weight_decays
from sklearn_deep.estimators._base.rules import monitored_scorers, rules_and_samples
from sklearn_deep.estimators._data import (
    FitCall,
    Rows,
    of_largest_one,
    of_mean_one,
    to_tensor,
)
from sklearn_deep.estimators._doubts import clipped_doubts, scale_doubts
from sklearn_deep.estimators._parameters import (
    check_logits,
    check_normalized_batches,
    resolve_augmentation,
    resolve_batch_size,
    resolve_device,
    resolve_initializers,
    resolve_penalties,
    try_plugins,
)
from sklearn_deep.estimators._tasks import Task
from sklearn_deep.training import Data, Plan

if TYPE_CHECKING:
    from sklearn_deep.estimators._base.estimator import DeepEstimator


def make_plan(estimator: DeepEstimator, call: FitCall, seed: int) -> Plan:
    """Return the plan of a fit, and set attributes that depend only on the data, such as ``classes_``."""
    owner = type(estimator).__name__
    rules, (task, rows, held_out) = rules_and_samples(estimator, call, seed)
    earlier = estimator._hosted.settings.target_scale if call.continues else None
    scale = task.scale_of(rows, earlier, call)
    if scale is not None:
        rows = rows.normalized(scale)
        held_out = None if held_out is None else held_out.normalized(scale)
    factors = task.class_weight_of(rows, call)
    data = _data(estimator, task, rows, factors, "X", absolute=call.partial)
    validation = None if held_out is None else _data(estimator, task, held_out, 1.0, "X_val")
    architecture = estimator._architecture(data.x.shape[1], data.y.shape[1], data.x.dtype)
    n_matrices = len(architecture.matrices)
    has_code = task.reconstruction_loss is not None
    penalties, code_penalties = resolve_penalties(
        estimator.penalty, n_matrices, has_code=has_code, owner=owner
    )
    optimizer = rules.optimizer
    plan = Plan(
        architecture=architecture,
        initializers=resolve_initializers(estimator.init, architecture.matrices, owner=owner),
        noise=noise_sites(estimator, architecture),
        loss=task.loss,
        weight_decay=weight_decays(estimator.weight_decay, n_matrices, owner=owner),
        penalties=penalties,
        augmentation=resolve_augmentation(estimator.augmentation, data.x.shape[1], owner=owner),
        optimizer=optimizer,
        learning_rate=1.0 if optimizer.full_batch else float(estimator.learning_rate),
        schedule=rules.schedule,
        stopping=rules.early_stopping,
        metric=task.recorded_metric,
        data=data,
        validation=validation,
        batch_size=resolve_batch_size(estimator.batch_size, len(rows.y), optimizer, owner=owner),
        max_epochs=int(estimator.max_epochs),
        seed=seed,
        reconstruction_loss=task.reconstruction_loss,
        beta=task.beta,
        code_penalties=code_penalties,
        target_scale=scale,
        doubts=(
            *clipped_doubts(held_out, task.reconstruction_loss, owner=owner),
            *task.doubts(call),
            *_sample_doubts(estimator, call, rows, held_out),
            *task.scale_doubts(rows, scale, call),
        ),
        places=rows.places,
        validation_places=None if held_out is None else held_out.places,
        max_seconds=None if estimator.max_seconds is None else float(estimator.max_seconds),
    )
    method = "partial_fit" if call.partial else "fit"
    if task.reconstruction_loss is not None:
        check_logits(plan, estimator.output_activation, owner=owner)
    check_normalized_batches(plan, estimator.batch_size, owner=owner, method=method)
    try_plugins(plan, owner=owner)
    plan = replace(plan, start=estimator._start(call, plan))
    scorers = monitored_scorers(estimator, task, rules)
    if not scorers:
        return plan
    return replace(plan, scoring=EpochScores.of(estimator, call, plan, scorers, (rows, held_out)))


def _data(
    estimator: DeepEstimator,
    task: Task,
    rows: Rows,
    class_weight: np.ndarray | float,
    argument: str,
    *,
    absolute: bool = False,
) -> Data:
    """Return samples as tensors for training; ``absolute`` weights are not divided by their mean."""
    owner, dtype = type(estimator).__name__, getattr(torch, estimator.dtype)
    device = resolve_device(estimator.device, owner=owner)
    part = argument.removeprefix("X")
    relative = of_largest_one(rows.sample_weight)
    weight = rows.in_terms((rows.sample_weight if absolute else relative) * class_weight)
    values = {
        argument: rows.X,
        f"y{part}": task.targets(rows.y, not part, estimator.dtype),
        f"sample_weight{part}": of_largest_one(rows.in_terms(relative)),
        f"sample_weight{part} times class_weight": weight if absolute else of_mean_one(weight),
    }
    x, y, sample_weight, weight = (
        to_tensor(v, dtype, argument=a, owner=owner) for a, v in values.items()
    )
    data = Data(x, y, weight, sample_weight)
    # Each term of the objective is a mean, which requires a sample of positive weight.
    if not data.weight.any(0).all():
        which = "one sample with a label" if data.weight.ndim > 1 else "one sample"
        raise ValueError(
            f"sample_weight{part} times class_weight of {owner}.fit must be positive for at least "
            f"{which}, got zeros (in {estimator.dtype}). Check that a class of positive weight has samples of "
            "positive weight."
        )
    return Data(*(column.to(device) for column in data))


def _sample_doubts(
    estimator: DeepEstimator, call: FitCall, rows: Rows, held_out: Rows | None
) -> tuple[Doubt, ...]:
    """Return warnings about the scale of samples; in ``partial_fit`` only in the first call."""
    if call.partial and call.continues:
        return ()
    # Held-out validation samples have the scale of the training samples.
    given = None if held_out is None or call.validation.X is None else held_out.X
    names = getattr(estimator, "feature_names_in_", None)
    return scale_doubts(rows.X, given, names, owner=type(estimator).__name__)
