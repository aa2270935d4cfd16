"""The rules that control a training, and the samples that they need for validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from sklearn_deep._shared import MONITORS, known_names
from sklearn_deep.estimators._data import FitCall, Rows, spared, split_off
from sklearn_deep.estimators._hosting import check_direction, scorings
from sklearn_deep.estimators._parameters import (
    automatic_rule,
    automatic_schedule,
    is_auto,
    resolve_early_stopping,
    resolve_optimizer,
    resolve_schedule,
)
from sklearn_deep.estimators._tasks import Task, training_rows, validation_rows
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.schedules import Constant, Schedule
from sklearn_deep.stopping import EarlyStopping

if TYPE_CHECKING:
    from sklearn_deep.estimators._base.estimator import DeepEstimator


class Rules(NamedTuple):
    """The optimizer and the rules that control a training."""

    optimizer: Optimizer
    schedule: Schedule
    early_stopping: EarlyStopping | None


class TaskSamples(NamedTuple):
    """The fitted task, the training samples and the validation samples."""

    task: Task
    rows: Rows
    held_out: Rows | None


def rules_and_samples(
    estimator: DeepEstimator, call: FitCall, seed: int
) -> tuple[Rules, TaskSamples]:
    """Return the rules of a fit and its samples, a validation part split off if a rule needs one."""
    task = estimator._task(call.continues)
    given = _rules_given(estimator, call)
    watched = _watched(estimator, task, given)
    task, rows = training_rows(estimator, task, call)
    samples = TaskSamples(task, rows, validation_rows(estimator, task, call.validation))
    if samples.held_out is None and watched:
        samples = _with_validation(estimator, call, samples, watched[0], seed)
    automatic = is_auto(estimator.early_stopping) and not call.partial
    if samples.held_out is None and automatic:
        fraction, owner = estimator.validation_fraction, type(estimator).__name__
        parts = spared(rows, fraction, seed, strata=task.strata, owner=owner)
        samples = samples if parts is None else TaskSamples(task, *parts)
    return _with_automatic_rules(estimator, given, samples, automatic), samples


def _rules_given(estimator: DeepEstimator, call: FitCall) -> Rules:
    """Return the rules that do not depend on the samples: none in place of those that are "auto"."""
    owner = type(estimator).__name__
    optimizer = resolve_optimizer(estimator.optimizer, owner=owner)
    stopping, schedule = (
        None if is_auto(value) else value
        for value in (estimator.early_stopping, estimator.schedule)
    )
    rule = resolve_early_stopping(stopping, owner=owner)
    resolved = resolve_schedule(schedule, owner=owner)
    return Rules(
        optimizer,
        # An optimizer that chooses its own step size has no use for a schedule.
        Constant() if optimizer.full_batch else resolved,
        None if call.partial else rule,
    )


def _with_automatic_rules(
    estimator: DeepEstimator, given: Rules, samples: TaskSamples, automatic: bool
) -> Rules:
    """Return the rules with those that are "auto" chosen by the samples."""
    rule = automatic_rule(samples.held_out is not None) if automatic else given.early_stopping
    if not is_auto(estimator.schedule) or given.optimizer.full_batch:
        return given._replace(early_stopping=rule)
    schedule = automatic_schedule(rule, _recorded_names(samples.task)) or Constant()
    return Rules(given.optimizer, schedule, rule)


def _with_validation(
    estimator: DeepEstimator, call: FitCall, samples: TaskSamples, monitor: str, seed: int
) -> TaskSamples:
    """Return the samples with a validation part split off, because ``monitor`` needs one."""
    owner, (task, rows, _) = type(estimator).__name__, samples
    if call.partial:
        raise ValueError(
            f"The 'schedule' parameter of {owner} monitors {monitor!r}, and partial_fit "
            "has no validation samples. Monitor 'loss', or use fit with warm_start=True."
        )
    labels, fraction = task.strata(rows.y), estimator.validation_fraction
    return TaskSamples(task, *split_off(rows, fraction, seed, labels=labels, owner=owner))


def _recorded_names(task: Task) -> list[str]:
    """Return the names in ``history_`` of losses and metric, of training and validation."""
    names = [*task.losses, *([] if task.metric is None else [task.metric])]
    return [*names, *(f"val_{name}" for name in names)]


def _watched(estimator: DeepEstimator, task: Task, rules: Rules) -> list[str]:
    """Return the names of values on validation samples that the rules monitor.

    Raises
    ------
    ValueError
        If a name will not be recorded.
    """
    own, owner = _recorded_names(task), type(estimator).__name__
    scored = scorings(estimator.net_callbacks)
    monitoring: Mapping[str, EarlyStopping | Schedule | None] = {
        "early_stopping": rules.early_stopping,
        "schedule": rules.schedule,
    }
    found = []
    for argument, rule in monitoring.items():
        if rule is None or rule.monitor is None:
            continue
        known = [*own, *(scored if argument == "early_stopping" else ())]
        if rule.monitor not in known:
            raise ValueError(
                f"The {argument!r} parameter of {owner} monitors {rule.monitor!r}, "
                f"which is not recorded. {known_names(rule.monitor, known, MONITORS)}"
            )
        if rule.monitor not in own:
            check_direction(rule.monitor, scored[rule.monitor], owner=owner)
        found.append(rule.monitor)
    return [monitor for monitor in found if _looks_at_validation(estimator, monitor)]


def _looks_at_validation(estimator: DeepEstimator, monitor: str) -> bool:
    """Return whether a monitored value is computed on validation samples."""
    scoring = scorings(estimator.net_callbacks).get(monitor)
    return monitor.startswith("val_") or (scoring is not None and not scoring.on_train)
