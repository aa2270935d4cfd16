"""What the Displays of searches share: their fields and how they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from sklearn_deep.inspection._searches.candidates import Candidates, Parameter

MARKERS = ("o", "s", "^", "D", "v", "P", "p", "h")
BEST = {"marker": "*", "ms": 15, "mfc": "#e4002b", "mec": "black", "mew": 0.8, "ls": "none"}
# Scores that lie further below the best than this times the way to the lower quartile are off the axis.
_FAR = 20


class SearchDisplay:
    """Base of the Displays of a search."""

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
        """Draw."""
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
        """Draw what a fitted search found.

        Parameters
        ----------
        search : fitted search
            With ``cv_results_``: ``BatchedRandomizedSearchCV``, or one of scikit-learn's.
        params : list of str or None, default=None
            Parameters to draw, their prefix may be left out where the rest is unique; None draws
            all in which candidates differ.
        metric : str or None, default=None
            Which score, where there are several; None is the one of ``refit``. The best candidate is
            ``best_index_`` for that one, and the one with the highest score for any other.
        ax : matplotlib axes, array of them or None, default=None
            Where to draw, as ``plot`` takes it.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        Display
            Drawn.

        Raises
        ------
        NotFittedError
            If the search is not fitted.
        TypeError
            If it is no search.
        ValueError
            If a parameter or the metric is unknown, or the metric is to be chosen.
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
        """Draw what ``cv_results_`` tell; scales are read off the values.

        Parameters
        ----------
        cv_results : dict or data frame
            ``cv_results_`` of a search.
        params : list of str or None, default=None
            As in ``from_search``.
        metric : str or None, default=None
            Which score; to be given where there are several.
        ax : matplotlib axes, array of them or None, default=None
            As in ``from_search``.
        **kwargs
            Further arguments of ``plot``.

        Returns
        -------
        Display
            Drawn.

        Raises
        ------
        TypeError, ValueError
            If there are no results, or a parameter or the metric is unknown or to be chosen.
        ImportError
            If matplotlib is missing.
        """
        found = Candidates.of_results(cv_results, metric, cls.__name__)
        return cls._of(found, params).plot(ax, **kwargs)

    @classmethod
    def _of(cls, found: Candidates, params: Sequence[str] | None) -> Self:
        display = cls(**vars(found), params=params)
        display._parameters()  # An unknown name is an error before anything is drawn.
        return display

    def _candidates(self) -> Candidates:
        """Return the fields, checked."""
        scores = np.asarray(self.scores, dtype=float)
        owner = type(self).__name__
        for name, values in self.values.items():
            if len(values) != len(scores):
                raise ValueError(
                    f"{owner} has {len(scores)} scores and {len(values)} values of {name!r}; it "
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
    """Return the lowest score that is drawn at its place: one very bad one hides all others."""
    finite = scores[np.isfinite(scores)]
    if not len(finite):
        return -np.inf
    reach = far * (finite.max() - np.quantile(finite, 0.25))
    # To leave some out gains little where all are nearly within reach.
    return float(finite.max() - reach) if 0 < 2 * reach < np.ptp(finite) else -np.inf


def stage_colors(n_stages: int) -> list[Any]:
    """Return a color for each stage, each darker than the one before."""
    import matplotlib as mpl

    shades = np.linspace(0.15, 0.85, n_stages) if n_stages > 1 else [0.6]
    return [mpl.colormaps["viridis_r"](shade) for shade in shades]


def set_plain_log_ticks(axis: Any) -> None:
    """Write 0.02 rather than a power of ten, at 1, 2 and 5 times these."""
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_locator(NullLocator())
