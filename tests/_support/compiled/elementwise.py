"""Elementwise operations of torch, the numbers they are tested with, and layouts of arguments."""

from itertools import product
from typing import NamedTuple

import torch
from torch.nn import functional as F

aten = torch.ops.aten
INF, NAN = float("inf"), float("nan")
# fmt: off
SPECIAL = [
    NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 1e-3, -1e-3, 3.0, -3.0, 6.0, 20.0,
    -20.0, 60.0, -60.0, 1e4, -1e4, 1e30, -1e30,
]
# fmt: on


class Case(NamedTuple):
    """A function of ``n_arguments`` tensors.

    Parameters
    ----------
    function : callable
    n_arguments : int
    largest : float
        Largest magnitude of arguments that are compared with torch.
    """

    function: object
    n_arguments: int
    largest: float = INF


UNARY = {
    "abs": torch.abs,
    "neg": torch.neg,
    "sgn": torch.sgn,
    "sign": torch.sign,
    "sqrt": torch.sqrt,
    "reciprocal": torch.reciprocal,
    "rsqrt": torch.rsqrt,
    "square": aten.square,
    "exp": torch.exp,
    "exp2": torch.exp2,
    "expm1": torch.expm1,
    "log": torch.log,
    "log1p": torch.log1p,
    "log2": torch.log2,
    "log10": torch.log10,
    "tanh": torch.tanh,
    "atanh": torch.atanh,
    "sigmoid": torch.sigmoid,
    "erf": torch.erf,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "round": torch.round,
    "trunc": torch.trunc,
    "frac": torch.frac,
    "isnan": torch.isnan,
    "isinf": torch.isinf,
    "isfinite": torch.isfinite,
    "logical_not": torch.logical_not,
    "bitwise_not": lambda x: ~(x > 0),
    "clone": lambda x: x.clone(),
    "truth as a number": lambda x: (x > 0).to(x.dtype) * x,
    "number as truth": lambda x: x.bool(),
    "power 2": lambda x: x**2,
    "power 1": lambda x: x**1,
    "power 3": lambda x: x**3,
    "power 0": lambda x: x**0,
    "power 0.5": lambda x: x**0.5,
    "power -1": lambda x: x**-1,
    "power -2": lambda x: x**-2,
    "power 1.5": lambda x: x**1.5,
    "power of 2": lambda x: 2.0**x,
    "1 - x": lambda x: 1 - x,
    "rsub": lambda x: torch.rsub(x, 3, alpha=2),
    "1 / x": lambda x: 1 / x,
    "x / 3": lambda x: x / 3,
    "rounded division": lambda x: torch.div(x, 0.5, rounding_mode="trunc"),
    "relu": torch.relu,
    "clamp": lambda x: x.clamp(-1, 2),
    "clamp from below": lambda x: x.clamp(min=-1),
    "clamp from above": lambda x: x.clamp(max=2),
    "clamp_min": lambda x: aten.clamp_min(x, 1),
    "clamp_max": lambda x: aten.clamp_max(x, 1),
    "hardtanh": F.hardtanh,
    "relu6": F.relu6,
    "nan_to_num": lambda x: x.nan_to_num(),
    "nan_to_num with limits": lambda x: x.nan_to_num(1, 2, neginf=3),
    "masked_fill": lambda x: x.masked_fill(x > 1, 7),
    "where of numbers": lambda x: torch.where(x > 1, 7.0, x),
    "fill": lambda x: aten.fill(x, 3.0) + x,
    "zero": lambda x: aten.zero(x) + x,
    "threshold": lambda x: F.threshold(x, 0.5, 0.1),
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
    "elu": lambda x: F.elu(x, 0.7),
    "celu": lambda x: F.celu(x, 0.7),
    "selu": F.selu,
    "softplus": lambda x: F.softplus(x, 2, 10),
    "silu": F.silu,
    "gelu by tanh": lambda x: F.gelu(x, approximate="tanh"),
    "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid,
    "hardshrink": F.hardshrink,
    "softshrink": F.softshrink,
    "mish": F.mish,
    "logsigmoid": F.logsigmoid,
    "tanhshrink": F.tanhshrink,
    "softsign": F.softsign,
}
# LLVM's vector code reduces only small angles, and hyperbolic sines overflow slightly early.
BOUNDED = {
    "gelu": (F.gelu, 1e30),  # of infinity, float32 gives NaN in torch and float64 does not
    "sin": (torch.sin, 1e3),
    "cos": (torch.cos, 1e3),
    "tan": (torch.tan, 1.5),
    "sinh": (torch.sinh, 80),
    "cosh": (torch.cosh, 80),
}
BINARY = {
    "add": torch.add,
    "add with alpha": lambda a, b: torch.add(a, b, alpha=0.3),
    "sub": torch.sub,
    "sub with alpha": lambda a, b: torch.sub(a, b, alpha=3),
    "mul": torch.mul,
    "div": torch.div,
    "pow": torch.pow,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "gt": torch.gt,
    "ge": torch.ge,
    "lt": torch.lt,
    "le": torch.le,
    "eq": torch.eq,
    "ne": torch.ne,
    "logical_and": torch.logical_and,
    "logical_or": torch.logical_or,
    "bitwise_and": lambda a, b: (a > 0) & (b > 0),
    "bitwise_or": lambda a, b: (a > 0) | (b > 0),
    "bitwise_xor": lambda a, b: (a > 0) ^ (b > 0),
    "clamp by a tensor": aten.clamp,
    "copy": lambda a, b: (
        aten.copy(torch.zeros(torch.broadcast_shapes(a.shape, b.shape), dtype=a.dtype), a) + b
    ),
    "logaddexp": torch.logaddexp,
    "xlogy": torch.xlogy,
    "mse_loss": lambda a, b: F.mse_loss(*torch.broadcast_tensors(a, b), reduction="none"),
    "threshold_backward at 0": lambda a, b: aten.threshold_backward(a, b, 0),
    "threshold_backward": lambda a, b: aten.threshold_backward(a, b, 0.5),
    "sigmoid_backward": aten.sigmoid_backward,
    "tanh_backward": aten.tanh_backward,
    "silu_backward": aten.silu_backward,
    "leaky_relu_backward": lambda a, b: aten.leaky_relu_backward(a, b, 0.2, False),
    "elu_backward": lambda a, b: aten.elu_backward(a, 0.7, 1.1, 0.9, False, b),
    "elu_backward of results": lambda a, b: aten.elu_backward(a, 0.7, 1.1, 0.9, True, b),
    "softplus_backward": lambda a, b: aten.softplus_backward(a, b, 2, 10),
    # In float32, torch cannot compute it for some layouts.
    "gelu_backward": lambda a, b: aten.gelu_backward(
        *(tensor.contiguous() for tensor in torch.broadcast_tensors(a, b))
    ),
    "gelu_backward by tanh": lambda a, b: aten.gelu_backward(a, b, approximate="tanh"),
    "hardswish_backward": aten.hardswish_backward,
    "hardsigmoid_backward": aten.hardsigmoid_backward,
    "hardtanh_backward": lambda a, b: aten.hardtanh_backward(a, b, -1, 2),
    "hardshrink_backward": lambda a, b: aten.hardshrink_backward(a, b, 0.5),
    "softshrink_backward": lambda a, b: aten.softshrink_backward(a, b, 0.5),
    "mish_backward": aten.mish_backward,
}
TERNARY = {
    "where": lambda a, b, c: torch.where(a > 0, b, c),
    "addcmul": torch.addcmul,
    "addcmul with a factor": lambda a, b, c: torch.addcmul(a, b, c, value=0.3),
    "addcdiv": torch.addcdiv,
    "addcdiv with a factor": lambda a, b, c: torch.addcdiv(a, b, c, value=0.3),
}
CASES = {
    **{name: Case(function, 1) for name, function in UNARY.items()},
    **{name: Case(function, 1, largest) for name, (function, largest) in BOUNDED.items()},
    **{name: Case(function, 2) for name, function in BINARY.items()},
    **{name: Case(function, 3) for name, function in TERNARY.items()},
    # torch adds the terms in another order if the weight is large.
    "lerp": Case(torch.lerp, 3, 20),
    "lerp with a number": Case(lambda a, b: torch.lerp(a, b, 0.3), 2),
}

# Tensors of different shapes and layouts, made of one of shape (4, 6).
LAYOUTS = {
    "by rows": lambda x: x,
    "by columns": lambda x: x.reshape(6, 4).mT,
    "a number": lambda x: x[1, 2],
    "a row": lambda x: x[2],
    "a column": lambda x: x[:, 3:4],
    "every other column": lambda x: x.repeat(1, 2)[:, ::2],
    "one row for all": lambda x: x[:1].expand(4, 6),
    "one column for all": lambda x: x[:, :1].expand(4, 6),
    "three axes": lambda x: x.reshape(2, 2, 6).repeat(1, 2, 1),
    "three axes, turned": lambda x: x.reshape(6, 2, 2).repeat(1, 2, 1).permute(2, 1, 0),
    "nothing": lambda x: x[:0, :1],
}


def in_layouts(case, names):
    """Return a function of tensors ``(4, 6)`` that evaluates a case on arguments of some layouts."""

    def function(*tensors):
        results = []
        for chosen in product(names, repeat=case.n_arguments):
            given = [LAYOUTS[name](t) for name, t in zip(chosen, tensors, strict=True)]
            if _broadcast(given):
                results.append(case.function(*given))
        return results

    return function


def _broadcast(tensors):
    try:
        torch.broadcast_shapes(*(tensor.shape for tensor in tensors))
    except RuntimeError:
        return False
    return True


def special_arguments(case, dtype):
    """Return all combinations of special numbers, one tensor for each argument."""
    numbers = [x for x in SPECIAL if not abs(x) > case.largest or case.largest == INF]
    return [
        torch.tensor(column, dtype=dtype)
        for column in zip(*product(numbers, repeat=case.n_arguments), strict=True)
    ]


def random_arguments(case, dtype):
    """Return tensors of shape (4, 6) of random numbers."""
    generator = torch.Generator().manual_seed(0)
    tensors = [
        3 * torch.randn(4, 6, generator=generator, dtype=dtype) for _ in range(case.n_arguments)
    ]
    return [tensor.clamp(-case.largest, case.largest) for tensor in tensors]
