"""The arguments of ``fit`` and ``partial_fit``."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor


class Validation(NamedTuple):
    """Validation samples as passed by the user."""

    X: Any = None
    y: Any = None
    sample_weight: Any = None


class FitCall(NamedTuple):
    """Unchecked arguments of one call of ``fit`` or ``partial_fit``.

    Parameters
    ----------
    X, y, sample_weight : as passed by the user
    validation : Validation
    continues : bool
        Whether training continues from the fitted weights.
    partial : bool
        Whether it is a call of ``partial_fit``: one epoch, no early stopping, no validation split.
    classes : array-like or None
        All labels that occur in any call of ``partial_fit``.
    """

    X: Any
    y: Any
    sample_weight: Any
    validation: Validation = Validation()
    continues: bool = False
    partial: bool = False
    classes: Any = None

    def with_arrays(self) -> FitCall:
        """Return the call with arrays in place of tensors."""
        values = (without_tensor(value) for value in self)
        return FitCall(*values)._replace(
            validation=Validation(*map(without_tensor, self.validation))
        )

    def without_data(self) -> FitCall:
        """Return the call without the data, which the plan holds."""
        return self._replace(X=None, y=None, sample_weight=None, validation=Validation())


def without_tensor(value: Any) -> Any:
    """Return the array that shares the memory of a tensor; any other value unchanged.

    scikit-learn's checks would convert a float32 tensor to float64. NumPy has no bfloat16, so such
    a tensor becomes float32.

    Raises
    ------
    RuntimeError, TypeError
        If the tensor requires a gradient, or is not on the CPU.
    """
    if not isinstance(value, Tensor):
        return value
    return (value.float() if value.dtype == torch.bfloat16 else value).numpy()
