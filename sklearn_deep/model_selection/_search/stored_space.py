"""Storage of a search space in a file without scipy objects."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator

from sklearn_deep._spaces import space_of, space_to_store

_SPACE = "param_distributions"


class StoredSpace(BaseEstimator):
    """Stores scipy's distributions by name in the pickled state of a search."""

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return state | {_SPACE: space_to_store(state[_SPACE])}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state | {_SPACE: space_of(state[_SPACE])})
