"""Public methods for conversion from and to scikit-learn's multilayer perceptrons."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from sklearn.utils.validation import check_is_fitted

from sklearn_deep.estimators._exchange.from_sklearn import (
    check_counterpart,
    parameters_of,
    rows_a_step,
    take_fit,
)
from sklearn_deep.estimators._exchange.to_sklearn import check_expressible, give_fit, parameters_for


class SklearnExchangeMixin:
    """Methods for conversion from and to scikit-learn's class of the same name."""

    _counterpart: ClassVar[type]
    _metric: str | None

    @classmethod
    def from_sklearn(cls, mlp: Any, *, n_samples: int | None = None) -> Self:
        """Return an estimator with the parameters of scikit-learn's MLP and, if it is fitted, its weights.

        A fitted MLP is converted to a fitted estimator with the ``dtype`` of its weights and the same
        predictions. ``warm_start`` and ``partial_fit`` continue from its weights with a new optimizer
        state. ``alpha`` is converted to ``weight_decay = alpha / batch size``, because scikit-learn
        divides it by the batch size; the batch size is that of the MLP (200 for "auto"), but at most the
        number of samples. Regressors get ``normalize_y=False``, because scikit-learn's MLP does not
        normalize y. A warning names parameters without a counterpart.

        Parameters
        ----------
        mlp : sklearn.neural_network.MLPClassifier or MLPRegressor
            Instance of the class of the same name, fitted or not. It is not changed.
        n_samples : int >= 1, default=None
            Number of training samples of the MLP, without those it holds out for validation. None means
            the number in its last fit, which is unknown for ``solver="lbfgs"``.

        Returns
        -------
        estimator
            Estimator of this class, fitted if ``mlp`` is fitted.

        Raises
        ------
        TypeError
            If ``mlp`` is not an instance of scikit-learn's class of the same name.
        ValueError
            If a parameter of ``mlp`` is invalid, it was fitted on only one class, or ``n_samples`` is
            not an integer >= 1.

        Warns
        -----
        UserWarning
            If a parameter of ``mlp`` that affects training has no exact counterpart, or the batch size by
            which ``alpha`` is divided is unknown.

        Notes
        -----
        A new fit also differs from scikit-learn's in ways that no parameter controls. Biases are
        initialized to 0. A smaller last batch has the same ``weight_decay`` as the others. An epoch counts
        as an improvement if it is better by ``tol`` than the last epoch that was an improvement (not than
        the best epoch so far), so a slow decrease of the loss adds up.

        For a regressor with k outputs, scikit-learn uses the gradient of the *sum* of their losses,
        although it reports their mean, which is minimized here. Its steps therefore correspond to
        ``weight_decay / k`` and, for SGD, ``k * learning_rate``.

        Examples
        --------
        >>> from sklearn import neural_network
        >>> from sklearn.datasets import load_iris
        >>> from sklearn_deep import MLPClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> theirs = neural_network.MLPClassifier((8,), alpha=0.3, max_iter=2000, random_state=0)
        >>> ours = MLPClassifier.from_sklearn(theirs.fit(X, y))
        >>> ours.weight_decay == 0.3 / 150
        True
        >>> bool(abs(ours.predict_proba(X) - theirs.predict_proba(X)).max() < 1e-5)
        True
        """
        owner = cls.__name__
        check_counterpart(mlp, cls._counterpart, owner=owner)
        rows = rows_a_step(mlp, n_samples, owner=owner)
        estimator = cls(**parameters_of(mlp, rows, metric=str(cls._metric), owner=owner))
        if hasattr(mlp, "coefs_"):
            take_fit(estimator, mlp, rows)
        return estimator

    def to_sklearn(self) -> Any:
        """Return a fitted MLP of scikit-learn with the same predictions, which does not need torch.

        It gets the weights, the curves of ``history_`` that scikit-learn's MLP also records, and all
        parameters with a counterpart (``alpha`` is ``weight_decay`` times the batch size of the fit). Its
        last layer includes the scale of ``normalize_y``, so it predicts in original units of y; the curves
        are still those of the normalized target. Parameters without a counterpart that do not affect
        predictions are dropped: dropout, noise, augmentation, penalties, other optimizers and schedules.
        Its ``partial_fit`` continues from the weights with a new optimizer state.

        Returns
        -------
        sklearn.neural_network.MLPClassifier or MLPRegressor
            Fitted MLP. Its weights have the ``dtype`` of the network, but those of the last layer are
            float64 if float32 is not precise enough for the scale of the target.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If the network has an activation, normalization or loss that scikit-learn's MLP does not
            support. The message names all of them.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn_deep import MLPClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> ours = MLPClassifier((8,), dropout=0.1, max_epochs=5, early_stopping=None).fit(X, y)
        >>> theirs = ours.to_sklearn()
        >>> bool(abs(ours.predict_proba(X) - theirs.predict_proba(X)).max() < 1e-5)
        True
        """
        check_is_fitted(self)
        check_expressible(self, self._counterpart)
        mlp = self._counterpart(**parameters_for(self))
        give_fit(self, mlp)
        return mlp
