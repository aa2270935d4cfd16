"""Scores of the candidates of a search against each parameter."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from sklearn_deep.inspection._common import figure_and_panels
from sklearn_deep.inspection._searches.candidates import Candidates, Parameter
from sklearn_deep.inspection._searches.display import (
    BEST,
    MARKERS,
    SearchDisplay,
    lowest_on_axis,
    set_plain_log_ticks,
    stage_colors,
)

_MOST_COLUMNS = 5
_JITTER = 0.12
_LEAST_WIDTH = 6.4  # inches


class SearchResultsDisplay(SearchDisplay):
    """Scores of the candidates of a search against each parameter, one panel per parameter.

    Candidates are colored by stage, and the best one is marked. Each parameter has the scale of its
    distribution: logarithmic if it is log-uniform (or if its values span a factor of 100 or more),
    logarithmic in 1 − x for ``one_minus_loguniform``; other values than numbers are categories. If there
    are both, the others (None, 0 on a log scale, "not set" if a candidate does not have the parameter) are
    to the left of the numbers. For more than six distinct ``hidden_layer_sizes``, the depth and the total
    number of units are drawn.

    Create it with ``from_search`` or ``from_results``.

    Parameters
    ----------
    values : dict of str to sequence of length n_candidates
        Values of each parameter, one per candidate.
    scores : array-like of shape (n_candidates,)
        Score of each candidate, larger is better; NaN if it has no score.
    spreads : array-like of shape (n_candidates,), default=None
        Standard deviations of the scores over folds.
    stages : array-like of int of shape (n_candidates,), default=None
        Stage of each candidate, from 0. None means a single stage.
    best_index : int or None, default=None
        Index of the candidate that is marked as the best.
    score_name : str, default="score"
        Name of the score.
    spaces : dict of str to list, default=None
        Lists and distributions of each parameter, which determine its scale.
    params : list of str or None, default=None
        Names of the parameters to draw; None draws all in which candidates differ (or all, if none differ).

    Attributes
    ----------
    axes_ : ndarray of Axes
        Axes of the panels.
    figure_ : Figure
        Figure of the last plot.

    See Also
    --------
    ParallelCoordinatesDisplay : Combinations of parameters.
    SearchStagesDisplay : Ranges of parameters in the stages of a search.

    Examples
    --------
    >>> from scipy.stats import loguniform
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import RidgeClassifier
    >>> from sklearn.model_selection import RandomizedSearchCV
    >>> from sklearn_deep.inspection import SearchResultsDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> space = {"alpha": loguniform(1e-4, 10), "fit_intercept": [True, False]}
    >>> search = RandomizedSearchCV(RidgeClassifier(), space, n_iter=5, cv=3, random_state=0)
    >>> display = SearchResultsDisplay.from_search(search.fit(X, y))
    >>> [ax.get_xlabel() for ax in display.axes_], display.axes_[0].get_xscale()
    (['alpha', 'fit_intercept'], 'log')
    """

    axes_: np.ndarray
    figure_: Any

    def plot(self, ax: Any = None, *, error: bool = False, error_bars: bool = False) -> Self:
        """Draw the panels.

        Scores far below the others, and candidates without a score, are marked at the edge.

        Parameters
        ----------
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. A single Axes is divided into panels, several are used directly, and None
            creates a new figure.
        error : bool, default=False
            If true, draw 1 − score (or minus the score, if its name starts with ``neg_``) on a log scale, which
            shows differences between good candidates better.
        error_bars : bool, default=False
            If true, draw error bars of one standard deviation over folds.

        Returns
        -------
        SearchResultsDisplay
            This Display.

        Raises
        ------
        ValueError
            If the number of Axes differs from that of the panels.
        ImportError
            If matplotlib is missing.
        """
        found, parameters = self._candidates(), self._parameters()
        n_rows = -(-len(parameters) // _MOST_COLUMNS)
        self.figure_, self.axes_ = figure_and_panels(
            self,
            ax,
            (n_rows, -(-len(parameters) // n_rows)),
            n_panels=len(parameters),
            panel_size=(2.9, 3.4),
            sharey=True,
        )
        if ax is None:  # The legend needs more width than one panel.
            self.figure_.set_figwidth(max(_LEAST_WIDTH, self.figure_.get_figwidth()))
        heights, name = _heights(found, error)
        for panel, parameter in zip(self.axes_, parameters, strict=True):
            if error and (heights[np.isfinite(heights)] > 0).all():
                panel.set_yscale("log")
                set_plain_log_ticks(panel.yaxis)
                finite = heights[np.isfinite(heights)]
                if len(finite) and np.ptp(finite) == 0:  # limits are undefined for a single height
                    panel.set_ylim(finite[0] / 2, finite[0] * 2)
            _draw_panel(panel, parameter, found, heights, error, error_bars)
            if panel.get_subplotspec() is None or panel.get_subplotspec().is_first_col():
                panel.set_ylabel(name)
        _add_legend(self.figure_, self.axes_, ax is None)
        return self


def _heights(found: Candidates, error: bool) -> tuple[np.ndarray, str]:
    """Return the values to draw for the scores, and their label."""
    if not error:
        return found.scores, f"cross-validated {found.score_name}"
    if found.score_name.startswith("neg_"):
        return -found.scores, f"cross-validated {found.score_name.removeprefix('neg_')}"
    of = "" if found.score_name == "score" else f" (1 − {found.score_name})"
    return 1 - found.scores, f"cross-validated error{of}"


def _draw_panel(
    panel: Any,
    parameter: Parameter,
    found: Candidates,
    heights: np.ndarray,
    error: bool,
    error_bars: bool,
) -> None:
    places = parameter.positions
    if parameter.scale.kind == "category":
        places = places + np.random.RandomState(0).uniform(-_JITTER, _JITTER, len(places))
    lowest = -np.inf if panel.get_yscale() == "log" else lowest_on_axis(found.scores)
    on_axis = np.isfinite(found.scores) & (found.scores >= lowest)
    colors = stage_colors(found.stages.max() + 1)
    for stage in np.unique(found.stages):
        rows = on_axis & (found.stages == stage)
        label = "candidate" if len(colors) == 1 else f"stage {stage}"
        spread = found.spreads[rows] if error_bars else None
        panel.errorbar(
            places[rows],
            heights[rows],
            spread,
            ls="none",
            marker=MARKERS[stage % len(MARKERS)],
            color=colors[stage],
            ms=6,
            mec="white",
            mew=0.4,
            elinewidth=0.8,
            label=label,
        )
    # At the edge: x in data coordinates, y as a fraction of the panel.
    edge = {"transform": panel.get_xaxis_transform(), "color": "0.25", "ls": "none", "zorder": 4}
    height = 0.97 if error else 0.03
    off, none = ~on_axis & ~np.isnan(found.scores), np.isnan(found.scores)
    marker = "^" if error else "v"
    for rows, mark, label in ((off, marker, "worse, off the axis"), (none, "x", "no score (NaN)")):
        if rows.any():
            panel.plot(places[rows], [height] * rows.sum(), marker=mark, label=label, **edge)
    best = found.best_index
    if best is not None:
        panel.plot(places[best], heights[best], label="best", zorder=5, **BEST)
    panel.margins(y=0.1)
    parameter.scale.set_on(panel.xaxis)
    panel.set_xlabel(parameter.label)
    panel.grid(alpha=0.3)


def _add_legend(figure: Any, panels: np.ndarray, is_own: bool) -> None:
    named = zip(*panels[0].get_legend_handles_labels(), strict=True)
    # Stages first, because matplotlib lists error bars last.
    handles, labels = zip(
        *sorted(named, key=lambda pair: hasattr(pair[0], "get_xdata")), strict=True
    )
    if is_own:
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    else:
        panels[0].legend(handles, labels, fontsize="small")
