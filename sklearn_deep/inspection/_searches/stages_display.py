"""Ranges of parameters in the stages of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from sklearn_deep.inspection._common import figure_and_panels
from sklearn_deep.inspection._searches.candidates import (
    Candidates,
    has_many_layer_sizes,
    results_of,
    scale_of,
)
from sklearn_deep.inspection._searches.display import BEST, MARKERS, stage_colors
from sklearn_deep.inspection._searches.names import short_names
from sklearn_deep.inspection._searches.scale import Scale, is_masked

_MOST_COLUMNS = 3
_JITTER = 0.14
_HALF_BAR = 0.3


class ParameterStages(NamedTuple):
    """Values and ranges of one parameter in all stages.

    Parameters
    ----------
    label : str
    values : list of list
        Values of each candidate: one value, or the widths of its layers.
    ranges : list of list
        Ranges of each stage: pairs (low, high), and lists of values.
    scale : Scale
    """

    label: str
    values: list[list[Any]]
    ranges: list[list[Any]]
    scale: Scale


class SearchStagesDisplay:
    """Search space and candidates of each stage of a search.

    There is one panel per parameter, on the scale of its distribution; the first stage is at the top. Bars
    are the ranges in ``stages_``, dots are the candidates of the stage, and the star is the best candidate
    of all stages. For ``hidden_layer_sizes`` from ``hidden_layers``, the number of layers and the units of
    each layer are drawn. If the range of a distribution is unknown, there are only dots.

    Create it with ``from_search``.

    Parameters
    ----------
    values : dict of str to sequence of length n_candidates
        Values of each parameter, one per candidate.
    stage_ranges : list of dict, or of list of dict
        ``stages_`` of a search.
    stages : array-like of int of shape (n_candidates,)
        Stage of each candidate, from 0.
    best_index : int or None, default=None
        Index of the candidate that is marked as the best.
    spaces : dict of str to list, default=None
        Lists and distributions of each parameter, which determine its scale.
    params : list of str or None, default=None
        Names of the parameters to draw; None draws all.

    Attributes
    ----------
    axes_ : ndarray of Axes
        Axes of the panels.
    figure_ : Figure
        Figure of the last plot.

    See Also
    --------
    SearchResultsDisplay : Scores against the same parameters.

    Examples
    --------
    >>> from sklearn_deep.inspection import SearchStagesDisplay
    >>> display = SearchStagesDisplay(
    ...     values={"mlp__learning_rate": [1e-4, 1e-2, 3e-3, 8e-3]},
    ...     stage_ranges=[{"mlp__learning_rate": (1e-5, 1e-1)}, {"mlp__learning_rate": (1e-3, 3e-2)}],
    ...     stages=[0, 0, 1, 1],
    ...     best_index=3,
    ... )
    >>> ax, = display.plot().axes_
    >>> ax.get_xlabel(), ax.get_xscale(), [word.get_text() for word in ax.get_yticklabels()]
    ('learning_rate', 'log', ['stage 0', 'stage 1'])
    """

    axes_: np.ndarray
    figure_: Any

    def __init__(
        self,
        *,
        values: Mapping[str, Sequence[Any]],
        stage_ranges: Sequence[Any],
        stages: Any,
        best_index: int | None = None,
        spaces: Mapping[str, Sequence[Any]] | None = None,
        params: Sequence[str] | None = None,
    ) -> None:
        self.values = values
        self.stage_ranges = stage_ranges
        self.stages = stages
        self.best_index = best_index
        self.spaces = spaces
        self.params = params

    @classmethod
    def from_search(
        cls, search: Any, params: Sequence[str] | None = None, *, ax: Any = None
    ) -> Self:
        """Draw the stages of a fitted search.

        Parameters
        ----------
        search : fitted BatchedRandomizedSearchCV
            Fitted search. It must have ``stages_`` and ``cv_results_``.
        params : list of str or None, default=None
            Names of the parameters to draw, where prefixes may be omitted if the rest is unique. None
            draws all parameters.
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. See ``plot``.

        Returns
        -------
        SearchStagesDisplay
            Display with the drawing.

        Raises
        ------
        NotFittedError
            If the search is not fitted.
        TypeError
            If it is not a search, or has no ``stages_``.
        ValueError
            If a parameter is unknown.
        ImportError
            If matplotlib is missing.
        """
        results = results_of(search, cls.__name__)
        if not hasattr(search, "stages_"):
            raise TypeError(
                f"{cls.__name__} requires a search with stages_, such as BatchedRandomizedSearchCV; got "
                f"{type(search).__name__}. For other searches, use SearchResultsDisplay."
            )
        # Any metric will do, because the best candidate is that of the search.
        metric = next(n for n in results if n.startswith("mean_test_")).removeprefix("mean_test_")
        found = Candidates.of_search(search, metric, cls.__name__)
        found.parameters(params, cls.__name__)
        return cls(
            values=found.values,
            stage_ranges=search.stages_,
            stages=found.stages,
            best_index=getattr(search, "best_index_", found.best_index),
            spaces=found.spaces,
            params=params,
        ).plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the panels.

        Parameters
        ----------
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. A single Axes is divided into panels, several are used directly, and None
            creates a new figure.

        Returns
        -------
        SearchStagesDisplay
            This Display.

        Raises
        ------
        ValueError
            If the number of Axes differs from that of the panels.
        ImportError
            If matplotlib is missing.
        """
        rows = self._rows()
        n_lines = -(-len(rows) // _MOST_COLUMNS)
        self.figure_, self.axes_ = figure_and_panels(
            self,
            ax,
            (n_lines, -(-len(rows) // n_lines)),
            n_panels=len(rows),
            panel_size=(3.4, 0.9 + 0.45 * len(self.stage_ranges)),
            sharey=True,
        )
        for panel, row in zip(self.axes_, rows, strict=True):
            self._draw(panel, row)
        # Inverted, so that the first stage is at the top of all panels.
        n_stages = len(self.stage_ranges)
        for panel in self.axes_:
            panel.set_ylim(n_stages - 0.5, -0.5)
        handles, labels = self.axes_[0].get_legend_handles_labels()
        if ax is None:
            self.figure_.legend(
                handles, labels, loc="outside lower center", ncols=len(labels), frameon=False
            )
        return self

    def _draw(self, panel: Any, row: ParameterStages) -> None:
        stages = np.asarray(self.stages, dtype=int)
        colors = stage_colors(len(row.ranges))
        jitter = np.random.RandomState(0).uniform(-_JITTER, _JITTER, len(stages))
        for stage, ranges in enumerate(row.ranges):
            for low, high in bars(ranges, row.scale):
                panel.fill_betweenx(
                    [stage - _HALF_BAR, stage + _HALF_BAR], low, high, color="0.85", lw=0
                )
            dots = [(v, i) for i in np.flatnonzero(stages == stage) for v in row.values[i]]
            panel.plot(
                row.scale.positions([value for value, _ in dots]),
                [stage + jitter[index] for _, index in dots],
                ls="none",
                marker=MARKERS[stage % len(MARKERS)],
                color=colors[stage],
                mec="white",
                mew=0.4,
                ms=6,
                label="candidate" if stage == 0 else None,
            )
        if self.best_index is not None:
            values = row.values[self.best_index]
            heights = [stages[self.best_index] + jitter[self.best_index]] * len(values)
            panel.plot(row.scale.positions(values), heights, label="best", **BEST)
        panel.fill_betweenx([], [], [], color="0.85", label="search space")
        row.scale.set_on(panel.xaxis)
        panel.set_xlabel(row.label)
        panel.set_yticks(range(len(row.ranges)), [f"stage {i}" for i in range(len(row.ranges))])
        panel.tick_params(axis="y", length=0)
        panel.grid(axis="x", alpha=0.3)

    def _rows(self) -> list[ParameterStages]:
        labels = short_names(list(self.values))
        by_short = {short: name for name, short in labels.items()}
        chosen = self.values if self.params is None else self.params
        names = [by_short.get(name, name) for name in chosen]
        return [row for name in names for row in self._rows_of(name, labels[name])]

    def _rows_of(self, name: str, label: str) -> list[ParameterStages]:
        values = list(self.values[name])
        ranges = [
            [part[name] for part in _parts(stage) if name in part] for stage in self.stage_ranges
        ]
        if any(isinstance(entry, dict) for stage in ranges for entry in stage):
            return _rows_of_layers(label, values, ranges)
        known = [entry for stage in ranges for entry in stage if not isinstance(entry, str)]
        ends = [end for entry in known for end in entry]
        # Ranges first, so that lists keep their order and the scale covers the first stage.
        scale = scale_of([*ends, *values], (self.spaces or {}).get(name, []))
        if has_many_layer_sizes(values) and not ends:
            depths = [[value] if is_masked(value) else [len(value)] for value in values]
            flat = [depth for one in depths for depth in one]
            return [ParameterStages(f"{label}:\nlayers", depths, ranges, Scale.of(flat))]
        return [ParameterStages(label, [[value] for value in values], ranges, scale)]


def _parts(stage: Any) -> Sequence[Mapping[str, Any]]:
    return [stage] if isinstance(stage, Mapping) else stage


def _rows_of_layers(
    label: str, values: list[Any], ranges: list[list[Any]]
) -> list[ParameterStages]:
    """Return the depths and widths of networks from ``hidden_layers``."""
    rows = []
    parts = (("layers", "n_layers"), ("units of a layer", "n_units"))
    for what, field in parts:
        of_stages = [[e[field] for e in stage if isinstance(e, dict)] for stage in ranges]
        drawn = [_of_layers(value, field) for value in values]
        kind = "log" if field == "n_units" and _is_log(ranges) else "linear"
        everything = [n for one in drawn for n in one] + [
            n for stage in of_stages for pair in stage for n in pair
        ]
        rows.append(
            ParameterStages(f"{label}:\n{what}", drawn, of_stages, Scale.of(everything, kind))
        )
    return rows


def _of_layers(value: Any, field: str) -> list[Any]:
    if is_masked(value):
        return [value]
    return [len(value)] if field == "n_layers" else sorted(set(value))


def _is_log(ranges: list[list[Any]]) -> bool:
    return any(isinstance(e, dict) and e["scale"] == "log" for stage in ranges for e in stage)


def bars(ranges: Sequence[Any], scale: Scale) -> list[tuple[float, float]]:
    """Return the ends of the bars for ranges, as positions on a scale."""
    found = []
    for entry in ranges:
        if isinstance(entry, str):  # a distribution with unknown range
            continue
        places = scale.positions(list(entry))
        if isinstance(entry, tuple):
            found.append(_widened(places[0], places[1], scale))
        else:
            found += [_widened(place, place, scale) for place in places]
    return found


def _widened(low: float, high: float, scale: Scale) -> tuple[float, float]:
    """Return the ends of a bar that is wide enough to be visible."""
    first, last = (scale.forward(end) for end in scale.limits)
    half = 0.3 if scale.kind == "category" else 0.01 * (last - first or 1.0)
    ends = scale.forward(np.array([low, high])) + np.array([-half, half])
    inside = scale.backward(ends)
    return float(inside[0]), float(inside[1])
