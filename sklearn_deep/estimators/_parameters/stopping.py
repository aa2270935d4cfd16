"""What ``early_stopping`` stands for, and which learning rates go with it."""

from __future__ import annotations

from collections.abc import Container
from numbers import Integral
from typing import Any

import numpy as np

from sklearn_deep._compat.sklearn import InvalidParameterError
from sklearn_deep._shared import nearest_name
from sklearn_deep.plugins import available, resolve
from sklearn_deep.schedules import Plateau
from sklearn_deep.stopping import EarlyStopping

AUTO = "auto"

# What "auto" is without validation samples. Any fall of the loss counts for "convergence", which
# therefore stops hardly any fit; here the loss must fall by a share of where it started.
_ON_TRAINING_LOSS = EarlyStopping("loss", min_delta=0.005, relative=True, patience=10)


def is_auto(value: Any) -> bool:
    """Return whether a parameter is left to the library."""
    return isinstance(value, str) and value == AUTO


def resolve_early_stopping(value: Any, *, owner: str) -> EarlyStopping | None:
    """Return the stopping rule a parameter other than "auto" stands for.

    ``True`` and the name of a monitored value wait for 10 epochs and restore the best weights.

    Raises
    ------
    InvalidParameterError
        If it stands for none.
    """
    if value is None or isinstance(value, bool | np.bool_):
        return _monitoring("val_loss") if value else None
    known = available("stopping")
    if isinstance(value, EarlyStopping) or (isinstance(value, str) and value in known):
        found: EarlyStopping = resolve("stopping", value, argument="early_stopping", owner=owner)
        return found
    names = [AUTO, *known]
    nearest = nearest_name(value, names) if isinstance(value, str) else None
    if isinstance(value, str) and nearest is None:
        return _monitoring(value)
    hint = _stopping_hint(value) if nearest is None else f"Did you mean {nearest!r}?"
    raise InvalidParameterError(
        f"The 'early_stopping' parameter of {owner} must be True, False, None, a name "
        f"({', '.join(map(repr, names))}), a value to monitor such as 'val_accuracy', or an instance of "
        f"EarlyStopping, got {value!r}. {hint}"
    )


def automatic_rule(has_validation: bool) -> EarlyStopping:
    """Return the rule that ``early_stopping="auto"`` is for a fit with or without validation samples."""
    return _monitoring("val_loss") if has_validation else _ON_TRAINING_LOSS


def automatic_schedule(rule: EarlyStopping | None, recorded: Container[str]) -> Plateau | None:
    """Return the schedule that ``schedule="auto"`` is; None: the learning rate stays as it is.

    Parameters
    ----------
    rule : EarlyStopping or None
        The rule that stops the fit.
    recorded : container of str
        Values of ``history_`` that a schedule may monitor.
    """
    if rule is None or not rule.monitored.startswith("val_") or rule.monitored not in recorded:
        return None
    return Plateau(monitor=rule.monitored, factor=0.3, patience=5, min_delta=0.0)


def rule_of_fit(network: Any) -> EarlyStopping | None:
    """Return the rule that stopped a network; before it is fitted, "auto" is taken to validate."""
    value = network.early_stopping
    if is_auto(value):
        return automatic_rule("val_loss" in getattr(network, "history_", ["val_loss"]))
    return resolve_early_stopping(value, owner=type(network).__name__)


def _monitoring(monitor: str) -> EarlyStopping:
    return EarlyStopping(monitor, patience=10, restore_best_weights=True)


def _stopping_hint(value: Any) -> str:
    """Return which instance may be meant by a number of epochs."""
    if isinstance(value, Integral) and int(value) > 0:
        return f"To stop after {value} epochs without gain give EarlyStopping(patience={value})."
    return "True stops when val_loss has not improved for 10 epochs."
