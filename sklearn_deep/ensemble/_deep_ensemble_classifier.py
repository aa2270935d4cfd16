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
    """Ensemble of classifiers with different seeds or training samples, whose probabilities are averaged.

    All networks are trained together. On a CPU, each is bit-identical to a clone of ``estimator`` with
    the same seed that is fitted alone.

    Parameters
    ----------
    estimator : classifier or None, default=None
        Base estimator: a network, or a ``Pipeline`` that ends in one. Preprocessing is fitted once for
        networks with the same training samples. Other classifiers are fitted one by one. None means
        ``MLPClassifier()``.
    n_estimators : int >= 1, default=8
        Number of networks in the ensemble.
    resampling : {"seeds", "folds", "bootstrap"}, default="seeds"
        Training samples of each network:

        * "seeds": all samples. A network that needs validation samples holds out its own.
        * "folds": all samples except one of ``n_estimators`` >= 2 folds (stratified by class), which is
          used for validation.
        * "bootstrap": ``n_samples`` samples drawn with replacement, with their weights. The samples that
          were not drawn are used for validation.
    max_seconds : float > 0 or None, default=None
        Time limit in seconds (wall-clock time). It applies to the training of all networks together. When
        the training of a network starts, it gets an equal share of the remaining time; it stops after the
        epoch in which this share is used up, but is trained for at least one epoch. A ``ConvergenceWarning``
        gives the number of networks that were stopped; such results are not reproducible. None sets no limit.
    n_jobs : int or None, default=None
        Number of networks trained at the same time, each with one thread: in threads, in processes if
        training is not compiled, or with the backend set by ``joblib.parallel_config``.
    random_state : int, RandomState or None, default=None
        Seed or generator of random numbers; pass an int for reproducible results. Determines the seeds of the
        networks, the folds and the bootstrap samples. The seeds replace the ``random_state`` of the networks;
        that of preprocessing steps is not changed.
    verbose : int, default=0
        Verbosity; 0 prints nothing. If 1, show a progress bar of the epochs of all networks, and say why
        estimators are fitted one by one.

    Attributes
    ----------
    estimators_ : list of length n_estimators
        The fitted networks. The seed of network k is the k-th ``randint(2**31 - 1)`` drawn from
        ``check_random_state(random_state)``.
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted; for multilabel targets, the indices of the columns. A network whose training
        samples do not contain a class predicts probability 0 for it.
    oof_prediction_, oob_prediction_ : ndarray of shape (n_samples, n_classes)
        Class probabilities of each training sample, predicted by the network that was not trained on it
        ("folds"), or the mean over all such networks ("bootstrap"; NaN if there is none). Votes if
        ``estimator`` has no ``predict_proba``.
    oof_score_, oob_score_ : float
        Accuracy of these predictions. It is optimistic if early stopping used the same samples.
    n_features_in_, feature_names_in_
        Number and names of the features seen in ``fit``.

    See Also
    --------
    sklearn.ensemble.BaggingClassifier : Ensemble of classifiers that are fitted one by one.

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
        """Class labels, sorted; for multilabel targets, the indices of the columns."""
        if not hasattr(self, "estimators_"):
            raise AttributeError(f"{type(self).__name__} has no classes_ before it is fitted.")
        assert self._averaging.classes is not None
        return self._averaging.classes

    def predict(self, X: Any) -> np.ndarray:
        """Return the class with the highest mean probability, or with the most votes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
            Class labels; 0 or 1 for multilabel targets.
        """
        outputs = self._mean(X)
        return self._averaging.predictions(outputs)

    @available_if(_averages_probabilities)
    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the class probabilities, averaged over the networks.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
            Columns in the order of ``classes_``.
        """
        return self._mean(X)

    @available_if(_averages_probabilities)
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the averaged class probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_classes) or (n_samples, n_labels)
            Columns in the order of ``classes_``.
        """
        with np.errstate(divide="ignore"):
            return np.log(self._mean(X))
