"""A recorded list of tensor operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sklearn_deep._compat.torch import schema_of, storage_of
from sklearn_deep._recording.operations import Operation, operation_of


@dataclass(eq=False)
class Value:
    """A tensor of a tape, described by its layout, without its elements.

    ``storage`` is a number that is the same for all tensors that share memory.
    """

    name: str
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    dtype: torch.dtype
    storage: int

    @classmethod
    def of(cls, tensor: Tensor, name: str) -> Value:
        """Return the description of a tensor."""
        return cls(name, tuple(tensor.shape), tensor.stride(), tensor.dtype, storage_of(tensor))

    def is_laid_out_as(self, other: Value | None) -> bool:
        """Return whether shape, strides and dtype are the same."""
        return other is not None and (self.shape, self.stride, self.dtype) == (
            other.shape,
            other.stride,
            other.dtype,
        )

    @property
    def n_elements(self) -> int:
        """Number of elements."""
        return prod(self.shape)

    def viewed_as(self, name: str, shape: tuple[int, ...]) -> Value:
        """Return a contiguous view with another shape."""
        return Value(name, shape, contiguous(shape), self.dtype, self.storage)


class Call(NamedTuple):
    """One operation. Tensors are replaced by ``Value`` objects, also inside lists of arguments.

    ``several`` says whether the function returns a list or tuple of results.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    results: list[Value | None]
    several: bool

    def given(self) -> list[Value]:
        """Return the tensors among the arguments."""
        return [*values_in(self.args), *values_in(self.kwargs)]

    def with_values(self, new: Callable[[Value], Value]) -> Call:
        """Return the same operation with other tensors as arguments."""
        return self._replace(args=mapped(self.args, new), kwargs=mapped(self.kwargs, new))

    @property
    def operation(self) -> Operation:
        """Properties of the function, from the table of operations."""
        return operation_of(self.function)

    @property
    def takes_out(self) -> bool:
        """Whether the result can be written to given memory."""
        return self.operation.out is not None and not self.kwargs

    def into(self, memory: Value) -> Call:
        """Return the same operation, with its result written to contiguous memory."""
        assert self.operation.out is not None
        return self._replace(function=self.operation.out, kwargs={"out": memory})

    @property
    def writes(self) -> bool:
        """Whether it changes a tensor that existed before."""
        schema = schema_of(self.function)
        return schema is not None and schema.is_mutable

    @property
    def is_view(self) -> bool:
        """Whether its results are views of its arguments."""
        schema = schema_of(self.function)
        if schema is None or schema.is_mutable:
            return False
        return all(result.alias_info is not None for result in schema.returns)


class Tape(NamedTuple):
    """Operations that compute outputs from inputs and from constants (tensors that existed before)."""

    inputs: list[Value]
    constants: dict[Value, Tensor]
    calls: list[Call]
    outputs: list[Value]

    @property
    def writes(self) -> bool:
        """Whether an operation changes a tensor that existed before it."""
        return any(call.writes for call in self.calls)


def contiguous(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the strides of a contiguous tensor."""
    return tuple(prod(max(side, 1) for side in shape[i + 1 :]) for i in range(len(shape)))


def values_in(arguments: Any) -> Iterator[Value]:
    """Yield all ``Value`` objects in nested arguments."""
    if isinstance(arguments, Value):
        yield arguments
    elif isinstance(arguments, list | tuple):
        for argument in arguments:
            yield from values_in(argument)
    elif isinstance(arguments, dict):
        yield from values_in(list(arguments.values()))


def mapped(arguments: Any, new: Callable[[Any], Any], kind: type = Value) -> Any:
    """Return nested arguments in which all objects of one type are replaced."""
    if isinstance(arguments, kind):
        return new(arguments)
    if isinstance(arguments, list | tuple):
        return type(arguments)([mapped(argument, new, kind) for argument in arguments])
    if isinstance(arguments, dict):
        return {name: mapped(argument, new, kind) for name, argument in arguments.items()}
    return arguments
