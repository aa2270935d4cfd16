"""Detection of steps that run user-defined code."""

from __future__ import annotations

from types import BuiltinFunctionType
from typing import Any

from torch import nn

from sklearn_deep.networks import FunctionLayer, PluginLayer
from sklearn_deep.plugins import Plugin

_KNOWN_PACKAGES = {"sklearn_deep", "torch"}


def runs_user_code(objective: nn.Module) -> bool:
    """Return whether a loss, penalty, activation or noise of an objective is user-defined.

    Such code may depend on global state, and so change from epoch to epoch.
    """
    return any(map(_is_unknown, map(_code_of, objective.modules())))


def _code_of(module: nn.Module) -> Any:
    if isinstance(module, PluginLayer):
        return module.plugin
    return module.function if isinstance(module, FunctionLayer) else type(module)


def _is_unknown(code: Any) -> bool:
    if isinstance(code, Plugin):
        fields = code.get_params(deep=False).values()
        inside = (value for value in fields if callable(value) or isinstance(value, Plugin))
        return _is_unknown(type(code)) or any(map(_is_unknown, inside))
    if isinstance(code, nn.Module):
        return any(_is_unknown(type(module)) for module in code.modules())
    module = getattr(code, "__module__", None) or ""
    return not isinstance(code, BuiltinFunctionType) and (
        module.partition(".")[0] not in _KNOWN_PACKAGES
    )
