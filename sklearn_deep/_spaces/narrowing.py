"""Reduction of a search space to the neighborhood of the best candidates, between stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sklearn_deep._spaces.dimension import dimension_of


def narrowed(space: Any, winners: Sequence[Mapping[str, Any]]) -> Any:
    """Return the part of a search space around the best candidates, one parameter at a time.

    A distribution with ``cdf`` and ``ppf`` is reduced to an interval between two quantiles (see
    ``neighborhood`` for the rule), so a log-uniform distribution shrinks in the exponent, and integers
    remain integers. A list keeps, in order, the values of the best candidates, and at least one
    alternative. An object with a method ``narrowed``, such as ``hidden_layers``, narrows itself. Other
    distributions are unchanged.

    Parameters
    ----------
    space : dict, or sequence of dict
        Like ``param_distributions`` of ``RandomizedSearchCV``. It may have been narrowed before.
    winners : sequence of dict
        Parameters of the best candidates, drawn from ``space``, the best first. A number outside of
        a distribution counts as its nearest end. If the sequence is empty, the space is unchanged.

    Returns
    -------
    dict or list of dict
        Has the form of ``space``. Of several spaces, those are kept from which a winner may have been
        drawn, according to the names and values of its parameters.
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
    """Return the indices of the spaces from which a winner may have been drawn."""
    named = [index for index, space in enumerate(spaces) if space.keys() == winner.keys()]
    # If the spaces were narrowed since, a winner may be outside of all of them.
    return [
        i for i in named if all(dimension_of(spaces[i][k]).holds(v) for k, v in winner.items())
    ] or named


def narrowed_subspace(
    space: Mapping[str, Any], winners: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a space around the best candidates, given best first."""
    chosen = {name: [w[name] for w in winners if name in w] for name in space}
    return {name: dimension_of(values).around(chosen[name]) for name, values in space.items()}


def plain_space(space: Any) -> Any:
    """Return a description of a search space as plain data, so that its stages can be compared.

    Parameters
    ----------
    space : dict, or sequence of dict
        As ``narrowed`` accepts and returns it.

    Returns
    -------
    dict or list of dict
        For each parameter: a tuple (low, high) for a distribution with quantiles, a list, a dict of
        the fields of ``hidden_layers``, or the ``repr`` of another distribution.
    """
    if not isinstance(space, Mapping):
        return [plain_space(subspace) for subspace in space]
    return {name: dimension_of(values).plain() for name, values in space.items()}
