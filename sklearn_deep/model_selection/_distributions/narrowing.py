"""The stages of a search: the space shrinks to the neighborhood of what was best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from numbers import Real
from typing import Any

from sklearn_deep._equality import same
from sklearn_deep.model_selection._distributions.distribution import integers, is_discrete
from sklearn_deep.model_selection._distributions.hidden_layers import hidden_layers
from sklearn_deep.model_selection._distributions.quantiles import Quantiles, described


def narrowed(space: Any, winners: Sequence[Mapping[str, Any]]) -> Any:
    """Return the part of a search space around the best candidates, each parameter on its scale.

    A distribution with ``cdf`` and ``ppf`` is cut to an interval of its quantiles (``neighborhood``
    has the rule), so a log-uniform one shrinks in the exponent and integers stay integers. A list
    keeps, in order, what still wins, and one alternative at least. What has a method ``narrowed``,
    as ``hidden_layers`` has, narrows itself. Other distributions stay.

    Parameters
    ----------
    space : dict, or sequence of dict
        As ``param_distributions`` of ``RandomizedSearchCV``; perhaps narrowed before.
    winners : sequence of dict
        Parameters of the best candidates, drawn from ``space``, the best first. Numbers outside it
        count as its nearest end. Without any, the space stays.

    Returns
    -------
    dict or list of dict
        Of the form of ``space``. Of several spaces those stay that a winner may have come from, by
        the names of its parameters and their values.
    """
    if isinstance(space, Mapping):
        return narrowed_subspace(space, winners)
    origins = [possible_origins(space, winner) for winner in winners]
    shares = [
        [winner for winner, places in zip(winners, origins, strict=True) if index in places]
        for index in range(len(space))
    ]
    if not any(shares):
        return space
    return [narrowed_subspace(sub, own) for sub, own in zip(space, shares, strict=True) if own]


def possible_origins(spaces: Sequence[Any], winner: Mapping[str, Any]) -> list[int]:
    """Return which of several spaces a winner may have come from."""
    named = [index for index, space in enumerate(spaces) if space.keys() == winner.keys()]
    # What was drawn before the spaces were narrowed may lie outside all of them.
    return [i for i in named if all(holds(spaces[i][k], v) for k, v in winner.items())] or named


def holds(values: Any, value: Any) -> bool:
    """Tell whether a value can be drawn from a list or a distribution, as far as that is known."""
    if hasattr(values, "holds"):
        return bool(values.holds(value))
    if has_quantiles(values):
        return isinstance(value, Real) and Quantiles(values).holds(value)
    return hasattr(values, "rvs") or any(same(value, entry) for entry in values)


def narrowed_subspace(
    space: Mapping[str, Any], winners: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return one space around winners, the best first."""
    chosen = {name: [w[name] for w in winners if name in w] for name in space}
    return {name: around(values, chosen[name]) for name, values in space.items()}


def around(values: Any, chosen: Sequence[Any]) -> Any:
    """Return what a list or a distribution has around the values of winners."""
    if not chosen:
        return values
    if hasattr(values, "narrowed"):
        return values.narrowed(chosen)
    if has_quantiles(values):
        return Quantiles(values).narrowed(chosen)
    return values if hasattr(values, "rvs") else still_winning(values, chosen)


def still_winning(values: Sequence[Any], chosen: Sequence[Any]) -> list[Any]:
    """Return the entries that were chosen, in order; where all are one, its neighbour too."""
    entries = list(values)
    won = [i for i, entry in enumerate(entries) if any(same(entry, value) for value in chosen)]
    if not won:
        return entries
    others = [i for i, entry in enumerate(entries) if not same(entry, entries[won[0]])]
    if others and not set(others) & set(won):
        # The order of a list may mean something: the nearest, and of two the one that follows.
        won.append(min(others, key=lambda i: (abs(i - won[0]), -i)))
    return [entries[i] for i in sorted(won)]


def has_quantiles(values: Any) -> bool:
    """Tell whether a distribution is one of a number whose quantiles are known."""
    return hasattr(values, "cdf") and hasattr(values, "ppf")


def plain_space(space: Any) -> Any:
    """Describe a search space by plain data, so that its stages can be compared.

    Parameters
    ----------
    space : dict, or sequence of dict
        As ``narrowed`` takes and returns it.

    Returns
    -------
    dict or list of dict
        For each parameter the tuple (low, high) of a distribution with quantiles, a list, a dict of
        the fields of ``hidden_layers``, or the ``repr`` of another distribution.
    """
    if not isinstance(space, Mapping):
        return [plain_space(subspace) for subspace in space]
    return {name: what_may_be_drawn(values) for name, values in space.items()}


def what_may_be_drawn(values: Any) -> Any:
    """Describe a list or a distribution by plain data."""
    if isinstance(values, hidden_layers):
        return asdict(values)
    if has_quantiles(values):
        return ends(values)
    return described(values) if hasattr(values, "rvs") else list(values)


def ends(distribution: Any) -> tuple[float, float]:
    """Return the smallest and the largest number that may be drawn."""
    part = distribution if isinstance(distribution, Quantiles) else Quantiles(distribution)
    low, high = map(float, part.ppf([0, 1]))
    return (integers(low), integers(high)) if is_discrete(part.distribution) else (low, high)
