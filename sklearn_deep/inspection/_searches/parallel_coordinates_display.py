"""Parallel coordinates of the candidates of a search."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from sklearn_deep.inspection._common import figure_and_axes
from sklearn_deep.inspection._searches.candidates import Parameter
from sklearn_deep.inspection._searches.display import BEST, SearchDisplay, lowest_on_axis

_WIDTH = 1.35
_JITTER = 0.025
# Colors distinguish good candidates; all scores further below the best have the same color.
_FAR = 3


class ParallelCoordinatesDisplay(SearchDisplay):
    """Parallel coordinates: each candidate of a search is a line, colored by its score.

    Shows which combinations of parameters are good. There is one vertical axis per parameter, with its own
    scale, as in ``SearchResultsDisplay``. Better candidates are drawn over worse ones; the best one is the
    thickest. Candidates without a score are dotted, below all others.

    Create it with ``from_search`` or ``from_results``.

    Parameters
    ----------
    values : dict of str to sequence of length n_candidates
        Values of each parameter, one per candidate.
    scores : array-like of shape (n_candidates,)
        Score of each candidate, larger is better; NaN if it has no score.
    spreads : array-like of shape (n_candidates,), default=None
        Standard deviations of the scores over folds. Not drawn.
    stages : array-like of int of shape (n_candidates,), default=None
        Stage of each candidate, from 0. Not drawn.
    best_index : int or None, default=None
        Index of the candidate that is marked as the best.
    score_name : str, default="score"
        Name of the score.
    spaces : dict of str to list, default=None
        Lists and distributions of each parameter, which determine its scale.
    params : list of str or None, default=None
        Names of the parameters to draw, from left to right; None draws all in which candidates differ.

    Attributes
    ----------
    ax_ : Axes
        Axes of the last plot: x is the index of the parameter, y is the position on its scale, from 0 to 1.
    figure_ : Figure
        Figure of the last plot.
    colorbar_ : Colorbar or None
        Color bar of the scores; None if no candidate has a score.

    See Also
    --------
    SearchResultsDisplay : One panel per parameter.

    Examples
    --------
    >>> from sklearn_deep.inspection import ParallelCoordinatesDisplay
    >>> results = {
    ...     "param_C": [0.01, 1.0, 100.0],
    ...     "param_kernel": ["rbf", "rbf", "linear"],
    ...     "mean_test_score": [0.6, 0.9, 0.8],
    ... }
    >>> display = ParallelCoordinatesDisplay.from_results(results)
    >>> [line.get_ydata().round(1).tolist() for line in display.ax_.lines[:3]]
    [[0.0, 0.0], [1.0, 1.0], [0.5, 0.0]]
    """

    ax_: Any
    figure_: Any
    colorbar_: Any

    def plot(self, ax: Any = None, *, cmap: str = "viridis_r") -> Self:
        """Draw the lines.

        Parameters
        ----------
        ax : matplotlib axes or None, default=None
            Axes to draw on. None creates a new figure.
        cmap : str, default="viridis_r"
            Colormap of matplotlib. It ranges from the worst to the best score; with the default, the best is
            the darkest.

        Returns
        -------
        ParallelCoordinatesDisplay
            This Display.

        Raises
        ------
        ImportError
            If matplotlib is missing.
        """
        found, parameters = self._candidates(), self._parameters()
        is_own = ax is None
        self.figure_, self.ax_ = figure_and_axes(self, ax)
        if is_own:
            self.figure_.set_size_inches(max(5.0, 2 + _WIDTH * len(parameters)), 4.5)
        heights = np.array([_heights_on_axis(parameter) for parameter in parameters])
        colors = self._colors(found.scores, cmap)
        self._draw_lines(heights, found.scores, found.best_index, colors)
        for place, parameter in enumerate(parameters):
            _draw_axis(self.ax_, place, parameter)
        self._frame(parameters)
        if found.best_index is not None:
            self.ax_.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False)
        self.colorbar_ = self._add_colorbar(found.scores, colors, found.score_name)
        return self

    def _colors(self, scores: np.ndarray, cmap: str) -> Any:
        import matplotlib as mpl

        finite = scores[np.isfinite(scores)]
        low = max(finite.min(), lowest_on_axis(scores, _FAR)) if len(finite) else 0.0
        high = finite.max() if len(finite) else 1.0
        return mpl.cm.ScalarMappable(mpl.colors.Normalize(low, high), cmap)

    def _draw_lines(
        self, heights: np.ndarray, scores: np.ndarray, best: int | None, colors: Any
    ) -> None:
        from matplotlib import patheffects

        outline = patheffects.withStroke(linewidth=5, foreground="black")
        # Sorted by score with NaN first, so that better candidates are drawn over worse ones.
        for rank, row in enumerate(np.argsort(np.nan_to_num(scores, nan=-np.inf), kind="stable")):
            is_best, has_score = row == best, not np.isnan(scores[row])
            self.ax_.plot(
                heights[:, row],
                color=BEST["mfc"]
                if is_best
                else colors.to_rgba(scores[row])
                if has_score
                else "0.6",
                ls="-" if has_score else ":",
                lw=3 if is_best else 1.3,
                marker="o" if len(heights) == 1 else None,
                path_effects=[outline] if is_best else None,
                label="best" if is_best else None,
                gid="best" if is_best else "candidate" if has_score else "no score",
                zorder=3 if is_best else 2 + rank / (2 * len(scores)),
            )

    def _frame(self, parameters: list[Parameter]) -> None:
        self.ax_.set_xticks(
            range(len(parameters)), [_label(parameter.label) for parameter in parameters]
        )
        self.ax_.tick_params(axis="x", length=0, pad=8)
        if len(parameters) > 1:
            self.ax_.tick_params(axis="x", labelrotation=20)
            for word in self.ax_.get_xticklabels():
                word.set(ha="right", rotation_mode="anchor")
        self.ax_.set(yticks=[], ylim=(-0.04, 1.04), xlim=(-0.55, len(parameters) - 0.8))
        self.ax_.spines[:].set_visible(False)

    def _add_colorbar(self, scores: np.ndarray, colors: Any, name: str) -> Any:
        finite = scores[np.isfinite(scores)]
        if not len(finite):
            return None
        ends = "min" if finite.min() < colors.norm.vmin else "neither"
        label = f"cross-validated {name}"
        return self.figure_.colorbar(colors, ax=self.ax_, label=label, extend=ends, pad=0.02)


def _heights_on_axis(parameter: Parameter) -> np.ndarray:
    """Return heights from 0 to 1; equal heights are slightly separated."""
    heights: np.ndarray = parameter.scale.shares(parameter.positions)
    n_distinct = len(set(heights))
    is_spread = parameter.scale.kind != "category" and n_distinct > len(heights) / 2
    if is_spread or n_distinct == len(heights):
        return heights
    return heights + np.random.RandomState(0).uniform(-_JITTER, _JITTER, len(heights))


def _draw_axis(ax: Any, place: int, parameter: Parameter) -> None:
    behind = {"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.75}
    ax.axvline(place, color="black", lw=0.8, zorder=4)
    positions, words = parameter.scale.ticks()
    for height, word in zip(parameter.scale.shares(np.array(positions)), words, strict=True):
        ax.plot([place - 0.04, place], [height, height], color="black", lw=0.8, zorder=4)
        at = {"ha": "right", "va": "center", "fontsize": 8, "zorder": 5}
        ax.text(place - 0.07, height, word, bbox=behind, **at)


def _label(label: str) -> str:
    return label.replace("\n", " ")
