"""The registry of rules that lower operations of torch, by name."""

from __future__ import annotations

from collections.abc import Callable

from sklearn_deep._compiled._graph import Operand, Place
from sklearn_deep._compiled._lowering.scope import Scope
from sklearn_deep._recording import Call, Value

# Lowers one call: adds its computation to the graph and returns the places of the results.
Rule = Callable[[Scope, Call], Place | list[Place]]
# A rule for an elementwise operation. It receives a function that adds one elementwise operation, and the
# arguments of the call, in which tensors are replaced by places and numbers are unchanged.
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
