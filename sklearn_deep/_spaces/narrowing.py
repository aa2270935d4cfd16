"""The stages of a search: the space shrinks to the neighborhood of what was best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn_deep._spaces.dimension import dimension_of


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
    return [
        i for i in named if all(dimension_of(spaces[i][k]).holds(v) for k, v in winner.items())
    ] or named


def narrowed_subspace(
    space: Mapping[str, Any], winners: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return one space around winners, the best first."""
    chosen = {name: [w[name] for w in winners if name in w] for name in space}
    return {name: dimension_of(values).around(chosen[name]) for name, values in space.items()}


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
    return {name: dimension_of(values).plain() for name, values in space.items()}
