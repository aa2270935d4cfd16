"""Rules for sums, matrix products and softmax."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, prod

from torch import Tensor

from sklearn_deep._compiled._graph import Operand, Place, layout_of
from sklearn_deep._compiled._graph import codes as c
from sklearn_deep._compiled._lowering.rules import rule
from sklearn_deep._compiled._lowering.scope import Scope, like, result_of
from sklearn_deep._recording import Call, contiguous


def _in_shape_of_result(scope: Scope, call: Call, place: Place) -> Place:
    """Return a reduced tensor with the shape of the call's result."""
    layout = place.layout
    shape = result_of(call).shape
    if tuple(layout.shape) != shape:  # axes of one element are kept
        layout = _with_kept_axes(layout, shape)
    return Place(place.buffer, layout)


def _with_kept_axes(layout: Tensor, shape: Sequence[int]) -> Tensor:
    strides = iter([s for n, s in zip(layout.shape, layout.stride(), strict=True) if n != 1])
    stride = [1 if n == 1 else next(strides) for n in shape]
    return layout_of(shape, stride, int(layout.storage_offset()))


def _reduced_axes(call: Call) -> list[int]:
    given = call.args[1] if len(call.args) > 1 else call.kwargs.get("dim")
    if given is None:
        return []
    return [given] if isinstance(given, int) else list(given)


@rule("sum")
def lower_sum(scope: Scope, call: Call) -> Place:
    total = scope.builder.reduced(c.SUM, scope.place(call.args[0]), _reduced_axes(call))
    return _in_shape_of_result(scope, call, total)


@rule("mean")
def lower_mean(scope: Scope, call: Call) -> Place:
    return _mean_of(scope, call, scope.place(call.args[0]))


def _mean_of(scope: Scope, call: Call, place: Place) -> Place:
    total = scope.builder.reduced(c.SUM, place, _reduced_axes(call))
    total = _in_shape_of_result(scope, call, total)
    n = prod(place.shape) // max(prod(total.shape), 1)
    return _elementwise(scope, c.DIV, total, float(n))


@rule("amax", "max.dim", "max.default")
def lower_max(scope: Scope, call: Call) -> Place:
    return _largest_of(scope, call, scope.place(call.args[0]))


@rule("amin", "min.dim", "min.default")
def lower_min(scope: Scope, call: Call) -> Place:
    return _negative(scope, _largest_of(scope, call, _negative(scope, scope.place(call.args[0]))))


@rule("any")
def lower_any(scope: Scope, call: Call) -> Place:
    return _largest_of(scope, call, _elementwise(scope, c.NE, scope.place(call.args[0]), 0.0))


@rule("all")
def lower_all(scope: Scope, call: Call) -> Place:
    exception = _largest_of(scope, call, _elementwise(scope, c.NOT, scope.place(call.args[0])))
    return _elementwise(scope, c.NOT, exception)


def _largest_of(scope: Scope, call: Call, place: Place) -> Place:
    largest = scope.builder.reduced(c.MAX, place, _reduced_axes(call))
    return _in_shape_of_result(scope, call, largest)


def _negative(scope: Scope, place: Place) -> Place:
    return _elementwise(scope, c.NEG, place)


def _elementwise(scope: Scope, code: int, place: Place, *others: Operand) -> Place:
    """Add an operation; the result has the layout of its first argument."""
    return scope.builder.elementwise(code, place.layout, place, *others)


@rule("var")
def lower_var(scope: Scope, call: Call) -> Place:
    return _variance_and_mean(scope, call)[0]


@rule("std")
def lower_std(scope: Scope, call: Call) -> Place:
    return _elementwise(scope, c.SQRT, _variance_and_mean(scope, call)[0])


@rule("var_mean")
def lower_var_mean(scope: Scope, call: Call) -> list[Place]:
    return _variance_and_mean(scope, call)


def _variance_and_mean(scope: Scope, call: Call) -> list[Place]:
    place, axes = scope.place(call.args[0]), _reduced_axes(call)
    mean = _mean_of(scope, call, place)
    kept = [axis % place.layout.dim() for axis in axes] if axes else range(place.layout.dim())
    spread = mean.layout
    if spread.dim() < place.layout.dim():
        for axis in sorted(kept):
            spread = spread.unsqueeze(axis)
    centered = _elementwise(scope, c.SUB, place, Place(mean.buffer, spread))
    squares = _elementwise(scope, c.SQUARE, centered)
    total = scope.builder.reduced(c.SUM, squares, axes)
    total = _in_shape_of_result(scope, call, total)
    correction = call.kwargs.get("correction")
    n = prod(place.shape) // max(prod(total.shape), 1) - (1 if correction is None else correction)
    return [_elementwise(scope, c.DIV, total, float(max(n, 0))), mean]


@rule("linalg_vector_norm")
def lower_norm(scope: Scope, call: Call) -> Place:
    order = call.args[1] if len(call.args) > 1 else 2
    axes = call.args[2] if len(call.args) > 2 and call.args[2] else []
    place = scope.place(call.args[0])
    if order == 2:
        terms = _elementwise(scope, c.SQUARE, place)
    else:
        terms = _elementwise(scope, c.ABS, place)
    if order not in (1, 2, inf):
        terms = _elementwise(scope, c.POW, terms, order)
    total = scope.builder.reduced(c.MAX if order == inf else c.SUM, terms, axes)
    total = _in_shape_of_result(scope, call, total)
    if order in (1, inf):
        return total
    if order == 2:
        return _elementwise(scope, c.SQRT, total)
    return _elementwise(scope, c.POW, total, 1 / order)


@rule("mm")
def lower_mm(scope: Scope, call: Call) -> Place:
    return scope.builder.product(*map(scope.place, call.args))


@rule("addmm")
def lower_addmm(scope: Scope, call: Call) -> Place:
    bias, a, b = map(scope.place, call.args)
    product = scope.builder.product(a, b)
    beta, alpha = call.kwargs.get("beta", 1), call.kwargs.get("alpha", 1)
    if alpha != 1:
        product = scope.make(c.MUL, call, product, alpha)
    if beta != 1:
        bias = _elementwise(scope, c.MUL, bias, beta)
    return scope.make(c.ADD, call, product, bias)


@rule("mv")
def lower_mv(scope: Scope, call: Call) -> Place:
    matrix, vector = map(scope.place, call.args)
    product = scope.builder.product(matrix, Place(vector.buffer, vector.layout.unsqueeze(1)))
    return Place(product.buffer, product.layout.squeeze(1))


@rule("dot")
def lower_dot(scope: Scope, call: Call) -> Place:
    a, b = map(scope.place, call.args)
    products = scope.builder.elementwise(c.MUL, layout_of(a.shape, (1,)), a, b)
    return scope.builder.reduced(c.SUM, products, [])


@rule("bmm")
def lower_bmm(scope: Scope, call: Call) -> Place:
    a, b = map(scope.place, call.args)
    shape = (a.shape[0], a.shape[1], b.shape[2])
    whole = layout_of(shape, contiguous(shape))
    parts = [
        (
            scope.builder.product(Place(a.buffer, a.layout[i]), Place(b.buffer, b.layout[i])),
            whole[i],
        )
        for i in range(shape[0])
    ]
    return scope.builder.assembled(shape, parts)


@rule("_log_softmax")
def lower_log_softmax(scope: Scope, call: Call) -> Place:
    return scope.builder.log_softmax(scope.place(call.args[0]), call.args[1], like(call))


@rule("_log_softmax_backward_data")
def lower_log_softmax_backward(scope: Scope, call: Call) -> Place:
    g, log_p = map(scope.place, call.args[:2])
    return scope.builder.log_softmax_gradient(g, log_p, call.args[2], like(call))


@rule("_softmax")
def lower_softmax(scope: Scope, call: Call) -> Place:
    logs = scope.builder.log_softmax(scope.place(call.args[0]), call.args[1], like(call))
    return scope.make(c.EXP, call, logs)


@rule("_softmax_backward_data")
def lower_softmax_backward(scope: Scope, call: Call) -> Place:
    g, p = map(scope.place, call.args[:2])
    products = scope.make(c.MUL, call, g, p)
    axis = call.args[2]
    total = scope.builder.reduced(c.SUM, products, [axis])
    spread = Place(total.buffer, total.layout.unsqueeze(axis))
    return scope.make(c.SUB, call, products, scope.make(c.MUL, call, p, spread))
