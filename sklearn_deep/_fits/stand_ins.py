"""Estimators that stand in for others while scikit-learn's own code handles them."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple

from sklearn_deep._fits.samples import overwrite

_PACKAGE = __name__.rpartition(".")[0]
_HANDS_ON = {
    "sklearn.model_selection._validation",
    *(__name__, f"{_PACKAGE}.active_fit", f"{_PACKAGE}.fitting"),
}


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
        return self

    def __sklearn_tags__(self) -> Any:
        return self.estimator.__sklearn_tags__()


class CapturedFit(StandIn):
    """Catches the arguments of ``fit``: ``arguments`` is X, y and a dict of the others."""

    def fit(self, X: Any, y: Any = None, **params: Any) -> CapturedFit:
        """Keep the arguments."""
        self.arguments = (X, y, params)
        return self


class Finished(StandIn):
    """Becomes, where a search asks for a candidate, an estimator that was fitted before.

    Parameters
    ----------
    estimator : estimator
        The search's own.
    next_candidate : callable
        Takes the parameters of a candidate, returns ``Prefitted``; None once there are no more, and
        real fits are wanted.
    new_candidate : callable
        Takes the parameters of a candidate, returns an estimator that is not fitted.
    """

    def __init__(
        self,
        estimator: Any,
        next_candidate: Callable[[dict[str, Any]], Any],
        new_candidate: Callable[[dict[str, Any]], Any],
    ) -> None:
        super().__init__(estimator)
        self.next_candidate, self.new_candidate = next_candidate, new_candidate

    def set_params(self, **params: Any) -> Any:
        """Return the candidate of these parameters."""
        outcome = self.next_candidate(params)
        if outcome is None:
            return self.new_candidate(params)
        if isinstance(outcome.estimator, Exception):
            return _failed(self.estimator, outcome.estimator)
        return _already_fitted(*outcome)


class Prefitted(NamedTuple):
    """A fitted estimator, or the error of its fit, and what that wrote over X and y (None: nothing)."""

    estimator: Any
    X: Any = None
    y: Any = None


def _already_fitted(estimator: Any, new_X: Any, new_y: Any) -> Any:
    """Return an estimator whose next ``fit`` does no more than write what was written before."""

    def fit(X: Any, y: Any = None, **params: Any) -> Any:
        del estimator.fit
        # Scores of the training part are those of what is left of it.
        overwrite(X, new_X)
        overwrite(y, new_y)
        return estimator

    estimator.fit = fit
    return estimator


def _failed(estimator: Any, error: Exception) -> Any:
    """Return an estimator whose ``fit`` raises what it has raised."""

    traceback = _of_the_fit(error)

    def fit(*args: Any, **kwargs: Any) -> Any:
        raise error.with_traceback(traceback)

    failed: Any = StandIn(estimator)
    failed.fit = fit
    return failed


def _of_the_fit(error: Exception) -> TracebackType | None:
    """Return the traceback of an error without the frames that hand it on.

    These would grow with each of the fits that share it, and scikit-learn counts errors by their text.
    """
    traceback = error.__traceback__
    while traceback and traceback.tb_frame.f_globals.get("__name__") in _HANDS_ON:
        traceback = traceback.tb_next
    return traceback
