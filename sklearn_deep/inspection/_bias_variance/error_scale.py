"""Conversion of scores to errors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.metrics import check_scoring, get_scorer, get_scorer_names

from sklearn_deep._compat.sklearn import function_of_scorer
from sklearn_deep._shared import known_names
from sklearn_deep.estimators import DeepEstimator
from sklearn_deep.inspection._common import learner_of

# Scores without an upper bound.
_UNBOUNDED = ("mutual_info_score", "positive_likelihood_ratio")


class ErrorScale(NamedTuple):
    """A scorer, and the conversion of its scores to errors, ``best - score``.

    Parameters
    ----------
    scorer : callable
        ``scorer(estimator, X, y)``; larger is better.
    best : float or None
        Highest possible score; None if it is unknown (then 0 is used).
    name : str
        Name of the error.
    is_error_rate : bool
        Whether the error is the fraction of wrong predictions.
    """

    scorer: Any
    best: float | None
    name: str
    is_error_rate: bool = False

    def errors(self, scores: np.ndarray) -> np.ndarray:
        """Return the errors for scores."""
        return (self.best or 0.0) - np.asarray(scores, dtype=float)


def error_scale(estimator: Any, scoring: Any) -> ErrorScale:
    """Return the scorer of an estimator and the conversion of its scores.

    Raises
    ------
    ValueError, TypeError
        If ``scoring`` is not a scorer, or not the name of a scorer.
    """
    if scoring is None:
        return _default(estimator)
    if isinstance(scoring, str):
        return _scale_of_scoring(scoring)
    if not callable(scoring):
        raise TypeError(
            "scoring of bias_variance_report must be None, the name of a scorer or a "
            f"scorer(estimator, X, y), got {scoring!r}."
        )
    best, scorer = _best(scoring), check_scoring(estimator, scoring)
    return ErrorScale(scorer, best, "minus score" if best is None else f"{best:g} − score")


def _default(estimator: Any) -> ErrorScale:
    classifier = is_classifier(estimator)
    if not classifier and not is_regressor(estimator):
        raise TypeError(
            "bias_variance_report without scoring requires a classifier or a regressor, got "
            f"{type(estimator).__name__}. Pass scoring, which defines the error."
        )
    # The score method of networks that are trained on unlabeled samples ignores these samples; it is also
    # the accuracy or R². The score method of a search may use a different metric.
    own = isinstance(learner_of(estimator).estimator, DeepEstimator) and not hasattr(
        estimator, "scoring"
    )
    scorer = check_scoring(estimator, None if own else "accuracy" if classifier else "r2")
    return ErrorScale(scorer, 1.0, "error rate" if classifier else "1 − R²", classifier)


def _scale_of_scoring(scoring: str) -> ErrorScale:
    names = get_scorer_names()
    if scoring not in names:
        raise ValueError(
            f"scoring={scoring!r} of bias_variance_report is not a scorer. {known_names(scoring, names)}"
        )
    scorer = get_scorer(scoring)
    if scoring.startswith("neg_"):
        return ErrorScale(scorer, 0.0, scoring.removeprefix("neg_").replace("_", " "))
    if scoring in _UNBOUNDED:
        return ErrorScale(scorer, None, f"minus {scoring}")
    if scoring == "accuracy":
        return ErrorScale(scorer, 1.0, "error rate", True)
    return ErrorScale(scorer, 1.0, f"1 − {'R²' if scoring == 'r2' else scoring}")


def _best(scorer: Any) -> float | None:
    """Return the highest score, if the scorer uses the same function as a named one of scikit-learn."""
    made_of = function_of_scorer(scorer)
    for name in get_scorer_names():
        if made_of is not None and made_of == function_of_scorer(get_scorer(name)):
            return _scale_of_scoring(name).best
    return None
