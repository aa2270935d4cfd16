"""The candidates of a search, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.model_selection import ParameterGrid, ParameterSampler
from sklearn.utils import check_random_state

from sklearn_deep._shared import warn_user
from sklearn_deep._spaces import narrowed, plain_space
from sklearn_deep.model_selection._search.scoring import Params

# A stage searches around the best quarter of all candidates so far, at most around this many.
_WINNERS = 5


class Stages:
    """Draws the candidates of each stage from a space that becomes narrower.

    The candidates of the first stage are drawn at initialization, before any other use of the generator,
    as in scikit-learn's search.

    Parameters
    ----------
    search : BatchedRandomizedSearchCV

    Attributes
    ----------
    ranges : list
        Search space of each stage so far.
    """

    def __init__(self, search: Any) -> None:
        self._owner = type(search).__name__
        self.n_stages = search.n_stages
        self._space = search.param_distributions
        self._source = search.random_state
        if self.n_stages > 1:
            self._source = check_random_state(self._source)
        self._budgets = self._divided(search.n_iter)
        self.ranges: list[Any] = []
        self._next = self._drawn(self._budgets[0], is_narrowed=False)

    def __iter__(self) -> Iterator[list[Params]]:
        """Yield the candidates of each stage; ``narrow`` must be called in between."""
        for n_iter in [*self._budgets[1:], None]:
            yield self._next
            if n_iter is not None:
                self._next = self._drawn(n_iter, is_narrowed=True)

    def narrow(self, candidates: list[Params], ranks: np.ndarray) -> None:
        """Narrow the space around the best of all candidates so far; rank 1 is the best."""
        order = np.argsort(ranks, kind="stable")
        n_winners = min(_WINNERS, -(-len(order) // 4))
        self._space = narrowed(self._space, [candidates[i] for i in order[:n_winners]])

    def _divided(self, n_iter: Any) -> list[Any]:
        """Return the number of candidates of each stage; the first stages get the remainder."""
        if self.n_stages == 1:
            return [n_iter]
        least, more = divmod(n_iter, self.n_stages)
        return [least + (stage < more) for stage in range(self.n_stages)]

    def _drawn(self, n_iter: Any, is_narrowed: bool) -> list[Params]:
        """Return candidates; fewer than requested if a narrowed space has no more."""
        if n_iter == "all":
            candidates = list(ParameterGrid(self._space))
        else:
            candidates = self._sampled(int(n_iter), is_narrowed)
        # Only now, after scikit-learn has checked the space.
        self.ranges.append(plain_space(self._space))
        return candidates

    def _sampled(self, n_iter: int, is_narrowed: bool) -> list[Params]:
        sampler = ParameterSampler(self._space, n_iter, random_state=self._source)
        n_points = len(sampler)  # size of the grid; equal to n_iter if there are distributions
        if n_points < n_iter and not is_narrowed:
            self._say_all(n_iter, n_points)
        return list(ParameterSampler(self._space, n_points, random_state=self._source))

    def _say_all(self, n_iter: int, n_points: int) -> None:
        # scikit-learn's warning in this case recommends its grid search.
        text = (
            f"{self._owner} tries all {n_points} points of its search space, which are fewer than "
            f'n_iter={n_iter}. Set n_iter="all" to try every point of a grid without this warning.'
        )
        warn_user(UserWarning(text))
