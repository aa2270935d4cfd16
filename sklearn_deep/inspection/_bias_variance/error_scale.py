"""How scores become errors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.metrics import check_scoring, get_scorer, get_scorer_names

from sklearn_deep._compat.sklearn import function_of_scorer
from sklearn_deep._shared import known_names
from sklearn_deep.estimators import DeepEstimator
from sklearn_deep.inspection._common import learner_of

# Greater is better, but nothing is best.
_UNBOUNDED = ("mutual_info_score", "positive_likelihood_ratio")


class ErrorScale(NamedTuple):
    """A scorer, and what its scores are as errors: ``best - score``.

    Parameters
    ----------
    scorer : callable
        ``scorer(estimator, X, y)``; greater is better.
    best : float or None
        Greatest possible score; None where it is not known, and 0 is taken.
    name : str
        What the error is called.
    is_error_rate : bool
        Whether the error is the share of wrong predictions.
    """

    scorer: Any
    best: float | None
    name: str
    is_error_rate: bool = False

    def errors(self, scores: np.ndarray) -> np.ndarray:
        """Return the errors that belong to scores."""
        return (self.best or 0.0) - np.asarray(scores, dtype=float)


def error_scale(estimator: Any, scoring: Any) -> ErrorScale:
    """Return how an estimator is scored, and what errors its scores are.

    Raises
    ------
    ValueError, TypeError
        If ``scoring`` is no scorer, or the name of none.
    """
    if scoring is None:
        return _default(estimator)
    if isinstance(scoring, str):
        return _scale_of_scoring(scoring)
    if not callable(scoring):
        raise TypeError(
            "scoring of bias_variance_report must be None, the name of a scorer or one "
            f"scorer(estimator, X, y), got {scoring!r}."
        )
    best, scorer = _best(scoring), check_scoring(estimator, scoring)
    return ErrorScale(scorer, best, "minus score" if best is None else f"{best:g} − score")


def _default(estimator: Any) -> ErrorScale:
    classifier = is_classifier(estimator)
    if not classifier and not is_regressor(estimator):
        raise TypeError(
            "bias_variance_report without scoring takes a classifier or a regressor, got "
            f"{type(estimator).__name__}. Give scoring, which says what its errors are."
        )
    # Networks that learn from rows without label leave these out of their own score, which is the
    # accuracy or R² too. The score of a search may be another.
    own = isinstance(learner_of(estimator).estimator, DeepEstimator) and not hasattr(
        estimator, "scoring"
    )
    scorer = check_scoring(estimator, None if own else "accuracy" if classifier else "r2")
    return ErrorScale(scorer, 1.0, "error rate" if classifier else "1 − R²", classifier)


def _scale_of_scoring(scoring: str) -> ErrorScale:
    names = get_scorer_names()
    if scoring not in names:
        raise ValueError(
            f"scoring={scoring!r} of bias_variance_report is no scorer. {known_names(scoring, names)}"
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
    """Return the greatest score, if the scorer is made of a function of scikit-learn's named ones."""
    made_of = function_of_scorer(scorer)
    for name in get_scorer_names():
        if made_of is not None and made_of == function_of_scorer(get_scorer(name)):
            return _scale_of_scoring(name).best
    return None
