"""The candidates of a search, in the form that Displays draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import NotFittedError

from sklearn_deep._shared import known_names
from sklearn_deep._spaces import dimension_of
from sklearn_deep.inspection._searches.names import short_names, value_key
from sklearn_deep.inspection._searches.scale import (
    Scale,
    is_masked,
    is_number,
)

_PREFIX = "mean_test_"
# If there are more distinct tuples of layer widths, their depths and numbers of units are drawn.
_FEW_TUPLES = 6


@dataclass(frozen=True)
class Parameter:
    """One searched parameter: its value for each candidate, and the scale of its axis."""

    label: str
    values: list[Any]
    scale: Scale

    @property
    def positions(self) -> np.ndarray:
        """Positions of the candidates on the scale."""
        return self.scale.positions(self.values)

    @property
    def varies(self) -> bool:
        """Whether candidates have different values."""
        keys = {"not set" if is_masked(value) else value_key(value) for value in self.values}
        return len(keys) > 1


@dataclass(frozen=True)
class Candidates:
    """The candidates of a search.

    Parameters
    ----------
    values : dict of str to list
        Values of each searched parameter; masked if a candidate does not have the parameter.
    scores, spreads : ndarray of shape (n_candidates,)
        Mean and standard deviation of the score over folds.
    stages : ndarray of int of shape (n_candidates,)
        Stage of each candidate, from 0.
    best_index : int or None
        Index of the best candidate; None if no candidate has a score.
    score_name : str
        Name of the score.
    spaces : dict of str to list
        Lists and distributions of each parameter, if they are known.
    """

    values: dict[str, list[Any]]
    scores: np.ndarray
    spreads: np.ndarray
    stages: np.ndarray
    best_index: int | None
    score_name: str
    spaces: dict[str, list[Any]]

    @classmethod
    def of_search(cls, search: Any, metric: str | None, owner: str) -> Candidates:
        """Return the candidates of a fitted search."""
        results = results_of(search, owner)
        refit = getattr(search, "refit", None)
        is_default = metric is None or metric == refit
        if metric is None and isinstance(refit, str) and _PREFIX + refit in results:
            metric = refit
        found = cls.of_results(results, metric, owner)
        scoring = getattr(search, "scoring", None)
        if found.score_name == "score":
            name = scoring if isinstance(scoring, str) else _name_of_score(search, scoring)
            found = replace(found, score_name=name)
        index = getattr(search, "best_index_", None)
        if is_default and index is not None:
            found = replace(found, best_index=int(index))
        spaces = spaces_of(search)
        # In the order of the search space, because the columns of results are sorted by name.
        names = [*(name for name in spaces if name in found.values), *found.values]
        return replace(found, values={n: found.values[n] for n in names}, spaces=spaces)

    @classmethod
    def of_results(cls, results: Any, metric: str | None, owner: str) -> Candidates:
        """Return the candidates of ``cv_results_``."""
        metric = checked_metric(results, metric, owner)
        scores = np.asarray(results[_PREFIX + metric], dtype=float)
        spreads = np.asarray(results.get(f"std_test_{metric}", np.zeros(len(scores))), dtype=float)
        stages = np.asarray(results.get("stage", np.zeros(len(scores))), dtype=int)
        values = {
            name.removeprefix("param_"): _values_of_column(results[name])
            for name in results
            if name.startswith("param_")
        }
        if not values or not len(scores):
            raise ValueError(
                f"{owner} got results without candidates or without 'param_…' columns."
            )
        best = None if np.isnan(scores).all() else int(np.nanargmax(scores))
        return cls(values, scores, spreads, stages, best, metric, {})

    def parameters(self, chosen: Sequence[str] | None, owner: str) -> list[Parameter]:
        """Return the parameters to draw: those with given names, or all in which candidates differ."""
        shown = self._chosen(chosen, owner)
        labels = short_names(list(self.values))
        parts = [part for name in shown for part in parts_of(labels[name], *self._drawn_from(name))]
        if chosen is not None:
            return parts
        return [part for part in parts if part.varies] or parts

    def _drawn_from(self, name: str) -> tuple[list[Any], list[Any]]:
        return self.values[name], self.spaces.get(name, [])

    def _chosen(self, chosen: Sequence[str] | None, owner: str) -> list[str]:
        if chosen is None:
            return list(self.values)
        by_short = {short: name for name, short in short_names(list(self.values)).items()}
        names = [by_short.get(name, name) for name in chosen]
        for name in names:
            if name not in self.values:
                raise ValueError(
                    f"The 'params' argument of {owner} has {name!r}, which was not searched. "
                    f"{known_names(name, self.values)}"
                )
        if not names:
            raise ValueError(
                f"The 'params' argument of {owner} is empty. Use None for all parameters."
            )
        return names


def _name_of_score(search: Any, scoring: Any) -> str:
    """Return the name of the default score of scikit-learn's classifiers and regressors."""
    estimator = getattr(search, "estimator", None)
    if scoring is None and estimator is not None:
        if is_classifier(estimator):
            return "accuracy"
        if is_regressor(estimator):
            return "R²"
    return "score"


def results_of(search: Any, owner: str) -> Any:
    """Return the results of a fitted search.

    Raises
    ------
    NotFittedError
        If the search is not fitted.
    TypeError
        If it is not a search.
    """
    if hasattr(search, "cv_results_"):
        return search.cv_results_
    kind = type(search).__name__
    if any(hasattr(search, name) for name in ("param_distributions", "param_grid")):
        raise NotFittedError(f"{owner} requires a fitted search. Call fit of this {kind} first.")
    raise TypeError(
        f"{owner} requires a fitted search with cv_results_; got {kind}. For a dict of results, use "
        "from_results."
    )


def checked_metric(results: Any, metric: str | None, owner: str) -> str:
    """Return the name of the score to draw."""
    if not isinstance(results, Mapping) and not hasattr(results, "keys"):
        raise TypeError(f"{owner} requires cv_results_, a dict; got {type(results).__name__}.")
    known = [name.removeprefix(_PREFIX) for name in results if name.startswith(_PREFIX)]
    if not known:
        raise ValueError(f"{owner} got results without 'mean_test_…' scores.")
    if metric is None:
        if len(known) > 1:
            raise ValueError(
                f"{owner} got results of several metrics. Choose one with metric=: "
                f"{', '.join(map(repr, known))}."
            )
        return known[0]
    if metric not in known:
        raise ValueError(
            f"The 'metric' argument of {owner} is {metric!r}, which was not scored. "
            f"{known_names(metric, known)}"
        )
    return metric


def spaces_of(search: Any) -> dict[str, list[Any]]:
    """Return the lists and distributions of each parameter (several if the space is a list of dicts)."""
    space = getattr(search, "param_distributions", None) or getattr(search, "param_grid", {})
    found: dict[str, list[Any]] = {}
    for part in [space] if isinstance(space, Mapping) else space:
        for name, values in part.items():
            found.setdefault(name, []).append(values)
    return found


def _values_of_column(column: Any) -> list[Any]:
    """Return the values of a column; masked values remain masked."""
    if isinstance(column, list):
        return column
    column = column.to_numpy() if hasattr(column, "to_numpy") else column
    masks, values = np.ma.getmaskarray(column), np.ma.getdata(column)
    return [np.ma.masked if mask else v for v, mask in zip(values, masks, strict=True)]


def parts_of(label: str, values: list[Any], spaces: Sequence[Any]) -> list[Parameter]:
    """Return the quantities to draw for a parameter: its values, or the depth and number of units."""
    if not has_many_layer_sizes(values):
        return [Parameter(label, values, scale_of(values, spaces))]
    depths = [v if is_masked(v) else len(v) for v in values]
    units = [v if is_masked(v) else int(sum(v)) for v in values]
    return [
        Parameter(f"{label}:\nlayers", depths, Scale.of(depths)),
        Parameter(f"{label}:\ntotal units", units, Scale.of(units)),
    ]


def has_many_layer_sizes(values: Sequence[Any]) -> bool:
    """Return whether values are tuples of widths, and too many distinct ones for categories."""
    tuples = [value for value in values if not is_masked(value)]
    are_sizes = all(
        isinstance(value, tuple | list)
        and all(is_number(width) and float(width).is_integer() for width in value)
        for value in tuples
    )
    return are_sizes and len({tuple(value) for value in tuples}) > _FEW_TUPLES


def scale_of(values: Sequence[Any], spaces: Sequence[Any]) -> Scale:
    """Return the scale of a parameter: that of its distribution, if it is known."""
    dimensions = [dimension_of(space) for space in spaces]
    kinds = {dimension.axis() for dimension in dimensions} - {None}
    listed = [value for dimension in dimensions for value in dimension.values()]
    return Scale.of([*listed, *values], kinds.pop() if len(kinds) == 1 else None)
