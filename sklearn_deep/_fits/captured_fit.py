"""Estimators that stand in for others while scikit-learn's own code handles them."""

from __future__ import annotations

from typing import Any


class StandIn:
    """Behaves as another estimator in all that is not defined here.

    Parameters
    ----------
    estimator : estimator
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "estimator":
            raise AttributeError(name)
        return getattr(self.estimator, name)

    def __sklearn_clone__(self) -> Any:
        # The estimator around it clones it before it calls fit; a copy would be out of our reach.
        return self

    def __sklearn_tags__(self) -> Any:
        return self.estimator.__sklearn_tags__()


class CapturedFit(StandIn):
    """Captures the arguments of ``fit``: ``arguments`` is X, y and a dict of the others.

    So that an estimator around it prepares these arguments, and the fit itself can be done later,
    together with others.
    """

    def fit(self, X: Any, y: Any = None, **params: Any) -> CapturedFit:
        """Keep the arguments."""
        self.arguments = (X, y, params)
        return self
