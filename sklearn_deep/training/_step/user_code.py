"""Detection of steps and fits that run user-defined code."""

from __future__ import annotations

from collections.abc import Iterator
from types import BuiltinFunctionType
from typing import Any

from torch import nn

from sklearn_deep.activations import ActivationFacts
from sklearn_deep.networks import FunctionLayer, PluginLayer
from sklearn_deep.plugins import Plugin
from sklearn_deep.training._plan import Plan

_LIBRARY = "sklearn_deep"
_KNOWN_PACKAGES = {_LIBRARY, "torch"}


def runs_user_code(objective: nn.Module) -> bool:
    """Return whether a loss, penalty, activation or noise of an objective is user-defined.

    Such code may depend on global state, and therefore change from epoch to epoch.
    """
    return any(map(_is_unknown, map(_code_of, objective.modules())))


def holds_modules(objective: nn.Module) -> bool:
    """Return whether a part is a module of torch, which its owner may change between fits."""
    return any(
        not type(module).__module__.startswith("sklearn_deep.")
        for module in objective.modules()
        if not isinstance(module, nn.ModuleList | nn.ModuleDict)
    )


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


def is_self_contained(plan: Plan) -> bool:
    """Return whether a fit neither reads nor changes global state, so that others may run at the same time.

    User-defined code may do so, and some layers of torch draw from its global generator. On a GPU, other
    work must not disturb the recording of a graph.
    """
    return plan.device.type == "cpu" and all(map(_is_pure, _codes_of(plan)))


def _codes_of(plan: Plan) -> Iterator[Any]:
    yield from (value for value in vars(plan.architecture).values() if callable(value))
    yield from plan.initializers
    yield from plan.noise.values()
    single = (plan.loss, plan.reconstruction_loss, plan.augmentation, plan.optimizer)
    several = (*single, plan.schedule, plan.stopping, *plan.penalties, *plan.code_penalties)
    yield from (plugin for plugin in several if plugin is not None)


def _is_pure(code: Any) -> bool:
    """Return whether code belongs to this library, or is one of torch's activations or optimizers."""
    if isinstance(code, Plugin):
        inside = (value for value in vars(code).values() if callable(value))
        return _is_pure(type(code)) and all(map(_is_pure, inside))
    module = getattr(code, "__module__", None) or ""
    is_own = module.partition(".")[0] == _LIBRARY and not isinstance(code, nn.Module)
    is_known = is_own or module.startswith("torch.optim.")
    return is_known or ActivationFacts(code).torch_layer is not None
