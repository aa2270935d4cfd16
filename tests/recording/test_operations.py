"""Every line of the table of operations agrees with torch."""

import torch

from sklearn_deep._compat.torch import LOG_SOFTMAX, LOG_SOFTMAX_BACKWARD, UNSAFE_VIEW, schema_of
from sklearn_deep._recording.operations import OPERATIONS, View
from sklearn_deep._recording.record import same_bits

aten = torch.ops.aten
X, Y = torch.rand(2, 4, 3, generator=torch.Generator().manual_seed(0)) + 0.5
# All other operations get as many matrices as they have arguments.
ARGUMENTS = {
    LOG_SOFTMAX: (X, 1, False),
    LOG_SOFTMAX_BACKWARD: (Y, X.log_softmax(1), 1, X.dtype),
    UNSAFE_VIEW: (X, (3, 4)),
    aten.bmm.default: (X.view(2, 2, 3), Y.view(2, 3, 2)),
    aten.cat.default: ([X, Y],),
    aten.expand.default: (X, (2, 4, 3)),
    aten.gt.Scalar: (X, 1.0),
    aten.index.Tensor: (X, [torch.tensor([2, 0])]),
    aten.lift_fresh.default: (X,),
    aten.mm.default: (X, Y.mT.contiguous()),
    aten.mul.Scalar: (X, 1.5),
    aten.pow.Tensor_Scalar: (X, 3),
    aten.rsub.Scalar: (X, 2.0),
    aten.sum.dim_IntList: (X, [0], True),
    aten.threshold_backward.default: (Y, X - 1, 0),
    aten.transpose.int: (X, 0, 1),
    aten.unsqueeze.default: (X, 1),
    aten.view.default: (X, (3, 4)),
    aten.where.self: (X > Y, X, Y),
}


def arguments_of(function):
    n_tensors = sum(str(a.type) == "Tensor" for a in schema_of(function).arguments)
    return ARGUMENTS.get(function, (X, Y)[:n_tensors])


def lies(function, operation):
    """Yield the statements of a line of the table that do not hold in torch."""
    args = arguments_of(function)
    expected = function(*args)
    if operation.fast is not None and not same_bits(operation.fast(*args), expected):
        yield "fast"
    if operation.out is not None:
        out = torch.full_like(expected, torch.nan)
        operation.out(*args, out=out)
        if not same_bits(out, expected):
            yield "out"
    if operation.in_place is not None:
        written = args[0].clone()
        operation.in_place(written, *args[1:])
        if not same_bits(written, expected):
            yield "in_place"
    if operation.commutes and not same_bits(function(*args[::-1]), expected):
        yield "commutes"
    if operation.broadcasts and not same_bits(function(X, Y[0]), function(X, Y[0].expand(4, 3))):
        yield "broadcasts"
    if operation.neutral is not None and not same_bits(function(X, operation.neutral), X):
        yield "neutral"
    if operation.view is not None and {*expected.flatten().tolist()} != {*X.flatten().tolist()}:
        yield "view"
    if operation.view is View.SAME and not same_bits(expected, X):
        yield "view"


def test_every_line_of_the_table_is_true():
    found = {function: [*lies(function, line)] for function, line in OPERATIONS.items()}
    assert not {str(function): wrong for function, wrong in found.items() if wrong}
