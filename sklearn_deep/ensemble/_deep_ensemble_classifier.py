"""An ensemble of classifiers."""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin, is_classifier
from sklearn.metrics import accuracy_score
from sklearn.utils.metaestimators import available_if

from sklearn_deep._shared import explained
from sklearn_deep.ensemble._base import DeepEnsemble
from sklearn_deep.estimators import MLPClassifier


def _averages_probabilities(ensemble: DeepEnsembleClassifier) -> bool:
    return hasattr(ensemble._inner(), "predict_proba")


@explained
class DeepEnsembleClassifier(ClassifierMixin, DeepEnsemble):
    """Classifiers that differ in their seeds, or also in their samples, and whose probabilities are averaged.

    All members are trained together. Each one equals, to the last bit on a CPU, a clone of
    ``estimator`` with its seed that is fitted alone.

    Parameters
    ----------
    estimator : classifier or None, default=None
        A network, or a ``Pipeline`` that ends in one; preprocessing is fitted once for members with the
        same samples. Other classifiers are fitted one by one. None stands for ``MLPClassifier()``.
    n_estimators : int >= 1, default=8
        Members.
    resampling : {"seeds", "folds", "bootstrap"}, default="seeds"
        What members are trained on:

        * "seeds": all samples. A network that needs validation samples splits off its own.
        * "folds": all samples but those of one of ``n_estimators`` >= 2 stratified folds, on which the
          member validates.
        * "bootstrap": as many samples as there are, drawn with replacement with their weights. Members
          validate on the samples that were not drawn.
    n_jobs : int or None, default=None
        Members trained at a time: in threads, or by another backend that ``joblib.parallel_config`` sets.
    random_state : int, RandomState or None, default=None
        Draws the members' seeds, which replace ``random_state`` of their last step; seeds of
        preprocessing stay. It also draws folds and bootstrap samples.
    verbose : int, default=0
        1 shows a bar over the epochs of all members, and says why estimators are fitted one by one.

    Attributes
    ----------
    estimators_ : list of length n_estimators
        The fitted members. Member k has the k-th ``randint(2**31 - 1)`` of
        ``check_random_state(random_state)`` as its seed.
    classes_ : ndarray of shape (n_classes,)
        Classes, or numbers of the labels. A member that has not seen a class gives it probability 0.
    oof_prediction_, oob_prediction_ : ndarray of shape (n_samples, n_classes)
        Probabilities by the member that has not seen the sample ("folds"), or the mean over those that
        have not ("bootstrap"); NaN for samples that all have seen. Votes if there are no probabilities.
    oof_score_, oob_score_ : float
        Accuracy of these. It is optimistic if early stopping has looked at the same samples.
    n_features_in_, feature_names_in_
        As of the members.

    See Also
    --------
    sklearn.ensemble.BaggingClassifier : Members that are fitted one after the other.

    References
    ----------
    Lakshminarayanan, Pritzel and Blundell, "Simple and scalable predictive uncertainty estimation using
    deep ensembles", 2017.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_deep import MLPClassifier
    >>> from sklearn_deep.ensemble import DeepEnsembleClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> mlp = MLPClassifier((16,), max_epochs=40, learning_rate=0.01, early_stopping=None)
    >>> pipeline = make_pipeline(StandardScaler(), mlp)
    >>> ensemble = DeepEnsembleClassifier(pipeline, n_estimators=4, random_state=0).fit(X, y)
    >>> bool(ensemble.score(X, y) > 0.9)
    True
    """

    def _inner(self) -> Any:
        estimator = MLPClassifier() if self.estimator is None else self.estimator
        if not is_classifier(estimator):
            raise ValueError(
                f"The 'estimator' parameter of {type(self).__name__} must be a classifier or None; got "
                f"{estimator!r}."
            )
        return estimator

    def _score_of(self, y: Any, predictions: np.ndarray, weight: Any) -> float:
        return float(accuracy_score(y, predictions, sample_weight=weight))

    @property
    def classes_(self) -> np.ndarray:
        """Classes, or numbers of the labels."""
        if not hasattr(self, "estimators_"):
            raise AttributeError(f"{type(self).__name__} has no classes_ before it is fitted.")
        assert self._averaging.classes is not None
        return self._averaging.classes

    def predict(self, X: Any) -> np.ndarray:
        """Return the class of the largest mean probability, or of most votes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,), or (n_samples, n_labels) of 0 and 1
        """
        outputs = self._mean(X)
        return self._averaging.predictions(outputs)

    @available_if(_averages_probabilities)
    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the mean of the members' probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
        """
        return self._mean(X)

    @available_if(_averages_probabilities)
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithms of the mean probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
        """
        with np.errstate(divide="ignore"):
            return np.log(self._mean(X))
