"""Base class of the Displays of searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from sklearn_deep.inspection._searches.candidates import Candidates, Parameter

MARKERS = ("o", "s", "^", "D", "v", "P", "p", "h")
BEST = {"marker": "*", "ms": 15, "mfc": "#e4002b", "mec": "black", "mew": 0.8, "ls": "none"}
# Scores are not drawn if their distance to the best exceeds this multiple of the lower quartile's.
_FAR = 20


class SearchDisplay:
    """Base class of the Displays of a search."""

    def __init__(
        self,
        *,
        values: Mapping[str, Sequence[Any]],
        scores: Any,
        spreads: Any = None,
        stages: Any = None,
        best_index: int | None = None,
        score_name: str = "score",
        spaces: Mapping[str, Sequence[Any]] | None = None,
        params: Sequence[str] | None = None,
    ) -> None:
        self.values = values
        self.scores = scores
        self.spreads = spreads
        self.stages = stages
        self.best_index = best_index
        self.score_name = score_name
        self.spaces = spaces
        self.params = params

    def plot(self, ax: Any = None) -> Self:
        """Draw the candidates."""
        raise NotImplementedError

    @classmethod
    def from_search(
        cls,
        search: Any,
        params: Sequence[str] | None = None,
        *,
        metric: str | None = None,
        ax: Any = None,
        **kwargs: Any,
    ) -> Self:
        """Draw the candidates of a fitted search.

        Parameters
        ----------
        search : fitted search
            Fitted search. ``BatchedRandomizedSearchCV`` or a search of scikit-learn, with ``cv_results_``.
        params : list of str or None, default=None
            Names of the parameters to draw, where prefixes may be omitted if the rest is unique. None
            draws all parameters in which candidates differ.
        metric : str or None, default=None
            Name of the metric. None uses the only metric, or that of ``refit``. For this metric, the best
            candidate is ``best_index_``; for others it is the candidate with the highest score.
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. See ``plot``.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        Display
            Display with the drawing.

        Raises
        ------
        NotFittedError
            If the search is not fitted.
        TypeError
            If it is not a search.
        ValueError
            If a parameter or the metric is unknown, or ``metric`` must be set because there are several.
        ImportError
            If matplotlib is missing.
        """
        found = Candidates.of_search(search, metric, cls.__name__)
        return cls._of(found, params).plot(ax, **kwargs)

    @classmethod
    def from_results(
        cls,
        cv_results: Any,
        params: Sequence[str] | None = None,
        *,
        metric: str | None = None,
        ax: Any = None,
        **kwargs: Any,
    ) -> Self:
        """Draw the candidates in ``cv_results_``; scales are inferred from the values.

        Parameters
        ----------
        cv_results : dict or data frame
            ``cv_results_`` of a search.
        params : list of str or None, default=None
            As in ``from_search``.
        metric : str or None, default=None
            Name of the metric. Required if there are several.
        ax : matplotlib axes, array of them or None, default=None
            Axes to draw on. See ``plot``.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        Display
            Display with the drawing.

        Raises
        ------
        TypeError, ValueError
            If there are no results, a parameter or the metric is unknown, or ``metric`` must be set.
        ImportError
            If matplotlib is missing.
        """
        found = Candidates.of_results(cv_results, metric, cls.__name__)
        return cls._of(found, params).plot(ax, **kwargs)

    @classmethod
    def _of(cls, found: Candidates, params: Sequence[str] | None) -> Self:
        display = cls(**vars(found), params=params)
        display._parameters()  # raises errors about unknown names before anything is drawn
        return display

    def _candidates(self) -> Candidates:
        """Return the candidates after checking the fields."""
        scores = np.asarray(self.scores, dtype=float)
        owner = type(self).__name__
        for name, values in self.values.items():
            if len(values) != len(scores):
                raise ValueError(
                    f"{owner} has {len(scores)} scores but {len(values)} values of {name!r}; it "
                    "requires one of each per candidate."
                )
        zeros = np.zeros(len(scores))
        return Candidates(
            values={name: list(values) for name, values in self.values.items()},
            scores=scores,
            spreads=zeros if self.spreads is None else np.asarray(self.spreads, dtype=float),
            stages=np.asarray(zeros if self.stages is None else self.stages, dtype=int),
            best_index=self.best_index,
            score_name=self.score_name,
            spaces={name: list(spaces) for name, spaces in (self.spaces or {}).items()},
        )

    def _parameters(self) -> list[Parameter]:
        return self._candidates().parameters(self.params, type(self).__name__)


def lowest_on_axis(scores: np.ndarray, far: float = _FAR) -> float:
    """Return the lowest score on the axis, because a single very bad score would hide differences."""
    finite = scores[np.isfinite(scores)]
    if not len(finite):
        return -np.inf
    reach = far * (finite.max() - np.quantile(finite, 0.25))
    # If all scores are nearly within reach, all are drawn.
    return float(finite.max() - reach) if 0 < 2 * reach < np.ptp(finite) else -np.inf


def stage_colors(n_stages: int) -> list[Any]:
    """Return a color for each stage, from light to dark."""
    import matplotlib as mpl

    shades = np.linspace(0.15, 0.85, n_stages) if n_stages > 1 else [0.6]
    return [mpl.colormaps["viridis_r"](shade) for shade in shades]


def set_plain_log_ticks(axis: Any) -> None:
    """Write ticks as plain numbers such as 0.02, at 1, 2 and 5 times powers of ten."""
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_locator(NullLocator())
