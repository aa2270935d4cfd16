"""Elementwise operations: loops over contiguous memory, which LLVM turns into vector code.

Arguments never overlap the result; otherwise LLVM would not vectorize the loops.
"""

# mypy: allow-untyped-defs, allow-untyped-decorators

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from sklearn_deep._compiled._graph import codes
from sklearn_deep._compiled._kernels import functions as f

# Division by zero gives infinity, as in torch. A product and a sum may be fused, but no optimization is
# allowed that could lose a NaN or an infinity.
FLAGS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"contract"},
    # Only compiled code calls these functions. Without wrappers for other callers they compile faster.
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


@njit(**FLAGS)
def run_unary(operation, o, a):
    """Write the value of the operation for each element of ``a`` to ``o``."""
    kind = o.dtype.type
    zero, one = kind(0), kind(1)
    if operation == codes.COPY:
        for i in range(o.size):
            o[i] = a[i]
    elif operation == codes.NEG:
        for i in range(o.size):
            o[i] = -a[i]
    elif operation == codes.ABS:
        for i in range(o.size):
            o[i] = abs(a[i])
    elif operation == codes.SIGN:
        for i in range(o.size):
            o[i] = kind(a[i] > 0) - kind(a[i] < 0)
    elif operation == codes.SQRT:
        for i in range(o.size):
            o[i] = math.sqrt(a[i])
    elif operation == codes.RECIPROCAL:
        for i in range(o.size):
            o[i] = one / a[i]
    elif operation == codes.SQUARE:
        for i in range(o.size):
            o[i] = a[i] * a[i]
    elif operation == codes.EXP:
        for i in range(o.size):
            o[i] = f.exp(a[i])
    elif operation == codes.EXPM1:
        for i in range(o.size):
            o[i] = f.expm1(a[i])
    elif operation == codes.LOG:
        for i in range(o.size):
            o[i] = f.log(a[i])
    elif operation == codes.LOG1P:
        for i in range(o.size):
            o[i] = f.log1p(a[i])
    elif operation == codes.TANH:
        for i in range(o.size):
            o[i] = f.tanh(a[i])
    elif operation == codes.SIGMOID:
        for i in range(o.size):
            o[i] = f.sigmoid(a[i])
    elif operation == codes.ERF:
        for i in range(o.size):
            o[i] = f.erf(a[i])
    elif operation == codes.SIN:
        for i in range(o.size):
            o[i] = f.sin(a[i])
    elif operation == codes.COS:
        for i in range(o.size):
            o[i] = f.cos(a[i])
    elif operation == codes.FLOOR:
        for i in range(o.size):
            o[i] = np.floor(a[i])
    elif operation == codes.CEIL:
        for i in range(o.size):
            o[i] = np.ceil(a[i])
    elif operation == codes.ROUND:
        for i in range(o.size):
            o[i] = np.rint(a[i])
    elif operation == codes.RELU:
        for i in range(o.size):
            o[i] = zero if a[i] < zero else a[i]
    elif operation == codes.NOT:
        for i in range(o.size):
            o[i] = kind(a[i] == zero)
    elif operation == codes.IS_NAN:
        for i in range(o.size):
            o[i] = kind(a[i] != a[i])


@njit(**FLAGS)
def run_binary(operation, o, a, b):
    """Write the value of the operation for each pair of elements to ``o``; truth values are 1 and 0."""
    kind = o.dtype.type
    zero = kind(0)
    if operation == codes.ADD:
        for i in range(o.size):
            o[i] = a[i] + b[i]
    elif operation == codes.SUB:
        for i in range(o.size):
            o[i] = a[i] - b[i]
    elif operation == codes.MUL:
        for i in range(o.size):
            o[i] = a[i] * b[i]
    elif operation == codes.DIV:
        for i in range(o.size):
            o[i] = a[i] / b[i]
    elif operation == codes.POW:
        for i in range(o.size):
            o[i] = a[i] ** b[i]
    elif operation == codes.MAXIMUM:
        for i in range(o.size):
            o[i] = a[i] if (a[i] != a[i]) | (a[i] > b[i]) else b[i]
    elif operation == codes.MINIMUM:
        for i in range(o.size):
            o[i] = a[i] if (a[i] != a[i]) | (a[i] < b[i]) else b[i]
    elif operation == codes.GT:
        for i in range(o.size):
            o[i] = kind(a[i] > b[i])
    elif operation == codes.GE:
        for i in range(o.size):
            o[i] = kind(a[i] >= b[i])
    elif operation == codes.LT:
        for i in range(o.size):
            o[i] = kind(a[i] < b[i])
    elif operation == codes.LE:
        for i in range(o.size):
            o[i] = kind(a[i] <= b[i])
    elif operation == codes.EQ:
        for i in range(o.size):
            o[i] = kind(a[i] == b[i])
    elif operation == codes.NE:
        for i in range(o.size):
            o[i] = kind(a[i] != b[i])
    elif operation == codes.AND:
        for i in range(o.size):
            o[i] = kind((a[i] != zero) & (b[i] != zero))
    elif operation == codes.OR:
        for i in range(o.size):
            o[i] = kind((a[i] != zero) | (b[i] != zero))
    elif operation == codes.RELU_GRADIENT:
        for i in range(o.size):
            o[i] = zero if b[i] <= zero else a[i]


@njit(**FLAGS)
def run_ternary(operation, o, a, b, c):
    """Write the value of the operation for each triple of elements to ``o``."""
    zero = o.dtype.type(0)
    if operation == codes.SELECT:
        for i in range(o.size):
            x, y, z = a[i], b[i], c[i]
            o[i] = y if x != zero else z
    elif operation == codes.MUL_ADD:
        for i in range(o.size):
            o[i] = a[i] * b[i] + c[i]
    elif operation == codes.LERP:
        for i in range(o.size):
            o[i] = a[i] + c[i] * (b[i] - a[i])
