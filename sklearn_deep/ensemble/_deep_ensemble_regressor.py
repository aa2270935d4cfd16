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
    """Regressors that differ in their seeds, or also in their samples, and whose predictions are averaged.

    All members are trained together. Each one equals, to the last bit on a CPU, a clone of
    ``estimator`` with its seed that is fitted alone.

    Parameters
    ----------
    estimator : regressor or None, default=None
        A network, or a ``Pipeline`` or ``TransformedTargetRegressor`` that ends in one; preprocessing is
        fitted once for members with the same samples. Other regressors are fitted one by one. None
        stands for ``MLPRegressor()``.
    n_estimators : int >= 1, default=8
        Members.
    resampling : {"seeds", "folds", "bootstrap"}, default="seeds"
        What members are trained on:

        * "seeds": all samples. A network that needs validation samples splits off its own.
        * "folds": all samples but those of one of ``n_estimators`` >= 2 folds, on which the member
          validates.
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
    oof_prediction_, oob_prediction_ : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Predictions by the member that has not seen the sample ("folds"), or the mean over those that
        have not ("bootstrap"); NaN for samples that all have seen.
    oof_score_, oob_score_ : float
        Coefficient of determination of these. It is optimistic if early stopping has looked at the same
        samples.
    n_features_in_, feature_names_in_
        As of the members.

    See Also
    --------
    sklearn.ensemble.BaggingRegressor : Members that are fitted one after the other.

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
        """Return the mean of the members' predictions.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.
        return_std : bool, default=False
            Whether the standard deviation of the members' predictions is returned, too: their
            disagreement, in the unit of y, which leaves out the noise of y.

        Returns
        -------
        mean : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        std : ndarray of the same shape
            Only with ``return_std``. With one member it is 0.
        """
        if not return_std:
            return self._mean(X)
        members = self.predict_members(X)
        return self._mean(X), members.std(0)
