"""What a call of ``fit`` or ``partial_fit`` asks for."""

from __future__ import annotations

from typing import Any, NamedTuple


class Validation(NamedTuple):
    """Validation rows as the user gave them."""

    X: Any = None
    y: Any = None
    sample_weight: Any = None


class Request(NamedTuple):
    """The arguments of a call, unchecked.

    Parameters
    ----------
    X, y, sample_weight : as the user gave them
    validation : Validation
    goes_on : bool
        Whether training goes on from the fitted weights.
    partial : bool
        Whether it is one epoch of ``partial_fit``: no early stopping, no validation split.
    classes : array-like or None
        All labels that calls of ``partial_fit`` will bring.
    """

    X: Any
    y: Any
    sample_weight: Any
    validation: Validation = Validation()
    goes_on: bool = False
    partial: bool = False
    classes: Any = None

    def without_data(self) -> Request:
        """Return what is left to know once there is a plan."""
        return self._replace(X=None, y=None, sample_weight=None, validation=Validation())
