"""Candidates that scikit-learn's search fits itself, so that callbacks see each fit as it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn_deep._fits import Outcome
from sklearn_deep._shared import gathered
from sklearn_deep.estimators import DIVERGED


class OneByOne:
    """Gives out candidates, and notes what becomes of each when it is fitted.

    Parameters
    ----------
    new_candidate : callable
        Takes the parameters of a candidate, returns an estimator that is not fitted.
    outcomes : list of Outcome
        Grows by one for each candidate.
    """

    def __init__(
        self, new_candidate: Callable[[dict[str, Any]], Any], outcomes: list[Outcome]
    ) -> None:
        self.new_candidate, self.outcomes = new_candidate, outcomes

    def __call__(self, params: dict[str, Any]) -> Any:
        """Return the candidate of these parameters."""
        candidate, place = self.new_candidate(params), len(self.outcomes)
        self.outcomes.append(Outcome(None, float("nan"), False, 0, False, (None, None), []))

        def fit(*args: Any, **kwargs: Any) -> Any:
            del candidate.fit
            with gathered() as doubts:
                try:
                    return candidate.fit(*args, **kwargs)
                finally:
                    self._note(place, doubts)

        candidate.fit = fit
        return candidate

    def _note(self, place: int, doubts: list[Any]) -> None:
        told = [doubt for doubt in doubts if doubt.kind != DIVERGED]
        diverged = len(told) < len(doubts)
        self.outcomes[place] = self.outcomes[place]._replace(diverged=diverged, doubts=told)
