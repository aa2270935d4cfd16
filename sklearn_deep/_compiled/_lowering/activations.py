"""Rules for activations and their gradients."""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

from sklearn_deep._compiled._graph import Place
from sklearn_deep._compiled._graph import codes as c
from sklearn_deep._compiled._lowering.rules import formula

# torch rounds 1/6 to float32, even in float64 computations.
_SIXTH = 0.1666666716337204


@formula("threshold_backward")
def lower_threshold_backward(make: Any, g: Any, x: Any, threshold: float) -> Place:
    if threshold == 0:
        return make(c.RELU_GRADIENT, g, x)
    return make(c.SELECT, make(c.LE, x, threshold), 0.0, g)


@formula("threshold")
def lower_threshold(make: Any, x: Any, threshold: float, value: float) -> Place:
    return make(c.SELECT, make(c.LE, x, threshold), value, x)


@formula("sigmoid_backward")
def lower_sigmoid_backward(make: Any, g: Any, y: Any) -> Place:
    return make(c.MUL, make(c.MUL, g, make(c.SUB, 1.0, y)), y)


@formula("tanh_backward")
def lower_tanh_backward(make: Any, g: Any, y: Any) -> Place:
    return make(c.MUL, g, make(c.SUB, 1.0, make(c.SQUARE, y)))


@formula("silu")
def lower_silu(make: Any, x: Any) -> Place:
    return make(c.MUL, x, make(c.SIGMOID, x))


@formula("silu_backward")
def lower_silu_backward(make: Any, g: Any, x: Any) -> Place:
    s = make(c.SIGMOID, x)
    inner = make(c.MUL_ADD, x, make(c.SUB, 1.0, s), 1.0)
    return make(c.MUL, g, make(c.MUL, s, inner))


@formula("leaky_relu")
def lower_leaky_relu(make: Any, x: Any, slope: float = 0.01) -> Place:
    return make(c.SELECT, make(c.GT, x, 0.0), x, make(c.MUL, x, slope))


@formula("leaky_relu_backward")
def lower_leaky_relu_backward(make: Any, g: Any, x: Any, slope: float, is_result: bool) -> Place:
    return make(c.SELECT, make(c.GT, x, 0.0), g, make(c.MUL, g, slope))


@formula("elu")
def lower_elu(
    make: Any, x: Any, alpha: float = 1, scale: float = 1, input_scale: float = 1
) -> Place:
    below = make(c.MUL, make(c.EXPM1, make(c.MUL, x, input_scale)), alpha * scale)
    return make(c.SELECT, make(c.GT, x, 0.0), make(c.MUL, x, scale), below)


@formula("elu_backward")
def lower_elu_backward(
    make: Any, g: Any, alpha: float, scale: float, input_scale: float, is_result: bool, x: Any
) -> Place:
    if is_result:
        slope = make(c.MUL, make(c.ADD, x, alpha * scale), input_scale)
    else:
        slope = make(c.MUL, make(c.EXP, make(c.MUL, x, input_scale)), input_scale * alpha * scale)
    return make(c.MUL, g, make(c.SELECT, make(c.GT, x, 0.0), scale, slope))


@formula("softplus")
def lower_softplus(make: Any, x: Any, beta: float = 1, threshold: float = 20) -> Place:
    scaled = make(c.MUL, x, beta)
    value = make(c.MUL, make(c.LOG1P, make(c.EXP, scaled)), 1 / beta)
    return make(c.SELECT, make(c.GT, scaled, threshold), x, value)


@formula("softplus_backward")
def lower_softplus_backward(make: Any, g: Any, x: Any, beta: float, threshold: float) -> Place:
    scaled = make(c.MUL, x, beta)
    return make(c.SELECT, make(c.GT, scaled, threshold), g, make(c.MUL, g, make(c.SIGMOID, scaled)))


@formula("gelu")
def lower_gelu(make: Any, x: Any, approximate: str = "none") -> Place:
    return make(c.MUL, x, _gelu_share(make, x, approximate))


def _gelu_share(make: Any, x: Any, approximate: str) -> Place:
    if approximate == "none":
        return make(c.MUL_ADD, make(c.ERF, make(c.MUL, x, sqrt(0.5))), 0.5, 0.5)
    return make(c.MUL_ADD, make(c.TANH, _gelu_inner(make, x)), 0.5, 0.5)


def _gelu_inner(make: Any, x: Any) -> Place:
    square = make(c.SQUARE, x)
    return make(c.MUL, make(c.MUL_ADD, square, 0.044715, 1.0), make(c.MUL, x, sqrt(2 / pi)))


@formula("gelu_backward")
def lower_gelu_backward(make: Any, g: Any, x: Any, approximate: str = "none") -> Place:
    share = _gelu_share(make, x, approximate)
    if approximate == "none":
        density = make(c.MUL, make(c.EXP, make(c.MUL, make(c.SQUARE, x), -0.5)), 1 / sqrt(2 * pi))
        return make(c.MUL, g, make(c.MUL_ADD, x, density, share))
    t = make(c.TANH, _gelu_inner(make, x))
    inner = make(c.MUL, make(c.MUL_ADD, make(c.SQUARE, x), 3 * 0.044715, 1.0), sqrt(2 / pi))
    slope = make(c.MUL, make(c.SUB, 1.0, make(c.SQUARE, t)), make(c.MUL, inner, 0.5))
    return make(c.MUL, g, make(c.MUL_ADD, x, slope, share))


@formula("hardswish")
def lower_hardswish(make: Any, x: Any) -> Place:
    gate = make(c.MINIMUM, make(c.MAXIMUM, make(c.ADD, x, 3.0), 0.0), 6.0)
    return make(c.MUL, make(c.MUL, x, gate), 1 / 6)


@formula("hardswish_backward")
def lower_hardswish_backward(make: Any, g: Any, x: Any) -> Place:
    between = make(c.MUL, g, make(c.MUL_ADD, x, 1 / 3, 0.5))
    above = make(c.SELECT, make(c.GE, x, 3.0), g, between)
    return make(c.SELECT, make(c.LE, x, -3.0), 0.0, above)


@formula("hardsigmoid")
def lower_hardsigmoid(make: Any, x: Any) -> Place:
    return make(c.MUL, make(c.MINIMUM, make(c.MAXIMUM, make(c.ADD, x, 3.0), 0.0), 6.0), 1 / 6)


@formula("hardsigmoid_backward")
def lower_hardsigmoid_backward(make: Any, g: Any, x: Any) -> Place:
    inside = make(c.AND, make(c.GT, x, -3.0), make(c.LT, x, 3.0))
    return make(c.SELECT, inside, make(c.MUL, g, _SIXTH), 0.0)


@formula("hardtanh_backward")
def lower_hardtanh_backward(make: Any, g: Any, x: Any, least: float, most: float) -> Place:
    inside = make(c.AND, make(c.GT, x, least), make(c.LT, x, most))
    return make(c.SELECT, inside, g, 0.0)


@formula("hardshrink_backward", "softshrink_backward")
def lower_shrink_backward(make: Any, g: Any, x: Any, width: float) -> Place:
    outside = make(c.OR, make(c.LT, x, -width), make(c.GT, x, width))
    return make(c.SELECT, outside, g, 0.0)


@formula("mish")
def lower_mish(make: Any, x: Any) -> Place:
    return make(c.MUL, x, make(c.TANH, lower_softplus(make, x)))


@formula("mish_backward")
def lower_mish_backward(make: Any, g: Any, x: Any) -> Place:
    t = make(c.TANH, lower_softplus(make, x))
    slope = make(c.MUL, make(c.SUB, 1.0, make(c.SQUARE, t)), make(c.SIGMOID, x))
    return make(c.MUL, g, make(c.MUL_ADD, x, slope, t))
