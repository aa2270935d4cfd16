"""Rules for elementwise operations: arithmetic, comparisons and elementary functions."""

from __future__ import annotations

from math import inf, log
from typing import Any

import torch

from sklearn_deep._compiled._graph import Place, Unsupported
from sklearn_deep._compiled._graph import codes as c
from sklearn_deep._compiled._lowering.rules import RULES, Rule, formula, rule
from sklearn_deep._compiled._lowering.scope import Scope, result_of
from sklearn_deep._recording import Call


def _simple(code: int) -> Rule:
    def rule(scope: Scope, call: Call) -> Place:
        if call.kwargs.keys() - {"out"}:
            raise Unsupported(f"{call.function} with {', '.join(call.kwargs)}")
        return scope.make(code, call, *map(scope.operand, call.args))

    return rule


def _with_alpha(code: int) -> Rule:
    def rule(scope: Scope, call: Call) -> Place:
        a, b = map(scope.operand, call.args[:2])
        alpha = call.kwargs.get("alpha", 1) if len(call.args) < 3 else call.args[2]
        if alpha != 1:
            b = scope.make(c.MUL, call, b, float(alpha))
        return scope.make(code, call, a, b)

    return rule


_SIMPLE = {
    "abs": c.ABS,
    "neg": c.NEG,
    "sgn": c.SIGN,
    "sign": c.SIGN,
    "sqrt": c.SQRT,
    "reciprocal": c.RECIPROCAL,
    "exp": c.EXP,
    "expm1": c.EXPM1,
    "log": c.LOG,
    "log1p": c.LOG1P,
    "tanh": c.TANH,
    "sigmoid": c.SIGMOID,
    "erf": c.ERF,
    "sin": c.SIN,
    "cos": c.COS,
    "floor": c.FLOOR,
    "ceil": c.CEIL,
    "round": c.ROUND,
    "relu": c.RELU,
    "logical_not": c.NOT,
    "bitwise_not": c.NOT,
    "isnan": c.IS_NAN,
    "mul": c.MUL,
    "div": c.DIV,
    "maximum": c.MAXIMUM,
    "minimum": c.MINIMUM,
    "gt": c.GT,
    "ge": c.GE,
    "lt": c.LT,
    "le": c.LE,
    "eq": c.EQ,
    "ne": c.NE,
    "logical_and": c.AND,
    "bitwise_and": c.AND,
    "logical_or": c.OR,
    "bitwise_or": c.OR,
    "bitwise_xor": c.NE,
    "where": c.SELECT,
}
RULES |= {name: _simple(code) for name, code in _SIMPLE.items()}
RULES |= {"add": _with_alpha(c.ADD), "sub": _with_alpha(c.SUB)}


@rule("clone")
def lower_clone(scope: Scope, call: Call) -> Place:
    # No buffer is written twice, so a copy is not needed.
    return scope.place(call.args[0])


@rule("_to_copy")
def lower_to_copy(scope: Scope, call: Call) -> Place:
    given = call.args[0]
    if result_of(call).dtype == torch.bool and given.dtype != torch.bool:
        return scope.make(c.NE, call, scope.place(given), 0.0)
    return scope.place(given)


@rule("copy")
def lower_copy(scope: Scope, call: Call) -> Place:
    return scope.make(c.COPY, call, scope.operand(call.args[1]))


@rule("fill", "zero")
def lower_fill(scope: Scope, call: Call) -> Place:
    return scope.make(c.COPY, call, scope.operand(call.args[1] if len(call.args) > 1 else 0.0))


@formula("rsub")
def lower_rsub(make: Any, x: Any, other: Any, alpha: float = 1) -> Place:
    return make(c.SUB, other, x if alpha == 1 else make(c.MUL, x, alpha))


@formula("pow.Tensor_Scalar")
def lower_pow(make: Any, x: Any, exponent: float) -> Place:
    if exponent == 2:
        return make(c.SQUARE, x)
    if exponent == 1:
        return make(c.COPY, x)
    if exponent == 3:
        return make(c.MUL, x, make(c.SQUARE, x))
    if exponent == 0.5:
        return make(c.SQRT, x)
    if exponent == -1:
        return make(c.RECIPROCAL, x)
    return make(c.POW, x, exponent)


@formula("pow.Tensor_Tensor", "pow.Scalar")
def lower_power(make: Any, x: Any, exponent: Any) -> Place:
    return make(c.POW, x, exponent)


@formula("clamp", "hardtanh")
def lower_clamp(make: Any, x: Any, min: Any = None, max: Any = None) -> Place:
    if min is not None:
        x = make(c.MAXIMUM, x, min)
    return x if max is None else make(c.MINIMUM, x, max)


@formula("clamp_min")
def lower_clamp_min(make: Any, x: Any, least: Any) -> Place:
    return make(c.MAXIMUM, x, least)


@formula("clamp_max")
def lower_clamp_max(make: Any, x: Any, most: Any) -> Place:
    return make(c.MINIMUM, x, most)


@formula("masked_fill")
def lower_masked_fill(make: Any, x: Any, mask: Any, value: Any) -> Place:
    return make(c.SELECT, mask, value, x)


@formula("lerp")
def lower_lerp(make: Any, start: Any, end: Any, weight: Any) -> Place:
    return make(c.LERP, start, end, weight)


@formula("addcmul")
def lower_addcmul(make: Any, x: Any, a: Any, b: Any, value: float = 1) -> Place:
    return make(c.MUL_ADD, a if value == 1 else make(c.MUL, a, value), b, x)


@formula("addcdiv")
def lower_addcdiv(make: Any, x: Any, a: Any, b: Any, value: float = 1) -> Place:
    quotient = make(c.DIV, a if value == 1 else make(c.MUL, a, value), b)
    return make(c.ADD, x, quotient)


@formula("rsqrt")
def lower_rsqrt(make: Any, x: Any) -> Place:
    return make(c.RECIPROCAL, make(c.SQRT, x))


@formula("exp2")
def lower_exp2(make: Any, x: Any) -> Place:
    return make(c.EXP, make(c.MUL, x, log(2)))


@formula("log2")
def lower_log2(make: Any, x: Any) -> Place:
    return make(c.MUL, make(c.LOG, x), 1 / log(2))


@formula("log10")
def lower_log10(make: Any, x: Any) -> Place:
    return make(c.MUL, make(c.LOG, x), 1 / log(10))


@formula("sinh")
def lower_sinh(make: Any, x: Any) -> Place:
    # Accurate near zero, because both terms have the sign of x and nothing cancels.
    return make(c.MUL, make(c.SUB, make(c.EXPM1, x), make(c.EXPM1, make(c.NEG, x))), 0.5)


@formula("cosh")
def lower_cosh(make: Any, x: Any) -> Place:
    return make(c.MUL, make(c.ADD, make(c.EXP, x), make(c.EXP, make(c.NEG, x))), 0.5)


@formula("tan")
def lower_tan(make: Any, x: Any) -> Place:
    return make(c.DIV, make(c.SIN, x), make(c.COS, x))


@formula("atanh")
def lower_atanh(make: Any, x: Any) -> Place:
    return make(c.MUL, make(c.SUB, make(c.LOG1P, x), make(c.LOG1P, make(c.NEG, x))), 0.5)


@formula("trunc")
def lower_trunc(make: Any, x: Any) -> Place:
    return make(c.SELECT, make(c.GE, x, 0.0), make(c.FLOOR, x), make(c.CEIL, x))


@formula("div.Tensor_mode")
def lower_rounded_division(make: Any, a: Any, b: Any, rounding_mode: str | None = None) -> Place:
    if rounding_mode == "floor":
        raise Unsupported("a quotient that is rounded down")
    quotient = make(c.DIV, a, b)
    return quotient if rounding_mode is None else lower_trunc(make, quotient)


@formula("isinf")
def lower_isinf(make: Any, x: Any) -> Place:
    return make(c.EQ, make(c.ABS, x), inf)


@rule("nan_to_num")
def lower_nan_to_num(scope: Scope, call: Call) -> Place:
    given, *limits = [*call.args, None, None, None][:4]
    for i, name in enumerate(("nan", "posinf", "neginf")):
        limits[i] = call.kwargs.get(name, limits[i])
    largest = torch.finfo(scope.dtype).max
    nan, top, bottom = (
        default if limit is None else limit
        for limit, default in zip(limits, (0.0, largest, -largest), strict=True)
    )
    x = scope.place(given)
    x = scope.make(c.SELECT, call, scope.make(c.EQ, call, x, inf), top, x)
    x = scope.make(c.SELECT, call, scope.make(c.EQ, call, x, -inf), bottom, x)
    return scope.make(c.SELECT, call, scope.make(c.IS_NAN, call, x), nan, x)
