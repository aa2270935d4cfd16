"""Rules for operations that combine tensors, and for gradients of views."""

from __future__ import annotations

from itertools import accumulate

import torch

from sklearn_deep._compiled._graph import Place, Unsupported, layout_of
from sklearn_deep._compiled._graph import codes as c
from sklearn_deep._compiled._lowering.rules import rule
from sklearn_deep._compiled._lowering.scope import Scope, result_of
from sklearn_deep._recording import Call, contiguous

# An operation along an axis becomes one instruction per element of that axis, up to this number.
_MOST_PARTS = 64


@rule("cat")
def lower_cat(scope: Scope, call: Call) -> Place:
    shape = result_of(call).shape
    axis = (call.args[1] if len(call.args) > 1 else 0) % len(shape)
    whole, start, parts = layout_of(shape, contiguous(shape)), 0, []
    for value in call.args[0]:
        place = scope.place(value)
        side = place.shape[axis]
        parts.append((place, whole.narrow(axis, start, side)))
        start += side
    return scope.builder.assembled(shape, parts)


@rule("stack")
def lower_stack(scope: Scope, call: Call) -> Place:
    shape = result_of(call).shape
    axis = (call.args[1] if len(call.args) > 1 else 0) % len(shape)
    whole = layout_of(shape, contiguous(shape))
    parts = [(scope.place(v), whole.select(axis, i)) for i, v in enumerate(call.args[0])]
    return scope.builder.assembled(shape, parts)


@rule("constant_pad_nd")
def lower_pad(scope: Scope, call: Call) -> Place:
    place, shape = scope.place(call.args[0]), result_of(call).shape
    whole, source = layout_of(shape, contiguous(shape)), place.layout
    pairs = list(zip(call.args[1][::2], call.args[1][1::2], strict=True))
    for i, (before, after) in enumerate(pairs):
        axis = len(shape) - 1 - i
        source = source.narrow(
            axis, max(-before, 0), source.shape[axis] - max(-before, 0) - max(-after, 0)
        )
        whole = whole.narrow(axis, max(before, 0), source.shape[axis])
    value = float(call.args[2]) if len(call.args) > 2 else 0.0
    return scope.builder.assembled(shape, [(Place(place.buffer, source), whole)], value)


@rule("cumsum")
def lower_cumsum(scope: Scope, call: Call) -> Place:
    place, axis = scope.place(call.args[0]), call.args[1]
    shape = place.shape
    if not shape:
        return place
    sides = [Place(place.buffer, layout) for layout in place.layout.unbind(axis)]
    if len(sides) > _MOST_PARTS:
        raise Unsupported(f"cumsum of {len(sides)} elements")
    totals = list(accumulate(sides, lambda a, b: scope.builder.elementwise(c.ADD, a.layout, a, b)))
    places = layout_of(shape, contiguous(shape)).unbind(axis)
    return scope.builder.assembled(shape, list(zip(totals, places, strict=True)))


@rule("flip")
def lower_flip(scope: Scope, call: Call) -> Place:
    return scope.builder.flipped(scope.place(call.args[0]), call.args[1])


@rule("slice_backward")
def lower_slice_backward(scope: Scope, call: Call) -> Place:
    g, shape, axis, start, end, step = call.args
    whole = layout_of(shape, contiguous(shape))
    there = torch.ops.aten.slice(whole, axis, start, end, step)
    return scope.builder.assembled(shape, [(scope.place(g), there)])


@rule("select_backward")
def lower_select_backward(scope: Scope, call: Call) -> Place:
    g, shape, axis, index = call.args
    there = layout_of(shape, contiguous(shape)).select(axis, index)
    return scope.builder.assembled(shape, [(scope.place(g), there)])


@rule("diagonal_backward")
def lower_diagonal_backward(scope: Scope, call: Call) -> Place:
    g, shape, *where = call.args
    there = layout_of(shape, contiguous(shape)).diagonal(*where)
    return scope.builder.assembled(shape, [(scope.place(g), there)])
