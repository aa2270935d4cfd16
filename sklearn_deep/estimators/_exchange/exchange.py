"""Exchange with scikit-learn's multilayer perceptrons."""

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
    """An estimator that can come from scikit-learn's class of the same name, and become one."""

    _counterpart: ClassVar[type]
    _metric: str | None

    @classmethod
    def from_sklearn(cls, mlp: Any, *, n_samples: int | None = None) -> Self:
        """Return the estimator that an MLP of scikit-learn's is here.

        A fitted MLP gives a fitted estimator, of the ``dtype`` of its weights, that predicts the same
        and that ``warm_start`` and ``partial_fit`` go on from, with the optimizer's moments at zero.
        ``alpha`` becomes ``weight_decay = alpha / batch size``, which is what scikit-learn adds to the
        gradient; the batch size is the MLP's, or 200 for "auto", and at most all rows. A regressor has
        ``normalize_y=False``, as scikit-learn's learns y as it is. What has no counterpart is named
        in a warning.

        Parameters
        ----------
        mlp : sklearn.neural_network.MLPClassifier or MLPRegressor
            The class of the same name, fitted or not. It is left as it is.
        n_samples : int >= 1, default=None
            Rows that it trains on, without those that it holds out; None: as many as it was fitted
            on, where it tells (after ``solver="lbfgs"`` it does not).

        Returns
        -------
        estimator
            Fitted if ``mlp`` is.

        Raises
        ------
        TypeError
            If ``mlp`` is something else.
        ValueError
            If a parameter of ``mlp`` is not what scikit-learn allows, it was fitted on one class only,
            or ``n_samples`` is no integer >= 1.

        Warns
        -----
        UserWarning
            If a parameter of ``mlp`` that matters has no exact counterpart, or the rows that ``alpha``
            is divided by are not known.

        Notes
        -----
        A fit from fresh weights differs also in what no parameter says. Biases start at 0. A short
        last batch has the same ``weight_decay`` as the others. An epoch must gain ``tol`` over the last
        one that did, not over the best one so far, so that a slow fall of the loss counts as a whole.

        For k outputs of a regressor scikit-learn follows the gradient of the *sum* of their losses,
        not of the mean, which it reports and which is minimised here: its steps are those of
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
        """Return a fitted MLP of scikit-learn's that predicts the same, without torch.

        It has the weights (the last layer's predict in the unit of y: what ``normalize_y`` scaled the
        target by is folded in, while curves stay those of the normalized target), the curves of ``history_`` that it knows, and every parameter that there
        is for it (``alpha`` is ``weight_decay`` times the batch size of the fit). What has no
        counterpart and does not matter for prediction is left out: dropout, noise, augmentation,
        penalties, other optimizers and schedules. Its ``partial_fit`` goes on from the weights, with
        the optimizer's moments at zero.

        Returns
        -------
        sklearn.neural_network.MLPClassifier or MLPRegressor
            Its weights are in the ``dtype`` of the network; the last intercepts in float64 if float32
            is too coarse for a target whose mean is far larger than its standard deviation.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If the network has an activation, normalisation or loss that scikit-learn's has not; all
            of them are named.

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
