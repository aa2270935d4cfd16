"""The rules that control training, and the validation samples that they require."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

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
    scorer_of,
    scorers_to_monitor,
)
from sklearn_deep.estimators._tasks import Task, training_rows, validation_rows
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.schedules import Constant, Schedule
from sklearn_deep.stopping import EarlyStopping

if TYPE_CHECKING:
    from sklearn_deep.estimators._base.estimator import DeepEstimator


Scorer = Callable[..., Any]
Monitor = str | Scorer


class Rules(NamedTuple):
    """The optimizer and the rules that control training."""

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
    """Return the rules and samples of a fit; validation samples are held out if a rule requires them."""
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
    """Return the rules that do not depend on the samples; rules that are "auto" are None."""
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
        # An optimizer that chooses the step size itself ignores the schedule.
        Constant() if optimizer.full_batch else resolved,
        None if call.partial else rule,
    )


def _with_automatic_rules(
    estimator: DeepEstimator, given: Rules, samples: TaskSamples, automatic: bool
) -> Rules:
    """Return the rules, where those that are "auto" are chosen depending on the samples."""
    rule = automatic_rule(samples.held_out is not None) if automatic else given.early_stopping
    if not is_auto(estimator.schedule) or given.optimizer.full_batch:
        return given._replace(early_stopping=rule)
    rules = Rules(given.optimizer, Constant(), rule)
    recorded = [*_recorded_names(samples.task), *monitored_scorers(estimator, samples.task, rules)]
    return rules._replace(schedule=automatic_schedule(rule, recorded) or Constant())


def _with_validation(
    estimator: DeepEstimator, call: FitCall, samples: TaskSamples, monitor: str, seed: int
) -> TaskSamples:
    """Return the samples with validation samples held out, because ``monitor`` requires them."""
    owner, (task, rows, _) = type(estimator).__name__, samples
    if call.partial:
        raise ValueError(
            f"The 'schedule' parameter of {owner} monitors {monitor!r}, but partial_fit "
            "has no validation samples. Monitor 'loss', or use fit with warm_start=True."
        )
    labels, fraction = task.strata(rows.y), estimator.validation_fraction
    return TaskSamples(task, *split_off(rows, fraction, seed, labels=labels, owner=owner))


def _recorded_names(task: Task) -> list[str]:
    """Return the names in ``history_`` of the losses and the metric, for training and validation."""
    names = [*task.losses, *([] if task.metric is None else [task.metric])]
    return [*names, *(f"val_{name}" for name in names)]


def _monitors(rules: Rules) -> dict[str, Monitor]:
    """Return the monitors of the rules by the name of their parameter."""
    found: dict[str, Monitor | None] = {
        "early_stopping": None if rules.early_stopping is None else rules.early_stopping.monitor,
        "schedule": rules.schedule.monitor,
    }
    return {argument: monitor for argument, monitor in found.items() if monitor is not None}


def _recorded_as(monitor: Monitor) -> str:
    return EarlyStopping(monitor).monitored


def monitored_scorers(estimator: DeepEstimator, task: Task, rules: Rules) -> dict[str, Scorer]:
    """Return the scorers that the rules monitor, by name in ``history_``."""
    return {
        _recorded_as(monitor): scorer
        for monitor in _monitors(rules).values()
        if (scorer := _scorer(estimator, task, monitor)) is not None
    }


def _scorer(estimator: DeepEstimator, task: Task, monitor: Monitor) -> Scorer | None:
    """Return the scorer for a monitor; None if its value is recorded anyway."""
    taken = {*_recorded_names(task), *scorings(estimator.net_callbacks)}
    if isinstance(monitor, str) and monitor in taken:
        return None
    return scorer_of(monitor, predicts=task.loss is not None)


def _watched(estimator: DeepEstimator, task: Task, rules: Rules) -> list[str]:
    """Return the names of the monitored values that are computed on validation samples.

    Raises
    ------
    ValueError
        If a monitored name is not recorded.
    """
    own, scorers = _recorded_names(task), monitored_scorers(estimator, task, rules)
    scored = scorings(estimator.net_callbacks)
    for argument, monitor in _monitors(rules).items():
        name = _recorded_as(monitor)
        known = [*own, *scorers, *(scored if argument == "early_stopping" else ())]
        if name not in known:
            raise ValueError(_unknown(argument, name, known, task))
        if name not in own and name not in scorers:
            check_direction(name, scored[name], owner=task.owner)
    names = map(_recorded_as, _monitors(rules).values())
    return [name for name in names if _looks_at_validation(estimator, name)]


def _unknown(argument: str, monitor: str, known: Sequence[str], task: Task) -> str:
    """Return the error message about a monitor that is not recorded."""
    scorers = scorers_to_monitor() if task.loss is not None else []
    names = known_names(monitor, known, MONITORS, unlisted=scorers)
    also = (
        " Scorers of scikit-learn can be monitored too, such as 'val_f1_macro'." if scorers else ""
    )
    return (
        f"The {argument!r} parameter of {task.owner} monitors {monitor!r}, which is not recorded. "
        f"{names}{also}"
    )


def _looks_at_validation(estimator: DeepEstimator, monitor: str) -> bool:
    """Return whether a monitored value is computed on validation samples."""
    scoring = scorings(estimator.net_callbacks).get(monitor)
    return monitor.startswith("val_") or (scoring is not None and not scoring.on_train)
