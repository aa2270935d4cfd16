"""The arguments of ``fit`` and ``partial_fit``."""

from __future__ import annotations

from typing import Any, NamedTuple


class Validation(NamedTuple):
    """Validation samples as the user gave them."""

    X: Any = None
    y: Any = None
    sample_weight: Any = None


class FitCall(NamedTuple):
    """One call of ``fit`` or ``partial_fit``: its arguments, unchecked.

    Parameters
    ----------
    X, y, sample_weight : as the user gave them
    validation : Validation
    continues : bool
        Whether training continues from the fitted weights.
    partial : bool
        Whether it is one epoch of ``partial_fit``: no early stopping, no validation split.
    classes : array-like or None
        All labels of all calls of ``partial_fit``.
    """

    X: Any
    y: Any
    sample_weight: Any
    validation: Validation = Validation()
    continues: bool = False
    partial: bool = False
    classes: Any = None

    def without_data(self) -> FitCall:
        """Return the call as it is needed after planning: the plan has the data."""
        return self._replace(X=None, y=None, sample_weight=None, validation=Validation())
