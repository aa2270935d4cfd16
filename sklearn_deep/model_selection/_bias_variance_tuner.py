"""Automatic tuning, guided by bias and variance."""

from __future__ import annotations

from numbers import Integral, Real
from time import perf_counter
from typing import Any, ClassVar, Self

from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
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
from sklearn_deep._compat.sklearn_doc_links import LinksToDocs
from sklearn_deep._compat.sklearn_search import (
    SearchOfOneMetric,
    routed_params_of_search,
    scorer_of_search,
)
from sklearn_deep._shared import Doubt, ExplainsNames, explained, gathered, summed, tell
from sklearn_deep.estimators import DIVERGED, OUT_OF_TIME
from sklearn_deep.model_selection._search import SearchData, warn_of_divided_validation
from sklearn_deep.model_selection._tuner import Moves, Trials, Tuning, with_settings


@explained
class BiasVarianceTuner(LinksToDocs, ExplainsNames, SearchOfOneMetric):
    """Tune an estimator in rounds, each of which reduces either bias or variance.

    Each round tries ``n_iter`` settings on the same folds: first the advice of ``bias_variance_report``,
    item by item and all items together, then random settings close to it.

    * Scaling comes first. If the target is not scaled, ``normalize_y=True`` is set. If features are not
      scaled, a ``StandardScaler`` is inserted directly before the network; then ``best_estimator_`` is a
      ``Pipeline``, and parameter names are those of this pipeline. These changes are kept unless the fit
      fails. No scaler is inserted if it could not be applied to ``X_val`` (see ``transform_input`` of
      ``Pipeline``).
    * Bias, if the avoidable bias exceeds the tolerance: wider or deeper networks, longer training, a
      larger or smaller learning rate, less regularization. The chosen setting minimizes the validation
      error plus the amount by which the avoidable bias exceeds the tolerance, among settings whose
      validation error is at most the tolerance above the lowest one so far.
    * Variance, if the generalization gap exceeds the tolerance: weight decay, dropout, input noise, label
      smoothing, mixup, early stopping. The chosen setting has the lowest validation error among those
      whose avoidable bias is within the tolerance, or among all if there is none.

    A round that improves this criterion by less than a tenth of the tolerance is discarded, and if both
    bias and variance are present, the next round addresses the other one. If bias returns, it is
    addressed first.

    Estimators that are not networks are tuned only with the advice of the report, if it names parameters.
    Callbacks of scikit-learn 1.9 receive the events of one search per round.

    Parameters
    ----------
    estimator : estimator
        Classifier or regressor, or a ``Pipeline`` that ends in one; it is cloned. Set its ``random_state``
        to an int, so that differences between rounds are not due to chance.
    cv : int, splitter or iterable, default=5
        Cross-validation folds. Computed once and used in all rounds.
    scoring : str, callable or None, default=None
        Score from which errors are computed. See ``bias_variance_report``.
    bayes_error : float or "1nn", default=0.0
        Lowest error that any model can reach. See ``bias_variance_report``.
    tolerance : float >= 0, default=0.02
        Avoidable bias and generalization gap that are accepted, in units of the error.
    n_iter : int >= 1, default=12
        Number of settings (candidates) per round.
    max_fits : int >= 1, default=500
        Maximum number of fits on folds, one per setting and fold. The final fit on all samples is not
        counted.
    max_seconds : float > 0 or None, default=None
        Time limit in seconds (wall-clock time). It excludes the final fit. When it is reached, networks in
        training stop after their current epoch, and the last round chooses among the settings that were
        trained completely on all folds. ``estimator`` itself is trained for at least one epoch on each fold.
        Such results are not reproducible. None sets no limit.
    n_jobs : int or None, default=None
        Number of networks trained at the same time, each with one thread: in threads, in processes if
        training is not compiled, or with the backend set by ``joblib.parallel_config``.
    random_state : int, RandomState or None, default=None
        Seed or generator of random numbers; pass an int for reproducible results. Determines the random
        settings.
    verbose : int, default=0
        Verbosity; 0 prints nothing. If 1, print one line per round; if 2, also show the progress of each
        round.

    Attributes
    ----------
    best_estimator_ : estimator
        Estimator fitted on all samples with the best setting: the one with the lowest validation error
        among those that were kept.
    best_params_ : dict
        Parameters of ``best_estimator_`` that differ from ``estimator``; empty if no other setting was
        better.
    best_score_ : float
        Mean validation score of the best setting over the folds.
    report_ : BiasVarianceReport
        Errors, verdict and remaining advice for the best setting.
    steps_ : list of TunerStep
        One record per round: diagnosis, action, reason and result. Prints as a table.
    stop_reason_ : str
        "target" (neither bias nor variance exceeds the tolerance), "no progress" (two rounds in a row were
        discarded), "no moves" (nothing left to try), "max_fits" or "max_seconds".
    n_fits_ : int
        Number of fits on folds.
    seconds_ : float
        Total time in seconds, including the final fit.
    scorer_, refit_time_, n_splits_, n_features_in_, feature_names_in_, classes_
        As in ``RandomizedSearchCV``.

    See Also
    --------
    sklearn_deep.inspection.bias_variance_report : Diagnosis of a single setting.
    BatchedRandomizedSearchCV : Random search in a user-defined space.

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

    # Attributes that methods inherited from scikit-learn's searches use.
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
        """Tune the estimator, and fit the best setting on all samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples, in any form that the estimator accepts.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels or target values.
        **params : dict
            Arguments for ``fit`` of the estimator, the splitter (``groups``) and the scorer, as in
            ``RandomizedSearchCV``; arrays as long as X are split into the folds.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If y is None, a parameter is invalid, a fit of the first round fails, or its score is NaN.
        """
        validate_params(self)
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None. Pass y: without "
                "it, the error of predictions cannot be measured."
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
        # The report of a setting already mentions divergence.
        tell(self._out_of_time(tuning))
        seen = summed((d for d in doubts if d.kind != DIVERGED), tuning.n_fits)
        tell([*seen, *(d for d in refitted if d.kind not in {one.kind for one in seen})])
        return self

    def _out_of_time(self, tuning: Tuning) -> list[Doubt]:
        """Return a warning if the time limit has cut a round short."""
        if not tuning.trials.has_cut:
            return []
        last = tuning.steps[-1]
        what = (
            "the networks of the last round ended after their current epoch, and its settings that were not "
            "trained to the end are ignored."
            if last.round
            else "the report is about networks that ended after their current epoch."
        )
        text = (
            f"{type(self).__name__} reached max_seconds={self.max_seconds:g} in round {last.round}: {what} "
            "Increase max_seconds, or lower n_iter."
        )
        return [Doubt(OUT_OF_TIME, ConvergenceWarning(text))]

    def _adopt(
        self, tuning: Tuning, reason: str, fitted: Any, scorer: Any, refit_time: float
    ) -> None:
        """Set all fitted attributes at once, so that an interrupted fit changes nothing."""
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
            # The score of a search may differ from the default of the report.
            scoring = "accuracy" if is_classifier(self.estimator) else "r2"
        return check_scoring(self.estimator, scoring)

    def _check_budget(self, n_folds: int) -> None:
        if self.max_fits < n_folds:
            raise ValueError(
                f"The 'max_fits' parameter of {type(self).__name__} must be at least {n_folds}, one fit for "
                f"each fold of the first round; got {self.max_fits}."
            )
