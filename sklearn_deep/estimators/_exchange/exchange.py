"""The public methods that exchange estimators with scikit-learn's multilayer perceptrons."""

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
    """Conversion from and to scikit-learn's class of the same name."""

    _counterpart: ClassVar[type]
    _metric: str | None

    @classmethod
    def from_sklearn(cls, mlp: Any, *, n_samples: int | None = None) -> Self:
        """Return the estimator with the parameters of scikit-learn's MLP and, if it is fitted, its weights.

        A fitted MLP gives a fitted estimator, of the ``dtype`` of its weights, with the same
        predictions; ``warm_start`` and ``partial_fit`` continue from it with the optimizer's moments
        at zero. ``alpha`` becomes ``weight_decay = alpha / batch size``, which is what scikit-learn
        adds to the gradient; the batch size is the MLP's, or 200 for "auto", and at most the number of
        samples. A regressor has ``normalize_y=False``, because scikit-learn's MLP does not normalize
        y. A warning names the parameters without a counterpart.

        Parameters
        ----------
        mlp : sklearn.neural_network.MLPClassifier or MLPRegressor
            An instance of the class of the same name, fitted or not. It is not changed.
        n_samples : int >= 1, default=None
            Number of samples that it trains on, without those that it holds out. None is the number
            of the last fit, which is unknown after ``solver="lbfgs"``.

        Returns
        -------
        estimator
            Fitted if ``mlp`` is.

        Raises
        ------
        TypeError
            If ``mlp`` is not such an instance.
        ValueError
            If a parameter of ``mlp`` is invalid, it was fitted on one class only, or ``n_samples`` is
            not an integer >= 1.

        Warns
        -----
        UserWarning
            If a parameter of ``mlp`` that matters has no exact counterpart, or the number of samples
            that ``alpha`` is divided by is unknown.

        Notes
        -----
        A fit from fresh weights also differs in ways that no parameter controls. Biases start at 0. A
        short last batch has the same ``weight_decay`` as the others. An epoch must improve by ``tol`` on
        the last epoch that did, not on the best epoch so far, so that a slow fall of the loss counts as
        a whole.

        For k outputs of a regressor scikit-learn follows the gradient of the *sum* of their losses,
        although it reports their mean, which is minimized here. Its steps are therefore those of
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
        """Return a fitted MLP of scikit-learn with the same predictions, which needs no torch.

        It gets the weights, the curves of ``history_`` that it has a name for, and all parameters that
        have a counterpart (``alpha`` is ``weight_decay`` times the batch size of the fit). Its last
        layer predicts in the unit of y, because the scale of ``normalize_y`` is folded into it; the
        curves stay those of the normalized target. Parameters without a counterpart that do not matter
        for prediction are left out: dropout, noise, augmentation, penalties, other optimizers and
        schedules. Its ``partial_fit`` continues from the weights with the optimizer's moments at zero.

        Returns
        -------
        sklearn.neural_network.MLPClassifier or MLPRegressor
            Its weights have the ``dtype`` of the network. The last intercepts are float64 if float32
            is too coarse for a target whose mean is far larger than its standard deviation.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ValueError
            If the network has an activation, normalization or loss that scikit-learn's MLP does not
            have. The message names all of them.

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
