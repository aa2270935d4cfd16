"""Numbers of compiled code with which formulas compute, and functions made of such formulas.

A formula is written once for float32 and float64. It is called while numba compiles a function that uses
it, with scalars that write one instruction of LLVM for each operation on them. The instructions have no
branches and no calls, so LLVM vectorizes the loop around them. They also bypass numba's type inference,
which would take most of the compilation time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from inspect import Parameter, Signature, signature
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

TYPES = {32: ir.FloatType(), 64: ir.DoubleType()}


class Scalar:
    """A float or an integer of 32 or 64 bits, whose value is computed when the compiled code runs.

    Python numbers in arithmetic with it become constants of its type. Integers wrap around.

    Parameters
    ----------
    builder : llvmlite.ir.IRBuilder
        Writes the instructions.
    register : llvmlite.ir.Value
        Result of an instruction, or a constant.
    """

    __slots__ = ("builder", "is_float", "register", "width")

    def __init__(self, builder: Any, register: Any) -> None:
        self.builder = builder
        self.register = register
        self.is_float = not isinstance(register.type, ir.IntType)
        self.width = 32 if register.type == TYPES[32] else getattr(register.type, "width", 64)

    def constant(self, number: Scalar | float) -> Scalar:
        """Return a number as a scalar of the same type."""
        if isinstance(number, Scalar):
            return number
        return Scalar(self.builder, ir.Constant(self.register.type, number))

    def _write(self, instruction: str, *arguments: Scalar | float) -> Scalar:
        registers = [self.constant(argument).register for argument in arguments]
        return Scalar(self.builder, getattr(self.builder, instruction)(*registers))

    def _arithmetic(self, instruction: str, *arguments: Scalar | float) -> Scalar:
        return self._write("f" * self.is_float + instruction, *arguments)

    def _compare(self, sign: str, other: Scalar | float) -> Scalar:
        """Compare as Python does: the result is false if a number is NaN."""
        compare = self.builder.fcmp_ordered if self.is_float else self.builder.icmp_signed
        return Scalar(self.builder, compare(sign, self.register, self.constant(other).register))

    def __add__(self, other: Scalar | float) -> Scalar:
        return self._arithmetic("add", self, other)

    def __radd__(self, other: float) -> Scalar:
        return self._arithmetic("add", other, self)

    def __sub__(self, other: Scalar | float) -> Scalar:
        return self._arithmetic("sub", self, other)

    def __rsub__(self, other: float) -> Scalar:
        return self._arithmetic("sub", other, self)

    def __mul__(self, other: Scalar | float) -> Scalar:
        return self._arithmetic("mul", self, other)

    def __rmul__(self, other: float) -> Scalar:
        return self._arithmetic("mul", other, self)

    def __truediv__(self, other: Scalar | float) -> Scalar:
        return self._write("fdiv", self, other)

    def __rtruediv__(self, other: float) -> Scalar:
        return self._write("fdiv", other, self)

    def __neg__(self) -> Scalar:
        return self._write("fneg", self)

    def __lt__(self, other: Scalar | float) -> Scalar:
        return self._compare("<", other)

    def __ge__(self, other: Scalar | float) -> Scalar:
        return self._compare(">=", other)

    def __gt__(self, other: Scalar | float) -> Scalar:
        return self._compare(">", other)

    def __lshift__(self, n_bits: int) -> Scalar:
        return self._write("shl", self, n_bits)

    def __rshift__(self, n_bits: int) -> Scalar:
        """Shift and keep the sign."""
        return self._write("ashr", self, n_bits)

    def __and__(self, other: int) -> Scalar:
        return self._write("and_", self, other)

    def __xor__(self, other: Scalar | int) -> Scalar:
        return self._write("xor", self, other)

    def call(self, name: str, *others: Scalar | float) -> Scalar:
        """Return the value of LLVM's intrinsic ``llvm.name`` for this and other floats."""
        registers = [self.constant(argument).register for argument in (self, *others)]
        kind = self.register.type
        function = self.builder.module.declare_intrinsic(
            f"llvm.{name}", [kind], ir.FunctionType(kind, [kind] * len(registers))
        )
        return Scalar(self.builder, self.builder.call(function, registers))

    def bits(self) -> Scalar:
        """Return the integer with the bits of this float."""
        return Scalar(self.builder, self.builder.bitcast(self.register, ir.IntType(self.width)))

    def float_of_bits(self) -> Scalar:
        """Return the float with the bits of this integer."""
        return Scalar(self.builder, self.builder.bitcast(self.register, TYPES[self.width]))

    def to_float(self, width: int | None = None) -> Scalar:
        """Return this integer as a float, by default of the same width."""
        return self._converted("sitofp", TYPES[width or self.width])

    def unsigned_to_float(self, width: int) -> Scalar:
        """Return this integer, interpreted as unsigned, as a float."""
        return self._converted("uitofp", TYPES[width])

    def to_integer(self, width: int) -> Scalar:
        """Return this integer with another width."""
        return self._converted("trunc" if width < self.width else "sext", ir.IntType(width))

    def _converted(self, instruction: str, to: Any) -> Scalar:
        return Scalar(self.builder, getattr(self.builder, instruction)(self.register, to))


def choose(condition: Scalar, chosen: Scalar | float, other: Scalar | float) -> Scalar:
    """Return one of two scalars, both of which are computed."""
    scalar = chosen if isinstance(chosen, Scalar) else other
    assert isinstance(scalar, Scalar)
    registers = (scalar.constant(number).register for number in (chosen, other))
    return Scalar(scalar.builder, scalar.builder.select(condition.register, *registers))


def fma(factor: Scalar, other: Scalar | float, summand: Scalar | float) -> Scalar:
    """Return ``factor * other + summand``, rounded only once if the processor supports this."""
    return factor.call("fmuladd", other, summand)


def polynomial(x: Scalar, coefficients: tuple[float, ...]) -> Scalar:
    """Return the value of a polynomial at ``x``; the constant coefficient is the first."""
    total = x.constant(coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total = fma(total, x, coefficient)
    return total


def bits_of(number: float, width: int) -> int:
    """Return the integer with the bits of a float of 32 or 64 bits."""
    return int(np.array(number, f"f{width // 8}").view(f"i{width // 8}"))


def compiled(formula: Callable[..., Any]) -> Any:
    """Make a function for compiled code from a formula.

    The last argument is a float that determines the dtype of the results. The arguments before it are
    words of 32 bits. The formula returns one or two scalars.
    """

    def typed(context: Any, *kinds: Any) -> Any:
        *words, kind = kinds
        if not isinstance(kind, types.Float) or not all(
            isinstance(w, types.Integer) for w in words
        ):
            return None
        n_results = len(words) or 1
        result = kind if n_results == 1 else types.UniTuple(kind, n_results)

        def write(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
            scalars = [Scalar(builder, argument) for argument in arguments]
            words = [scalar.to_integer(32) for scalar in scalars[:-1]]
            results = formula(*words, scalars[-1])
            if n_results == 1:
                return results.register
            return context.make_tuple(builder, result, [scalar.register for scalar in results])

        return result(*kinds), write

    wrapper: Any = update_wrapper(typed, formula)
    # numba reads the names of arguments from the signature; it would treat a starred one as a tuple.
    context = Parameter("context", Parameter.POSITIONAL_OR_KEYWORD)
    wrapper.__signature__ = Signature([context, *signature(formula).parameters.values()])
    return intrinsic(wrapper)
