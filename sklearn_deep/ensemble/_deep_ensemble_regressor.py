"""An ensemble of regressors."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin, is_regressor
from sklearn.metrics import r2_score

from sklearn_deep._shared import explained
from sklearn_deep.ensemble._base import DeepEnsemble
from sklearn_deep.estimators import MLPRegressor


@explained
class DeepEnsembleRegressor(RegressorMixin, DeepEnsemble):
    """Ensemble of regressors with different seeds or training samples, whose predictions are averaged.

    All networks are trained together. On a CPU, each is bit-identical to a clone of ``estimator`` with
    the same seed that is fitted alone.

    Parameters
    ----------
    estimator : regressor or None, default=None
        Base estimator: a network, or a ``Pipeline`` or ``TransformedTargetRegressor`` that ends in one.
        Preprocessing is fitted once for networks with the same training samples. Other regressors are
        fitted one by one. None means ``MLPRegressor()``.
    n_estimators : int >= 1, default=8
        Number of networks in the ensemble.
    resampling : {"seeds", "folds", "bootstrap"}, default="seeds"
        Training samples of each network:

        * "seeds": all samples. A network that needs validation samples holds out its own.
        * "folds": all samples except one of ``n_estimators`` >= 2 folds, which is used for validation.
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
    oof_prediction_, oob_prediction_ : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Prediction for each training sample by the network that was not trained on it ("folds"), or the
        mean over all such networks ("bootstrap"; NaN if there is none).
    oof_score_, oob_score_ : float
        R² of these predictions. It is optimistic if early stopping used the same samples.
    n_features_in_, feature_names_in_
        Number and names of the features seen in ``fit``.

    See Also
    --------
    sklearn.ensemble.BaggingRegressor : Ensemble of regressors that are fitted one by one.

    References
    ----------
    Lakshminarayanan, Pritzel and Blundell, "Simple and scalable predictive uncertainty estimation using
    deep ensembles", 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_deep import MLPRegressor
    >>> from sklearn_deep.ensemble import DeepEnsembleRegressor
    >>> X = np.linspace(-2, 2, 100).reshape(-1, 1)
    >>> mlp = MLPRegressor((16,), max_epochs=20, early_stopping=None)
    >>> ensemble = DeepEnsembleRegressor(mlp, n_estimators=3, random_state=0).fit(X, np.sin(X[:, 0]))
    >>> mean, std = ensemble.predict(X, return_std=True)
    >>> mean.shape, std.shape
    ((100,), (100,))
    """

    def _inner(self) -> Any:
        estimator = MLPRegressor() if self.estimator is None else self.estimator
        if not is_regressor(estimator):
            raise ValueError(
                f"The 'estimator' parameter of {type(self).__name__} must be a regressor or None; got "
                f"{estimator!r}."
            )
        return estimator

    def _score_of(self, y: Any, predictions: np.ndarray, weight: Any) -> float:
        return float(r2_score(y, predictions, sample_weight=weight))

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """Return the mean of the predictions of all networks.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.
        return_std : bool, default=False
            If true, also return the standard deviation of the networks' predictions. It measures how much
            the networks disagree, in units of y, and does not include the noise of y.

        Returns
        -------
        mean : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Mean predictions.
        std : ndarray of the same shape
            Standard deviations, only if ``return_std`` is true; 0 if ``n_estimators=1``.
        """
        if not return_std:
            return self._mean(X)
        members = self.predict_members(X)
        return self._mean(X), members.std(0)
