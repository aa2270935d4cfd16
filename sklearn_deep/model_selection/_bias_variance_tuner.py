"""The first iterations of tuning a model, done for the user."""

from __future__ import annotations

from numbers import Integral, Real
from time import perf_counter
from typing import Any, ClassVar, Self

from sklearn.base import is_classifier
from sklearn.metrics import check_scoring, get_scorer_names
from sklearn.model_selection import check_cv
from sklearn.utils import check_random_state, indexable

from sklearn_deep._compat.sklearn import (
    HasMethods,
    Interval,
    StrOptions,
    check_method_params,
    validate_params,
)
from sklearn_deep._compat.sklearn_search import (
    SearchOfOneMetric,
    routed_params_of_search,
    scorer_of_search,
)
from sklearn_deep._shared import ExplainsNames, explained, gathered, summed, tell
from sklearn_deep.estimators import DIVERGED
from sklearn_deep.model_selection._search import SearchData, warn_of_divided_validation
from sklearn_deep.model_selection._tuner import Moves, Trials, Tuning, with_settings


@explained
class BiasVarianceTuner(ExplainsNames, SearchOfOneMetric):
    """Fit, ask whether bias or variance is the weaker point, act on it, again.

    Each round tries ``n_iter`` settings on the same folds: the advice of ``bias_variance_report``, one
    by one and all together, then draws around it.

    * Scale, before all else: a target that is off scale sets ``normalize_y=True``, and features that are
      off scale put a ``StandardScaler`` directly before the network. That stays, unless the fit
      fails; ``best_estimator_`` is then a ``Pipeline``, and names of parameters are those of that pipeline. Not where ``X_val`` is given and
      no ``transform_input`` of a pipeline would scale it.
    * Bias, while the avoidable bias exceeds the tolerance: wider or deeper layers, longer training,
      larger or smaller steps, less regularization. Chosen is the setting with the lowest sum of
      validation error and of what the avoidable bias exceeds the tolerance by, among those whose
      validation error is not worse than the best so far by more than the tolerance.
    * Variance, while the generalization gap exceeds it: weight decay, dropout, noise on the inputs, label
      smoothing, mixup, early stopping. Chosen is the lowest validation error among settings
      without bias; among all, where each has some.

    A round whose choice gains less than a tenth of the tolerance is undone, and where both bias and
    variance are there, the other one's turn comes. If bias returns, it is acted on first.

    Estimators that are not networks are tuned by the report's advice alone, if it names parameters.
    Callbacks of scikit-learn 1.9 are notified of one search per round.

    Parameters
    ----------
    estimator : estimator
        Classifier or regressor, alone or last in a ``Pipeline``. Rounds compare like with like only if
        it has an integer ``random_state``: it is cloned as it is.
    cv : int, splitter or iterable, default=5
        Folds; split once, for all rounds.
    scoring : str, callable or None, default=None
        Errors are measured by it, as in ``bias_variance_report``.
    bayes_error : float or "1nn", default=0.0
        As in ``bias_variance_report``.
    tolerance : float >= 0, default=0.02
        Avoidable bias and generalization gap that are accepted, in the unit of the error.
    n_iter : int >= 1, default=12
        Settings per round.
    max_fits : int >= 1, default=500
        Most fits on folds, one per setting and fold. The last fit, on all samples, is not counted.
    max_seconds : float > 0 or None, default=None
        Time, in seconds, after which no round begins; a round that has begun is completed.
    n_jobs : int or None, default=None
        Networks trained at a time: in threads, or by another backend that ``joblib.parallel_config``
        sets. Each trains with one thread.
    random_state : int, RandomState or None, default=None
        Source of the draws.
    verbose : int, default=0
        1 prints one line per round, 2 also shows the progress of each round.

    Attributes
    ----------
    best_estimator_ : estimator
        Fitted on all samples with the setting of lowest validation error among those that were kept.
    best_params_ : dict
        That setting: what differs from ``estimator``, by the names of ``best_estimator_``; empty if
        no other setting was better.
    best_score_ : float
        Its mean score on the validation parts of the folds.
    report_ : BiasVarianceReport
        Errors, verdict and further advice of it.
    steps_ : list of TunerStep
        One record per round: what was seen, what was done and why, and the result. Prints as a table.
    stop_reason_ : str
        "target" (neither exceeds the tolerance), "no progress" (two rounds in a row were undone),
        "no moves" (nothing left to try), "max_fits" or "max_seconds".
    n_fits_ : int
        Fits made on folds.
    seconds_ : float
        Time of the whole.
    scorer_, refit_time_, n_splits_, n_features_in_, feature_names_in_, classes_
        As of ``RandomizedSearchCV``.

    See Also
    --------
    sklearn_deep.inspection.bias_variance_report : One diagnosis.
    BatchedRandomizedSearchCV : A search in a space of your own.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_deep import MLPClassifier
    >>> from sklearn_deep.model_selection import BiasVarianceTuner
    >>> X, y = load_wine(return_X_y=True)
    >>> mlp = MLPClassifier((4,), max_epochs=10, schedule="cosine", random_state=0)
    >>> tuner = BiasVarianceTuner(make_pipeline(StandardScaler(), mlp), cv=3, random_state=0)
    >>> tuner.fit(X, y).stop_reason_
    'target'
    >>> bool(tuner.steps_[0].validation_error > tuner.report_.validation_error)
    True
    """

    # What scikit-learn's searches ask of themselves.
    refit = True
    error_score = "raise"
    multimetric_ = False

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "estimator": [HasMethods(["fit", "predict"])],
        "cv": ["cv_object"],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "bayes_error": [Interval(Real, None, None, closed="neither"), StrOptions({"1nn"})],
        "tolerance": [Interval(Real, 0, None, closed="left")],
        "n_iter": [Interval(Integral, 1, None, closed="left")],
        "max_fits": [Interval(Integral, 1, None, closed="left")],
        "max_seconds": [Interval(Real, 0, None, closed="neither"), None],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        estimator: Any,
        *,
        cv: Any = 5,
        scoring: Any = None,
        bayes_error: float | str = 0.0,
        tolerance: float = 0.02,
        n_iter: int = 12,
        max_fits: int = 500,
        max_seconds: float | None = None,
        n_jobs: int | None = None,
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.scoring = scoring
        self.bayes_error = bayes_error
        self.tolerance = tolerance
        self.n_iter = n_iter
        self.max_fits = max_fits
        self.max_seconds = max_seconds
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Tune, and fit the best setting on all rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows; whatever the estimator takes.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        **params : dict
            As in ``BatchedRandomizedSearchCV``.

        Returns
        -------
        self

        Raises
        ------
        TypeError
            If y is missing.
        ValueError
            If a parameter is invalid, the first fit fails, or a score is NaN.
        """
        validate_params(self)
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None: errors are those "
                "of predictions of it."
            )
        X, y = indexable(X, y)
        params = check_method_params(X, params)
        routed = routed_params_of_search(self, params)
        warn_of_divided_validation(type(self).__name__, X, params)
        cv = check_cv(self.cv, y, classifier=is_classifier(self.estimator))
        splits = list(cv.split(X, y, **routed.splitter.split))
        self._check_budget(len(splits))
        scorer, metric = scorer_of_search(self)
        trials = Trials(self, SearchData(X, y, params, routed, splits, scorer, metric))
        tuning = Tuning(self, trials, Moves(self.estimator, check_random_state(self.random_state)))
        with gathered() as doubts:
            reason = tuning.run()
        start, base = perf_counter(), tuning.best.base
        best = with_settings(base.estimator, tuning.best.settings)
        with gathered() as refitted:
            best.fit(X, y, **base.fit_params(routed.estimator.fit))
        self._adopt(tuning, reason, best, scorer, perf_counter() - start)
        # Divergence of a setting is in its report.
        seen = summed((d for d in doubts if d.kind != DIVERGED), tuning.n_fits)
        tell([*seen, *(d for d in refitted if d.kind not in {one.kind for one in seen})])
        return self

    def _adopt(
        self, tuning: Tuning, reason: str, fitted: Any, scorer: Any, refit_time: float
    ) -> None:
        """Take all results at once, so that a fit that is interrupted changes nothing."""
        self.best_estimator_, self.best_params_ = fitted, tuning.best.settings
        self.best_score_, self.report_ = tuning.best.score, tuning.best.report
        self.steps_, self.stop_reason_ = tuning.steps, reason
        self.n_fits_, self.seconds_ = tuning.n_fits, tuning.seconds
        self.scorer_, self.refit_time_ = scorer, refit_time
        self.n_splits_ = tuning.trials.n_folds
        if hasattr(fitted, "feature_names_in_"):
            self.feature_names_in_ = fitted.feature_names_in_

    def _scorer(self) -> Any:
        scoring = self.scoring
        if scoring is None and hasattr(self.estimator, "scoring"):
            # The score of a search may be another than what the report takes by default.
            scoring = "accuracy" if is_classifier(self.estimator) else "r2"
        return check_scoring(self.estimator, scoring)

    def _check_budget(self, n_folds: int) -> None:
        if self.max_fits < n_folds:
            raise ValueError(
                f"The 'max_fits' parameter of {type(self).__name__} must be at least the {n_folds} folds of "
                f"cv, which the first diagnosis takes; got {self.max_fits}."
            )
