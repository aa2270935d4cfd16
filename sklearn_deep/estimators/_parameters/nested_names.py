"""Error messages about invalid nested parameters such as ``optimizer__beta_1``."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

from sklearn.base import BaseEstimator

from sklearn_deep._shared import advice_on_names
from sklearn_deep.estimators._parameters.plugins import FAMILIES
from sklearn_deep.estimators._parameters.stopping import (
    automatic_rule,
    automatic_schedule,
    is_auto,
    resolve_early_stopping,
)
from sklearn_deep.noise import GaussianNoise
from sklearn_deep.plugins import Plugin, resolve


def check_nested_names(estimator: BaseEstimator, names: Sequence[str]) -> None:
    """Raise an error if a nested parameter belongs to a plug-in that is no instance (but, e.g., a name)."""
    values = estimator.get_params(deep=False)
    owner = type(estimator).__name__
    for full in names:
        name, _, inner = full.partition("__")
        if not inner or name not in values:
            continue
        value = values[name]
        if isinstance(value, type) or not hasattr(value, "get_params"):
            raise ValueError(
                f"Cannot set {full!r} of {owner}: {name}={value!r} has no parameter "
                f"{inner!r}. {_instance_hint(name, value, inner)}"
            )
        if "__" in inner and f"{name}__{inner.partition('__')[0]}" not in names:
            check_nested_names(value, [inner])


def _instance_hint(argument: str, value: Any, inner: str) -> str:
    """Return advice to use an instance instead of a name, number, flag or class."""
    try:
        plugin = _stands_for(argument, value)
    except (KeyError, TypeError, ValueError):
        plugin = None
    if not isinstance(plugin, Plugin):
        return "Only plug-ins that are passed as instances have parameters."
    name = inner.partition("__")[0]
    if name not in plugin.get_params():
        return advice_on_names(type(plugin), [name])
    return f"Pass an instance, {argument}={plugin!r}, and set the parameter there."


def _stands_for(argument: str, value: Any) -> Any:
    if argument == "early_stopping":
        return automatic_rule(True) if is_auto(value) else resolve_early_stopping(value, owner="")
    if argument == "schedule" and is_auto(value):
        return automatic_schedule(automatic_rule(True), ["val_loss"])
    if isinstance(value, type) and issubclass(value, Plugin):
        return value()
    if isinstance(value, Real) and FAMILIES[argument] == "noise":
        return GaussianNoise(std=float(value) or 0.1)
    return resolve(FAMILIES[argument], value, argument=argument, owner="")
