"""The table of torch's operations, with one line per operation, used by all parts of a recording.

Operations that are not in the table are recorded and replayed, too, in the way torch ran them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sklearn_deep._compat.torch import (
    LOG_SOFTMAX,
    LOG_SOFTMAX_BACKWARD,
    UNSAFE_VIEW,
    log_softmax,
    log_softmax_backward,
)

aten = torch.ops.aten


class View(Enum):
    """How an operation shows the elements of its first argument without computing anything."""

    SAME = auto()
    RESHAPED = auto()
    EXPANDED = auto()
    TRANSPOSED = auto()


class Operation(NamedTuple):
    """Properties of an operation of torch.

    Parameters
    ----------
    fast : callable, optional
        An equivalent function. A call through ``torch.ops.aten`` takes about a microsecond longer.
    out : callable, optional
        An equivalent function with an argument ``out``, the contiguous tensor for the result.
    in_place : callable, optional
        An equivalent function that overwrites the first argument with the result.
    view : View, optional
        Given if the operation only shows its first argument.
    commutes : bool, default=False
        Whether its two arguments may be swapped.
    broadcasts : bool, default=False
        Whether it expands its arguments to a common shape.
    neutral : float, optional
        Second argument for which the result has the elements of the first argument.
    takes_masks : bool, default=False
        Whether the shape of its result depends on values if an index is a mask.
    """

    fast: Callable[..., Any] | None = None
    out: Callable[..., Any] | None = None
    in_place: Callable[..., Any] | None = None
    view: View | None = None
    commutes: bool = False
    broadcasts: bool = False
    neutral: float | None = None
    takes_masks: bool = False


def _threshold_backward(*args: Any, out: Tensor) -> Tensor:
    result: Tensor = aten.threshold_backward.grad_input(*args, grad_input=out)
    return result


# fmt: off
OPERATIONS: dict[Any, Operation] = {
    LOG_SOFTMAX: Operation(log_softmax),
    LOG_SOFTMAX_BACKWARD: Operation(log_softmax_backward),
    UNSAFE_VIEW: Operation(Tensor.view, view=View.RESHAPED),
    aten.add.Tensor: Operation(torch.add, torch.add, Tensor.add_, commutes=True, broadcasts=True),
    aten.alias.default: Operation(view=View.SAME),
    aten.bmm.default: Operation(torch.bmm, torch.bmm),
    aten.cat.default: Operation(torch.cat),
    aten.detach.default: Operation(view=View.SAME),
    aten.div.Tensor: Operation(torch.div, torch.div, Tensor.div_, broadcasts=True),
    aten.exp.default: Operation(torch.exp, torch.exp),
    aten.expand.default: Operation(Tensor.expand, view=View.EXPANDED),
    aten.gt.Scalar: Operation(torch.gt),
    aten.gt.Tensor: Operation(torch.gt),
    aten.index.Tensor: Operation(takes_masks=True),
    aten.lift_fresh.default: Operation(view=View.SAME),
    aten.log.default: Operation(torch.log),
    aten.lt.Tensor: Operation(torch.lt),
    aten.mm.default: Operation(torch.mm, torch.mm),
    aten.mul.Scalar: Operation(torch.mul, torch.mul, Tensor.mul_, neutral=1),
    aten.mul.Tensor: Operation(torch.mul, torch.mul, Tensor.mul_, commutes=True, broadcasts=True),
    aten.neg.default: Operation(torch.neg, in_place=Tensor.neg_),
    aten.pow.Tensor_Scalar: Operation(torch.pow, torch.pow, neutral=1),
    aten.relu.default: Operation(torch.relu, in_place=Tensor.relu_),
    aten.rsub.Scalar: Operation(torch.rsub),
    aten.sqrt.default: Operation(torch.sqrt),
    aten.sub.Tensor: Operation(torch.sub, torch.sub, Tensor.sub_, broadcasts=True),
    aten.sum.dim_IntList: Operation(torch.sum, torch.sum),
    aten.t.default: Operation(torch.t, view=View.TRANSPOSED),
    aten.tanh.default: Operation(torch.tanh, in_place=Tensor.tanh_),
    aten.threshold_backward.default: Operation(out=_threshold_backward),
    aten.transpose.int: Operation(torch.transpose, view=View.TRANSPOSED),
    aten.unsqueeze.default: Operation(torch.unsqueeze),
    aten.view.default: Operation(Tensor.view, view=View.RESHAPED),
    aten.where.self: Operation(torch.where, torch.where),
}
# fmt: on
_UNKNOWN = Operation()
IN_PLACE = {operation.in_place for operation in OPERATIONS.values()} - {None}


def operation_of(function: Any) -> Operation:
    """Return the properties of a function; the defaults if it is not in the table."""
    return OPERATIONS.get(function, _UNKNOWN)
