"""A random search that trains the networks of all candidates and folds together."""

from __future__ import annotations

from numbers import Integral, Real
from os import PathLike
from time import perf_counter
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import is_classifier
from sklearn.model_selection import RandomizedSearchCV, check_cv
from sklearn.utils import indexable

from sklearn_deep._compat.sklearn import Interval, StrOptions, check_method_params, validate_params
from sklearn_deep._compat.sklearn_callbacks import with_callbacks
from sklearn_deep._compat.sklearn_doc_links import LinksToDocs
from sklearn_deep._compat.sklearn_search import (
    SearchTask,
    begin_search_task,
    check_refit_of_metrics,
    routed_params_of_search,
    scorer_of_search,
    scorers_by_name,
)
from sklearn_deep._shared import Doubt, ExplainsNames, explained, gathered, tell
from sklearn_deep.model_selection._ensemble import SearchEnsembleMixin
from sklearn_deep.model_selection._search import (
    SearchData,
    SearchRun,
    Stages,
    StoredSpace,
    best_of,
    check_budget,
    doubts_of_search,
    memory_of,
    warn_of_divided_validation,
)

# Fitted attributes that not every fit sets, so those of an earlier fit must be deleted.
_NOT_ALWAYS_FOUND = (
    *("best_estimator_", "best_index_", "best_params_", "best_score_", "refit_time_"),
    *("feature_names_in_", "n_epochs_saved_", "share_saved_", "ensemble_", "ensemble_weights_"),
    "ensemble_score_",
)


@explained
class BatchedRandomizedSearchCV(
    LinksToDocs, ExplainsNames, StoredSpace, SearchEnsembleMixin, RandomizedSearchCV
):
    """Randomized search that trains the networks of all candidates and folds together.

    Draws the same candidates as scikit-learn's ``RandomizedSearchCV`` with the same ``random_state``;
    on a CPU, the scores are bit-identical to it. Computations that fits share are done once. On a GPU,
    networks of the same structure are trained together as one batched network. They have the same
    structure if depth, activation, normalization, batch size, type of optimizer and loss, and
    ``max_epochs`` are equal; widths, learning rate, dropout, noise, weight decay, early stopping, seeds
    and folds may differ.

    The estimator may be a network, a ``Pipeline`` with a network (preprocessing is then fitted once for
    each distinct setting and fold) or a ``TransformedTargetRegressor``. Other estimators, and networks
    with ``net_callbacks``, are fitted one by one, with the same results. If scikit-learn's callbacks
    observe the fits of candidates, because they were set on the estimator or propagate from the search,
    scikit-learn runs all fits itself, one after the other, without halving and checkpoint.

    Parameters
    ----------
    estimator : estimator
        Estimator that is cloned and fitted for each candidate and fold; set its ``random_state`` to an int.
    param_distributions : dict or list of dict
        Search space: a list of values, or a distribution with ``rvs``, for each parameter name.
    n_iter : int >= 1 or "all", default=10
        Number of candidates; "all" tries every combination of lists, as ``GridSearchCV`` does.
    n_stages : int >= 1, default=1
        Number of stages into which ``n_iter`` is divided. After each stage, the space is narrowed around
        the best candidates so far, each parameter on its own scale.
    min_epochs : int >= 1 or None, default=None
        If an int, use successive halving in each stage: all candidates are trained for ``min_epochs``
        epochs, the best 1 / ``factor`` of them (rounded up) for ``factor`` times as many, and so on up to
        ``max_epochs``. Candidates are ranked by the mean test score of the metric in ``refit`` (or the
        first metric). Training is paused and resumed, so surviving candidates get exactly the scores they
        would get without halving; a dropped candidate keeps its score from when it was dropped. Fits are
        paused only if the network is the last step of the estimator; other fits, and networks that
        stopped early, are complete and compete with their final scores. Incompatible with ``checkpoint``.
    factor : number > 1, default=3
        Ratio of epochs from one round of halving to the next, as in ``HalvingRandomSearchCV``.
    max_seconds : float > 0 or None, default=None
        Time limit in seconds (wall-clock time). It excludes the refit. When it is reached, networks in
        training stop after their current epoch and are scored in this state; further fits and stages do not
        start, and their scores are NaN. The first candidate is trained for at least one epoch on each fold.
        Such results are not reproducible; with ``checkpoint``, a repeated search trains only the fits that
        were not completed. None sets no limit. See docs/guide/batched_search.md.
    scoring : str, callable, list, tuple or dict, default=None
        As in ``RandomizedSearchCV``.
    n_jobs : int or None, default=None
        Number of networks trained at the same time, each with one thread: in threads, in processes if
        training is not compiled, or with the backend set by ``joblib.parallel_config``.
    refit : bool, str or callable, default=True
        As in ``RandomizedSearchCV``.
    cv : int, splitter or iterable, default=None
        Cross-validation folds. Computed once and used in all stages; otherwise as in
        ``RandomizedSearchCV``.
    verbose : int, default=0
        Verbosity; 0 prints nothing. If 1, show a progress bar of the epochs of all fits and the best score
        so far. If 2, print each fit when it is scored, the best candidate of each stage, and why estimators
        are fitted one by one.
    pre_dispatch : int or str, default="2*n_jobs"
        Number of fits that are sent to processes at a time.
    random_state : int, RandomState or None, default=None
        Seed or generator of random numbers; pass an int for reproducible results. Determines the candidates.
    error_score : "raise" or float, default=nan
        Score of a fit that raises an error. A fit that diverges does not count as failed: it is scored
        with the weights of its last finite epoch.
    return_train_score : bool, default=False
        If true, also compute training scores.
    population_size : int >= 1 or "auto", default="auto"
        Maximum number of networks trained together on a GPU; "auto" uses half of its free memory. On a
        CPU, each network is trained separately.
    device : str or None, default=None
        Device for training: "cpu", "cuda", "cuda:<index>", or "auto" for a GPU if one is available. None
        uses the device of the estimator.
    checkpoint : str or path, default=None
        SQLite file that stores trained networks and the scores of other fits; ``~`` is the home directory.
        If the search is interrupted and ``fit`` is called again, it resumes from this file, with the same
        results. Preprocessing is fitted again, and so is everything that depends on a step whose
        ``random_state`` is not an integer. The file is rejected if anything that affects the results has
        changed: data, folds, estimator, search space, ``n_iter``, ``n_stages``, ``random_state``,
        ``scoring``, ``refit``, ``error_score``, ``device``, versions of libraries, or code of user-defined
        functions and classes. Reading the file executes no code. If the disk is full, the search continues
        with a warning.
    ensemble_size : int >= 1 or None, default=None
        If an int, build an ensemble of the estimators fitted on the folds. This many candidates are
        selected one after the other (repetition is possible), each such that the score of the averaged
        out-of-fold predictions, for the metric in ``refit``, improves most. Candidates that were dropped
        or failed are not used. Estimators without ``predict_proba`` vote. The scorer must use only
        predictions. During the search, the estimators of all candidates and folds stay in memory.
    predict_with : "best" or "ensemble", default="best"
        Whether ``predict``, ``predict_proba``, ``predict_log_proba`` and ``score`` use ``best_estimator_``
        or ``ensemble_``, which has no ``decision_function``. "ensemble" with ``refit=False`` avoids
        another fit.

    Attributes
    ----------
    cv_results_ : dict of str to ndarray of shape (n_candidates,)
        As in ``RandomizedSearchCV``, plus ``stage`` (from 0) and ``diverged`` (number of folds whose
        network diverged). ``fit_time`` of networks trained together is the total time divided among them.
        With ``min_epochs`` also ``n_epochs`` (maximum over the folds; 0 if the last step is no network)
        and ``dropped``; with ``max_seconds`` also ``n_epochs`` and ``complete`` (whether all fits of the
        candidate were trained to their end). ``rank_test_score`` includes all candidates, but the best
        candidate is chosen among those that were not dropped and, if there are any, are complete, unless
        ``refit`` is a callable.
    best_estimator_, best_score_, best_params_, best_index_, scorer_, refit_time_, multimetric_,
    n_splits_, n_features_in_, feature_names_in_, classes_
        As in ``RandomizedSearchCV``.
    stages_ : list of length n_stages
        Search space of each stage (of fewer stages if ``max_seconds`` is reached). For each parameter:
        ``(low, high)``, a list of values, or the fields of ``hidden_layers``. A list of such dicts if
        ``param_distributions`` is a list.
    ensemble_ : predictor
        Average of the estimators of the selected candidates (one per fold): of their probabilities, votes
        or target values. This and the next two attributes are defined only with ``ensemble_size``.
    ensemble_weights_ : ndarray of shape (n_candidates,)
        How often each candidate was selected, divided by ``ensemble_size``.
    ensemble_score_ : float
        Mean test score of the ensemble over the folds. It is optimistic, because candidates were selected
        on the same samples. With ``ensemble_size=1`` it is ``mean_test_score`` of the best candidate.
    n_epochs_saved_ : int
        Number of epochs, over all networks, that were not trained because candidates were dropped (an
        upper bound: some might have stopped early). This and ``share_saved_`` need ``min_epochs``.
    share_saved_ : float
        ``n_epochs_saved_`` as a fraction, in [0, 1], of the epochs of a search without halving.

    See Also
    --------
    sklearn.model_selection.RandomizedSearchCV : The same search, with fits one after the other.

    References
    ----------
    Bergstra and Bengio, "Random search for hyper-parameter optimization", 2012.

    Caruana, Niculescu-Mizil, Crew and Ksikes, "Ensemble selection from libraries of models", 2004.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from sklearn_deep import MLPClassifier
    >>> from sklearn_deep.model_selection import BatchedRandomizedSearchCV, loguniform
    >>> X, y = load_iris(return_X_y=True)
    >>> mlp = MLPClassifier((16,), max_epochs=20, early_stopping=None, random_state=0)
    >>> space = {"mlpclassifier__learning_rate": loguniform(1e-4, 1e-1)}
    >>> search = BatchedRandomizedSearchCV(
    ...     make_pipeline(StandardScaler(), mlp), space, n_iter=8, cv=3, random_state=0
    ... ).fit(X, y)
    >>> bool(search.best_score_ > 0.9)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **RandomizedSearchCV._parameter_constraints,
        "n_iter": [Interval(Integral, 1, None, closed="left"), StrOptions({"all"})],
        "n_stages": [Interval(Integral, 1, None, closed="left")],
        "min_epochs": [Interval(Integral, 1, None, closed="left"), None],
        "factor": [Interval(Real, 1, None, closed="neither")],
        "max_seconds": [Interval(Real, 0, None, closed="neither"), None],
        "device": [str, None],
        "checkpoint": [str, PathLike, None],
        "ensemble_size": [Interval(Integral, 1, None, closed="left"), None],
        "predict_with": [StrOptions({"best", "ensemble"})],
        "population_size": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
    }

    def __init__(
        self,
        estimator: Any,
        param_distributions: Any,
        *,
        n_iter: int | str = 10,
        n_stages: int = 1,
        min_epochs: int | None = None,
        factor: float = 3,
        max_seconds: float | None = None,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        pre_dispatch: int | str = "2*n_jobs",
        random_state: Any = None,
        error_score: float | str = np.nan,
        return_train_score: bool = False,
        population_size: int | str = "auto",
        device: str | None = None,
        checkpoint: str | PathLike[str] | None = None,
        ensemble_size: int | None = None,
        predict_with: str = "best",
    ) -> None:
        super().__init__(
            estimator,
            param_distributions,
            n_iter=n_iter,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            pre_dispatch=pre_dispatch,
            random_state=random_state,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.n_stages = n_stages
        self.min_epochs = min_epochs
        self.factor = factor
        self.max_seconds = max_seconds
        self.population_size = population_size
        self.device = device
        self.checkpoint = checkpoint
        self.ensemble_size = ensemble_size
        self.predict_with = predict_with

    @with_callbacks
    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Run the search, and fit the best candidate on all samples unless ``refit`` is false.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Class labels or target values; None for unsupervised estimators.
        **params : dict
            Arguments for ``fit`` of the estimator, the splitter (``groups``) and the scorer, as in
            ``RandomizedSearchCV``; arrays as long as X are split into the folds.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is invalid, if all fits fail, if one fails and ``error_score="raise"``, or if the
            file in ``checkpoint`` is damaged or belongs to another search.
        OSError
            If the file in ``checkpoint`` is in use, or cannot be opened or written.

        Warns
        -----
        ScaleWarning, ConvergenceWarning
            Warnings of the fits, one for each kind, with the number of fits on folds concerned. Dropped
            candidates do not cause warnings about convergence. A ConvergenceWarning if ``max_seconds`` is
            reached.
        """
        validate_params(self)
        check_budget(self)
        scorer, metric = scorer_of_search(self)
        self._check_ensemble(scorers_by_name(scorer))
        X, y = indexable(X, y)
        params = check_method_params(X, params)
        routed = routed_params_of_search(self, params)
        warn_of_divided_validation(type(self).__name__, X, params)
        stages = Stages(self)
        splits = self._splits(X, y, routed.splitter.split)
        data = SearchData(X, y, params, routed, splits, scorer, metric)
        task = begin_search_task(self, 1 + (self.refit is not False), **data.told)
        with memory_of(self, data) as memory:
            run = SearchRun(self, data, stages, memory)
            results = run.run(task)
        found, refitted = self._best(run, results, task)
        found |= self._ensemble_of(run.out_of_fold, run.record.first_scores)
        self._adopt(run, results, found)
        task.end()
        tell(doubts_of_search(self, results, run.record.outcomes, refitted))
        return self

    def _best(
        self, run: SearchRun, results: dict[str, Any], task: SearchTask
    ) -> tuple[dict[str, Any], list[Doubt]]:
        """Return the fitted attributes of the best candidate, and the warnings of its refit."""
        metric, first = run.data.metric, run.record.first_scores
        found: dict[str, Any] = {"multimetric_": isinstance(first, dict)}
        if callable(self.scoring) and found["multimetric_"]:
            # Only now are the metrics known that the callable returns.
            check_refit_of_metrics(self, first)
            metric = self.refit
        if not self.refit and found["multimetric_"]:
            return found, []
        best = best_of(results, self.refit, metric)
        found |= {"best_index_": best.place, "best_params_": best.params}
        if best.score is not None:
            found["best_score_"] = best.score
        if not self.refit:
            return found, []
        with gathered() as doubts:
            refitted = self._refitted(run.candidate(best.params), run.data, task)
        return found | refitted, doubts

    def _refitted(self, estimator: Any, data: SearchData, task: SearchTask) -> dict[str, Any]:
        part, params = task.part("refit-with-best-params"), data.routed.estimator.fit
        given = (data.X,) if data.y is None else (data.X, data.y)
        with part.propagated_to(estimator):
            part.begin(**data.told)
            start = perf_counter()
            estimator.fit(*given, **params)
            seconds = perf_counter() - start
        part.end()
        names = getattr(estimator, "feature_names_in_", None)
        named = {} if names is None else {"feature_names_in_": names}
        return {"best_estimator_": estimator, "refit_time_": seconds, **named}

    def _adopt(self, run: SearchRun, results: dict[str, Any], best: dict[str, Any]) -> None:
        """Set all fitted attributes at once, so that an interrupted fit changes nothing."""
        for name in _NOT_ALWAYS_FOUND:
            self.__dict__.pop(name, None)
        for name, value in best.items():
            setattr(self, name, value)
        self.cv_results_, self.stages_ = results, run.stages.ranges
        self.scorer_, self.n_splits_ = scorers_by_name(run.data.scorer), len(run.data.splits)
        if self.min_epochs is not None:
            self.n_epochs_saved_ = run.n_saved
            self.share_saved_ = run.n_saved / max(1, run.n_saved + run.n_trained)

    def _splits(self, X: Any, y: Any, params: dict[str, Any]) -> list[Any]:
        cv = check_cv(self.cv, y, classifier=is_classifier(self.estimator))
        splits = list(cv.split(X, y, **params))
        n_splits = cv.get_n_splits(X, y, **params)
        if len(splits) != n_splits:
            raise ValueError(
                f"cv.split and cv.get_n_splits return inconsistent results. Expected {n_splits} splits, got "
                f"{len(splits)}. Correct the splitter passed as 'cv'."
            )
        return splits
