"""A tape as a Python function with one line per operation and without loops and branches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

from torch import Tensor

from sklearn_deep._recording.tape import Call, Value


class Program:
    """A function that prepares a function.

    ``program(*prepared)`` runs the preparations. It returns a function of the other inputs, which runs
    the calls and returns the outputs.

    Parameters
    ----------
    prepared, inputs : sequence of Value
        Arguments of the two functions.
    preparations, calls : sequence of Call
        Operations of the two functions.
    outputs : sequence of Value
    constants : dict of Value to Tensor

    Attributes
    ----------
    source : str
        The Python code.
    """

    def __init__(
        self,
        prepared: Sequence[Value],
        preparations: Sequence[Call],
        inputs: Sequence[Value],
        calls: Sequence[Call],
        outputs: Sequence[Value],
        constants: dict[Value, Tensor],
    ) -> None:
        self._space: dict[str, Any] = {value.name: tensor for value, tensor in constants.items()}
        self._names: dict[int, str] = {}
        lines = [f"def prepare({_comma_separated(prepared)}):"]
        lines += [f"    {self._line(call)}" for call in preparations]
        lines += [f"    def step({_comma_separated(inputs)}):"]
        # Results are released as early as possible: their memory, still in the cache, is used next.
        released = _released(calls, outputs)
        for call, values in zip(calls, released, strict=True):
            free = f"; {' = '.join(value.name for value in values)} = None" if values else ""
            lines.append(f"        {self._line(call)}{free}")
        lines += [f"        return ({_comma_separated(outputs)},)", "    return step"]
        self.source = "\n".join(lines)
        exec(compile(self.source, "<recorded step>", "exec"), self._space)

    def __call__(self, *prepared: Tensor) -> Callable[..., tuple[Tensor, ...]]:
        """Run the preparations and return the function of the other inputs."""
        step: Callable[..., tuple[Tensor, ...]] = self._space["prepare"](*prepared)
        return step

    def _line(self, call: Call) -> str:
        # The fast functions use other names for some keyword arguments.
        function = (not call.kwargs and call.operation.fast) or call.function
        given = [self._written(argument) for argument in call.args]
        given += [f"{name}={self._written(value)}" for name, value in call.kwargs.items()]
        left = ", ".join("_" if value is None else value.name for value in call.results)
        if call.several:
            left = f"[{left}]"
        line = f"{self._named(function)}({', '.join(given)})"
        return line if call.results == [None] else f"{left} = {line}"

    def _written(self, argument: Any) -> str:
        if isinstance(argument, Value):
            return argument.name
        if isinstance(argument, list | tuple):
            return f"[{', '.join(map(self._written, argument))}]"
        if isinstance(argument, float) and not isfinite(argument):
            return f"float({str(argument)!r})"
        if argument is None or type(argument) in (bool, int, float, str):
            return repr(argument)
        return self._named(argument)

    def _named(self, held: Any) -> str:
        """Return a name by which the generated code refers to an object."""
        if id(held) not in self._names:
            name = getattr(held, "__name__", type(held).__name__).replace(".", "_")
            while name in self._space:
                name += "_"
            self._names[id(held)], self._space[name] = name, held
        return self._names[id(held)]


def _comma_separated(values: Sequence[Value]) -> str:
    return ", ".join(value.name for value in values)


def _released(calls: Sequence[Call], outputs: Sequence[Value]) -> list[list[Value]]:
    """Return, for each call, the results of calls that are not needed after it."""
    made = {value for call in calls for value in call.results} - set(outputs)
    released = []
    for call in reversed(calls):
        mine = [v for v in dict.fromkeys([*call.given(), *call.results]) if v in made and v]
        released.append(mine)
        made.difference_update(mine)
    return released[::-1]
