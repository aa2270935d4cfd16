"""Rules of sums, matrix products and softmax."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from torch import Tensor

from sklearn_deep._compiled._graph import Place, Unsupported, layout_of
from sklearn_deep._compiled._graph import codes as c
from sklearn_deep._compiled._lowering.rules import rule
from sklearn_deep._compiled._lowering.scope import Scope, like, result_of
from sklearn_deep._recording import Call, contiguous


def _in_shape_of_result(scope: Scope, call: Call, place: Place) -> Place:
    """Return a reduced tensor in the shape of the call's result."""
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
    place = scope.place(call.args[0])
    total = _in_shape_of_result(
        scope, call, scope.builder.reduced(c.SUM, place, _reduced_axes(call))
    )
    n = prod(place.shape) // max(prod(total.shape), 1)
    return scope.builder.elementwise(c.DIV, total.layout, total, float(n))


@rule("amax")
def lower_amax(scope: Scope, call: Call) -> Place:
    place = scope.builder.reduced(c.MAX, scope.place(call.args[0]), _reduced_axes(call))
    return _in_shape_of_result(scope, call, place)


@rule("linalg_vector_norm")
def lower_norm(scope: Scope, call: Call) -> Place:
    if len(call.args) > 1 and call.args[1] != 2:
        raise Unsupported("a norm that is not Euclidean")
    place = scope.place(call.args[0])
    squares = scope.builder.elementwise(c.SQUARE, place.layout, place)
    axes = call.args[2] if len(call.args) > 2 and call.args[2] else []
    total = _in_shape_of_result(scope, call, scope.builder.reduced(c.SUM, squares, axes))
    return scope.builder.elementwise(c.SQRT, total.layout, total)


@rule("mm")
def lower_mm(scope: Scope, call: Call) -> Place:
    return scope.builder.product(*map(scope.place, call.args))


@rule("addmm")
def lower_addmm(scope: Scope, call: Call) -> Place:
    if call.kwargs:
        raise Unsupported("addmm with factors")
    bias, a, b = map(scope.place, call.args)
    return scope.make(c.ADD, call, scope.builder.product(a, b), bias)


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
