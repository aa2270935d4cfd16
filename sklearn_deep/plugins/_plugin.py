"""The base class of everything that can be plugged into an estimator."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar, Self

from torch import Tensor

from sklearn_deep._compat.sklearn import Estimator, validate_parameter_constraints


class Plugin(Estimator):
    """A small set of fields and one formula.

    Subclasses are dataclasses, ``@dataclass(eq=False, repr=False)``. A field annotated
    ``float | Tensor`` is a *number*: a search may vary it inside one population, so in
    training it is a 0-d tensor, and the formula must use tensor operations and never
    branch on it. Every other field is *structure*.

    A subclass may constrain its fields with ``_parameter_constraints``, as scikit-learn's
    estimators do.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    @classmethod
    def _number_names(cls) -> tuple[str, ...]:
        if not is_dataclass(cls):
            return ()
        return tuple(f.name for f in fields(cls) if _may_be_tensor(f.type))

    def numbers(self) -> dict[str, float]:
        """Return the fields that may differ inside a population."""
        return {name: float(getattr(self, name)) for name in self._number_names()}

    def with_numbers(self, numbers: Mapping[str, Tensor]) -> Self:
        """Return a copy whose numbers are the given tensors; without any, the plug-in itself.

        Parameters
        ----------
        numbers : mapping of str to Tensor
            Tensors by field name.
        """
        if not numbers:
            return self
        twin = copy.copy(self)
        for name, value in numbers.items():
            setattr(twin, name, value)
        return twin

    def structure(self) -> Hashable:
        """Return what must be equal for two plug-ins to be trained in one population."""
        numbers = self._number_names()
        held = sorted(self.get_params(deep=False).items())
        return (type(self), tuple((n, _group_key(value)) for n, value in held if n not in numbers))

    def check(self) -> Self:
        """Raise where a field is out of its range, else return the plug-in itself."""
        validate_parameter_constraints(
            self._parameter_constraints,
            self.get_params(deep=False),
            caller_name=type(self).__name__,
        )
        return self


def _group_key(value: Any) -> Any:
    """Return what a field is compared by: a plug-in inside another by all that it holds."""
    if isinstance(value, Plugin):
        return value.structure(), tuple(value.numbers().items())
    return value


def _may_be_tensor(annotation: Any) -> bool:
    """Return whether one side of a union, as written or as evaluated, is the class ``Tensor``."""
    sides = str(annotation).split("|")
    return any(side.strip().split(".")[-1] == "Tensor" for side in sides)
