"""Wrappers that replace an estimator while scikit-learn's own code handles it."""

from __future__ import annotations

from typing import Any


class StandIn:
    """Delegates everything that is not defined here to another estimator.

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
        # The outer estimator clones it before it calls fit, and a copy would not be accessible here.
        return self

    def __sklearn_tags__(self) -> Any:
        return self.estimator.__sklearn_tags__()


class CapturedFit(StandIn):
    """Stores the arguments of ``fit`` in ``arguments``: X, y and a dict of the others.

    The outer estimator prepares these arguments, and the fit itself is done later, together with others.
    """

    def fit(self, X: Any, y: Any = None, **params: Any) -> CapturedFit:
        """Store the arguments."""
        self.arguments = (X, y, params)
        return self
