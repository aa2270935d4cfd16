"""Base class of all plug-ins."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar, Self

from torch import Tensor

from sklearn_deep._compat.sklearn import Estimator, validate_parameter_constraints


class Plugin(Estimator):
    """Base class of plug-ins: a few fields and one formula.

    Subclasses are dataclasses, ``@dataclass(eq=False, repr=False)``. A field annotated
    ``float | Tensor`` is a *number*, which may differ between the networks of a population. During
    training it is a 0-d tensor, so the formula must use tensor operations on it and never branch on
    it. Every other field is *structure* and is the same for the whole population.

    A subclass may define constraints of its fields in ``_parameter_constraints``, as estimators of
    scikit-learn do.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    @classmethod
    def _number_names(cls) -> tuple[str, ...]:
        if not is_dataclass(cls):
            return ()
        return tuple(f.name for f in fields(cls) if _may_be_tensor(f.type))

    def numbers(self) -> dict[str, float]:
        """Return the fields that may differ between the networks of a population."""
        return {name: float(getattr(self, name)) for name in self._number_names()}

    def with_numbers(self, numbers: Mapping[str, Tensor]) -> Self:
        """Return a copy whose numbers are the given tensors, or the plug-in itself if there are none.

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
        """Return a key that is equal for plug-ins that can be trained in one population."""
        numbers = self._number_names()
        held = sorted(self.get_params(deep=False).items())
        return (type(self), tuple((n, _group_key(value)) for n, value in held if n not in numbers))

    def check(self) -> Self:
        """Return the plug-in itself; raise an error if a field is out of its range."""
        validate_parameter_constraints(
            self._parameter_constraints,
            self.get_params(deep=False),
            caller_name=type(self).__name__,
        )
        return self


def _group_key(value: Any) -> Any:
    """Return a value that compares fields: for a plug-in inside another, its structure and numbers."""
    if isinstance(value, Plugin):
        return value.structure(), tuple(value.numbers().items())
    return value


def _may_be_tensor(annotation: Any) -> bool:
    """Return whether a type annotation is a union that includes ``Tensor``.

    With ``from __future__ import annotations`` it is a string, otherwise a type.
    """
    sides = str(annotation).split("|")
    return any(side.strip().split(".")[-1] == "Tensor" for side in sides)
