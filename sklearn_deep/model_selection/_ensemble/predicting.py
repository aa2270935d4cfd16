"""Prediction methods of a search that can use an ensemble."""

# mypy: allow-untyped-decorators

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.utils.metaestimators import available_if

from sklearn_deep.model_selection._ensemble.out_of_fold import OutOfFold


def _predictor_has(name: str) -> Callable[[Any], bool]:
    """Return a function that checks whether the predictor of a search has a method."""

    def check(search: Any) -> bool:
        if search.predict_with == "best":
            try:
                return callable(getattr(super(SearchEnsembleMixin, search), name))
            except AttributeError as error:
                # scikit-learn's reason, for example ``refit=False``.
                raise (error.__cause__ or error) from None
        return hasattr(getattr(search, "ensemble_", search.estimator), name)

    return check


class SearchEnsembleMixin:
    """Builds the ensemble of a search; ``predict_with`` decides which predictor the methods use."""

    ensemble_size: int | None
    predict_with: str
    refit: Any

    def _predicting(self) -> Any:
        """Return the search, or a copy whose best estimator is the ensemble."""
        if self.predict_with == "best" or not hasattr(self, "ensemble_"):
            return super()
        twin: Any = copy.copy(self)
        twin.predict_with, twin.best_estimator_ = "best", self.ensemble_
        twin.refit = self.refit or True
        return twin

    @available_if(_predictor_has("predict"))
    def predict(self, X: Any) -> np.ndarray:
        """Return predictions of the best estimator or of the ensemble, depending on ``predict_with``."""
        found: np.ndarray = self._predicting().predict(X)
        return found

    @available_if(_predictor_has("predict_proba"))
    def predict_proba(self, X: Any) -> np.ndarray:
        """Return class probabilities, ``(n_samples, n_classes)``, of the same predictor as ``predict``."""
        found: np.ndarray = self._predicting().predict_proba(X)
        return found

    @available_if(_predictor_has("predict_log_proba"))
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return logarithms of class probabilities, of the same predictor as ``predict``."""
        found: np.ndarray = self._predicting().predict_log_proba(X)
        return found

    @available_if(_predictor_has("decision_function"))
    def decision_function(self, X: Any) -> np.ndarray:
        """Return the decision function of the best estimator; not available for an ensemble."""
        found: np.ndarray = self._predicting().decision_function(X)
        return found

    def score(self, X: Any, y: Any = None, **params: Any) -> float:
        """Return the score of the best estimator or of the ensemble, depending on ``predict_with``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Class labels or target values.
        **params : dict
            Arguments for the scorer.

        Returns
        -------
        float
            Score; larger is better.
        """
        found: float = self._predicting().score(X, y, **params)
        return found

    @property
    def classes_(self) -> np.ndarray:
        """Class labels, if the estimator is a classifier."""
        found: np.ndarray = self._predicting().classes_
        return found

    @property
    def n_features_in_(self) -> int:
        """Number of features seen in ``fit``."""
        found: int = self._predicting().n_features_in_
        return found

    def _check_ensemble(self, scorers: Any) -> None:
        if self.ensemble_size is None and self.predict_with == "ensemble":
            raise ValueError(
                f"The 'ensemble_size' parameter of {type(self).__name__} must be an integer with "
                "predict_with='ensemble'; got None. For example, set ensemble_size=8."
            )
        if (
            self.ensemble_size is not None
            and isinstance(scorers, dict)
            and not isinstance(self.refit, str)
        ):
            raise self._unnamed_metric()

    def _ensemble_of(self, found: OutOfFold | None, first_scores: Any) -> dict[str, Any]:
        """Return the fitted attributes of the ensemble, if ``ensemble_size`` is set."""
        if found is None:
            return {}
        several = isinstance(first_scores, dict)
        if several and not isinstance(self.refit, str):
            raise self._unnamed_metric()
        ensemble = found.ensemble(self.refit if several else None)
        return {
            "ensemble_": ensemble.predictor,
            "ensemble_weights_": ensemble.weights,
            "ensemble_score_": ensemble.score,
        }

    def _unnamed_metric(self) -> ValueError:
        return ValueError(
            f"The 'refit' parameter of {type(self).__name__} must be the name of the metric that selects the "
            f"ensemble, because 'scoring' has several; got {self.refit!r}."
        )
