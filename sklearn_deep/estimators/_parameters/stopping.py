"""Conversion of ``early_stopping`` to a stopping rule, and the automatic schedule."""

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

# The rule for "auto" without validation samples. With "convergence" any decrease of the loss counts, so
# it hardly ever stops a fit; here the loss must decrease by a fraction of its first value.
_ON_TRAINING_LOSS = EarlyStopping("loss", min_delta=0.005, relative=True, patience=10)


def is_auto(value: Any) -> bool:
    """Return whether a parameter is "auto"."""
    return isinstance(value, str) and value == AUTO


def resolve_early_stopping(value: Any, *, owner: str) -> EarlyStopping | None:
    """Return the stopping rule for a parameter value other than "auto".

    ``True`` and the name of a metric wait for 10 epochs and restore the best weights.

    Raises
    ------
    InvalidParameterError
        If the value is invalid.
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
        f"({', '.join(map(repr, names))}), a metric to monitor such as 'val_accuracy', or an instance of "
        f"EarlyStopping, got {value!r}. {hint}"
    )


def automatic_rule(has_validation: bool) -> EarlyStopping:
    """Return the rule for ``early_stopping="auto"``, with or without validation samples."""
    return _monitoring("val_loss") if has_validation else _ON_TRAINING_LOSS


def automatic_schedule(rule: EarlyStopping | None, recorded: Container[str]) -> Plateau | None:
    """Return the schedule for ``schedule="auto"``; None means a constant learning rate.

    Parameters
    ----------
    rule : EarlyStopping or None
        The rule that stops the fit.
    recorded : container of str
        Names in ``history_`` that a schedule may monitor.
    """
    if rule is None or not rule.monitored.startswith("val_") or rule.monitored not in recorded:
        return None
    return Plateau(monitor=rule.monitored, factor=0.3, patience=5, min_delta=0.0)


def rule_of_fit(network: Any) -> EarlyStopping | None:
    """Return the stopping rule of a network; if it is unfitted, "auto" is assumed to use validation."""
    value = network.early_stopping
    if is_auto(value):
        return automatic_rule("val_loss" in getattr(network, "history_", ["val_loss"]))
    return resolve_early_stopping(value, owner=type(network).__name__)


def _monitoring(monitor: str) -> EarlyStopping:
    return EarlyStopping(monitor, patience=10, restore_best_weights=True)


def _stopping_hint(value: Any) -> str:
    """Return advice for an invalid value, such as a number of epochs."""
    if isinstance(value, Integral) and int(value) > 0:
        return f"To stop after {value} epochs without improvement, use EarlyStopping(patience={value})."
    return "True stops when val_loss has not improved for 10 epochs."
