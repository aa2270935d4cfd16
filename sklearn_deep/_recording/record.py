"""Record the tensor operations of a function.

A recording is refused if replaying it could give another result. This is the case for Python code
that depends on the values of tensors, for random numbers, and for changes of existing tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from sklearn_deep._compat.torch import DispatchMode, OpOverload, schema_of
from sklearn_deep._recording.operations import operation_of
from sklearn_deep._recording.tape import Call, Tape, Value, mapped, values_in

# Functions that read the values of a tensor but are not operations of torch.
_READERS = {
    Tensor.__array__,
    Tensor.__deepcopy__,
    Tensor.__dlpack__,
    Tensor.__reduce_ex__,
    Tensor.__repr__,
    Tensor.data_ptr,
    Tensor.numpy,
    Tensor.storage,
    Tensor.tolist,
    Tensor.untyped_storage,
}
# Integers are compared instead of floats, so that NaN equals NaN and 0.0 differs from -0.0.
_WHOLE_NUMBERS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


class Unrecordable(Exception):  # noqa: N818  (not an error: the caller runs the function instead)
    """Raised for a function whose recording would not repeat it."""


def record(
    function: Callable[..., Sequence[Tensor]], inputs: Sequence[Tensor]
) -> tuple[Tape, list[Tensor]]:
    """Run a function; return its tape and its outputs.

    Parameters
    ----------
    function : callable
        A function of tensors that returns tensors; it may differentiate.
    inputs : sequence of Tensor
        Its arguments.

    Raises
    ------
    Unrecordable
        If the tape would not repeat the function.
    """
    recorder = _Recorder(inputs)
    before = [tensor.clone() for tensor in inputs]
    try:
        # Otherwise, autograd runs the backward pass for a GPU in a separate thread.
        with torch.autograd.set_multithreading_enabled(False), _Readers(recorder), recorder:
            outputs = [output.detach() for output in function(*inputs)]
    except Exception as error:
        if recorder.refusal is None:
            raise
        raise Unrecordable(recorder.refusal) from error
    tape = recorder.tape(outputs)
    # The schemas of some operations do not show that they change an argument. An example is batch
    # normalization, which changes its running statistics.
    if not all(map(same_bits, before, inputs)):
        recorder.refusal = "an input changed"
    if recorder.refusal is not None:
        raise Unrecordable(recorder.refusal)
    return tape, outputs


def same_bits(a: Tensor, b: Tensor) -> bool:
    """Return whether two tensors have the same shape, type and bits."""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    whole = _WHOLE_NUMBERS[a.element_size()]
    return torch.equal(*(t.detach().contiguous().view(-1).view(whole) for t in (a, b)))


@cache
def _is_random(operation: OpOverload) -> bool:
    generators = any("Generator" in str(a.type) for a in schema_of(operation).arguments)
    return generators or torch.Tag.nondeterministic_seeded in operation.tags


@cache
def _written_arguments(operation: OpOverload) -> list[tuple[int, str]]:
    """Return the positions and names of the arguments that an operation changes."""
    arguments = enumerate(schema_of(operation).arguments)
    return [(i, a.name) for i, a in arguments if a.alias_info is not None and a.alias_info.is_write]


class _Recorder(DispatchMode):
    """Receives every operation after autograd and ``vmap``, including those of the backward pass."""

    def __init__(self, inputs: Sequence[Tensor]) -> None:
        super().__init__()
        self.refusal: str | None = None
        self.calls: list[Call] = []
        self.constants: dict[Value, Tensor] = {}
        # Tensors are identified by id and kept alive, so that no new tensor gets the same id.
        self._known: dict[int, tuple[Tensor, Value]] = {}
        self.inputs = [self._meet(tensor, f"a{i}") for i, tensor in enumerate(inputs)]
        self._given = {value.storage for value in self.inputs}
        self._made: set[int] = set()

    def tape(self, outputs: Sequence[Tensor]) -> Tape:
        """Return the recorded tape."""
        return Tape(self.inputs, self.constants, self.calls, [self._value(t) for t in outputs])

    def refuse(self, reason: str) -> None:
        """Stop the recording."""
        self.refusal = reason
        raise Unrecordable(reason)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run an operation and record it."""
        kwargs = kwargs or {}
        self._check_kind(func, args)
        given, options = mapped(args, self._value, Tensor), mapped(kwargs, self._value, Tensor)
        self._check_writes(func, given, options)
        result = func(*args, **kwargs)
        several = isinstance(result, list | tuple)
        results = [self._result(func, one) for one in (result if several else (result,))]
        self.calls.append(Call(func, given, options, results, several))
        return result

    def _check_kind(self, func: Any, args: Any) -> None:
        if not isinstance(func, OpOverload) or func.namespace != "aten":
            self.refuse(f"{func} is not an operation of torch")
        if _is_random(func):
            self.refuse(f"{func} is random")
        shaped = torch.Tag.dynamic_output_shape in func.tags
        if operation_of(func).takes_masks:
            shaped = any(t is not None and t.dtype in (torch.bool, torch.uint8) for t in args[1])
        if shaped:
            self.refuse(f"the shape that {func} returns depends on values")

    def _check_writes(self, func: Any, args: Any, kwargs: dict[str, Any]) -> None:
        # A recording is made with copies of the inputs and checked with the inputs themselves. An operation
        # that changes other tensors would change them twice, or not at all.
        for i, name in _written_arguments(func):
            written = values_in(args[i] if i < len(args) else kwargs.get(name))
            if any(value.storage not in self._made for value in written):
                self.refuse(f"{func} changes a tensor that existed before")

    def _result(self, func: Any, result: Any) -> Value | None:
        if result is None:
            return None
        if not isinstance(result, Tensor):
            self.refuse(f"{func} returns values")
        if id(result) in self._known:
            return self._known[id(result)][1]
        value = self._meet(result, f"v{len(self._known)}")
        if value.storage not in self._given:
            self._made.add(value.storage)
        return value

    def _value(self, tensor: Tensor) -> Value:
        if id(tensor) in self._known:
            return self._known[id(tensor)][1]
        value = self._meet(tensor, f"c{len(self.constants)}")
        if value.storage in self._given | self._made:
            self.refuse("a tensor was made by something that is not an operation")
        self.constants[value] = tensor
        return value

    def _meet(self, tensor: Tensor, name: str) -> Value:
        if type(tensor) not in (Tensor, nn.Parameter) or tensor.layout != torch.strided:
            self.refuse(f"a {type(tensor).__name__} of layout {tensor.layout}")
        value = Value.of(tensor, name)
        self._known[id(tensor)] = tensor, value
        return value


class _Readers(TorchFunctionMode):
    """Refuses functions that read the values of a tensor."""

    def __init__(self, recorder: _Recorder) -> None:
        super().__init__()
        self.recorder = recorder

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Call a function unless it reads values."""
        if func in _READERS:
            self.recorder.refuse(f"{func} reads values")
        return func(*args, **(kwargs or {}))
