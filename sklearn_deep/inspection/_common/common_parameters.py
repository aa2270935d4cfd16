"""Effect of common parameters of scikit-learn's estimators on the flexibility of the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, NamedTuple

Step = Callable[[Any], Any]


class Ways(NamedTuple):
    """A change of a parameter to a more flexible model, and one to a simpler model."""

    looser: Step
    simpler: Step


def times(factor: float, *, from_zero: float | None = None) -> Step:
    """Return a step that multiplies a number, or each number of a sequence.

    Parameters
    ----------
    factor : float
    from_zero : float or None
        Value that follows 0; None if there is none.
    """

    def step(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return _each(value, step)
        if not _is_single_number(value):
            return None
        return float(f"{value * factor:.3g}") if value else from_zero

    return step


def count(factor: float, *, least: int = 1) -> Step:
    """Return a step that multiplies an integer, or each integer of a sequence; at least ``least``."""

    def step(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return _each(value, step)
        if not _is_single_number(value) or not isinstance(value, Integral):
            return None
        new = max(least, round(int(value) * factor))
        return None if new == value else new

    return step


def _each(values: Sequence[Any], step: Step) -> Any:
    """Return a sequence in which each value is changed by a step; None if no value can be changed."""
    steps = [step(value) for value in values]
    if all(new is None for new in steps):
        return None
    return tuple(old if new is None else new for old, new in zip(values, steps, strict=True))


def _is_single_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def instead_of_none(value: Any, step: Step) -> Step:
    """Return a step that replaces None by a number."""
    return lambda present: value if present is None else step(present)


def never(value: Any) -> None:
    """Return None, because there is no step."""
    return


_PENALTY = Ways(times(0.1), times(10, from_zero=1e-3))
_INVERSE_PENALTY = Ways(times(10), times(0.1))

COMMON: Mapping[str, Ways] = {
    "C": _INVERSE_PENALTY,
    "alpha": _PENALTY,
    "l2_regularization": _PENALTY,
    "reg_alpha": _PENALTY,
    "reg_lambda": _PENALTY,
    "reg_param": Ways(times(0.1), times(2, from_zero=0.1)),
    "gamma": _INVERSE_PENALTY,
    "ccp_alpha": Ways(times(0.1), times(10, from_zero=1e-3)),
    "max_depth": Ways(count(2), instead_of_none(8, count(0.5))),
    "max_leaf_nodes": Ways(count(2), instead_of_none(31, count(0.5, least=2))),
    "min_samples_leaf": Ways(count(0.5), count(5)),
    "n_neighbors": Ways(count(0.5), count(2)),
    "hidden_layer_sizes": Ways(count(2), count(0.5)),
    "n_components": Ways(count(2), never),
    "early_stopping": Ways(never, lambda value: True if value is False else None),
}
