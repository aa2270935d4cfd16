"""The table of rules that lower operations of torch, by name."""

from __future__ import annotations

from collections.abc import Callable

from sklearn_deep._compiled._graph import Operand, Place
from sklearn_deep._compiled._lowering.scope import Scope
from sklearn_deep._recording import Call, Value

# Lowers one call: adds what it computes to the graph and returns where the results lie.
Rule = Callable[[Scope, Call], Place | list[Place]]
# The same for an elementwise operation, from a function that adds one such operation, and the
# arguments of the call: tensors as places, numbers unchanged.
Formula = Callable[..., Place]

RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule for operations of torch, by name or by name and overload."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return register


def formula(*names: str) -> Callable[[Formula], Formula]:
    """Register a formula as the rule of elementwise operations."""

    def register(function: Formula) -> Formula:
        RULES.update(dict.fromkeys(names, _rule_of(function)))
        return function

    return register


def _rule_of(formula: Formula) -> Rule:
    def rule(scope: Scope, call: Call) -> Place:
        def make(code: int, *operands: Operand) -> Place:
            return scope.make(code, call, *operands)

        given = [scope.place(a) if isinstance(a, Value) else a for a in call.args]
        options = {name: a for name, a in call.kwargs.items() if name != "out"}
        return formula(make, *given, **options)

    return rule
