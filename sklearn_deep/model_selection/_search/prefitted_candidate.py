"""Candidates with set parameters, fitted or not, for scikit-learn to score."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from sklearn_deep._fits import StandIn, overwrite

# Modules whose frames at the top of a traceback only pass an error on.
_HANDS_ON = {
    "sklearn.model_selection._validation",
    __name__,
    "sklearn_deep._fits.active_fit",
    "sklearn_deep._fits.fitting",
}


class PreparedCandidate:
    """A candidate whose parameters are set.

    Parameters
    ----------
    estimator : estimator
        Estimator that scikit-learn fits and scores.
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def set_params(self, **params: Any) -> Any:
        """Return the estimator."""
        # scikit-learn fits and scores what this returns, and scorers must see the estimator itself.
        return self.estimator


class PrefittedCandidate(PreparedCandidate):
    """A candidate that is already fitted: its ``fit`` only repeats the visible effects of that fit.

    It raises the error of that fit, or makes the same changes to X and y.

    Parameters
    ----------
    fitted : fitted estimator, or the error that its fit raised
    overwritten : tuple of length 2
        X and y after the fit, if the fit wrote into them, else None.
    search_estimator : estimator
        Estimator of the search; used if the candidate could not be fitted.
    """

    def __init__(self, fitted: Any, overwritten: tuple[Any, Any], search_estimator: Any) -> None:
        is_error = isinstance(fitted, Exception)
        super().__init__(StandIn(search_estimator) if is_error else fitted)
        self._error, self._overwritten = fitted if is_error else None, overwritten
        self._traceback = _of_the_fit(fitted) if is_error else None
        self.estimator.fit = self._fit

    def _fit(self, X: Any, y: Any = None, **params: Any) -> Any:
        del self.estimator.fit
        if self._error is not None:
            raise self._error.with_traceback(self._traceback)
        # scikit-learn computes training scores on X and y as the fit has changed them.
        for array, values in zip((X, y), self._overwritten, strict=True):
            overwrite(array, values)
        return self.estimator


def _of_the_fit(error: Exception) -> TracebackType | None:
    """Return the traceback of an error without the frames that only pass it on.

    Otherwise each fit that shares the error adds frames, and scikit-learn counts errors by their text.
    """
    traceback = error.__traceback__
    while traceback and traceback.tb_frame.f_globals.get("__name__") in _HANDS_ON:
        traceback = traceback.tb_next
    return traceback
