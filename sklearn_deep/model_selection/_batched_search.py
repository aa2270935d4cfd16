"""A random search that trains candidates × folds together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from numbers import Integral, Real
from os import PathLike
from time import perf_counter
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RandomizedSearchCV, check_cv
from sklearn.utils import indexable

from sklearn_deep._compat.sklearn import Interval, StrOptions, check_method_params, validate_params
from sklearn_deep._compat.sklearn_callbacks import with_callbacks
from sklearn_deep._compat.sklearn_search import (
    SearchTask,
    begin_search_task,
    check_refit_of_metrics,
    routed_params_of_search,
    scorer_of_search,
    scorers_by_name,
)
from sklearn_deep._equality import Digest
from sklearn_deep._fits import Checkpoint, KeptAnswers
from sklearn_deep._shared import Doubt, ExplainsNames, by_kind, explained, gathered, tell
from sklearn_deep.estimators import DIVERGED
from sklearn_deep.model_selection._ensemble import SearchEnsembleMixin
from sklearn_deep.model_selection._search import (
    SearchData,
    SearchRun,
    Stages,
    StoredSpace,
    best_of,
    check_budget,
    identity_of,
    warn_of_divided_validation,
)

# Fitted attributes that depend on parameters and data: those of an earlier fit must not stay.
_NOT_ALWAYS_FOUND = (
    *("best_estimator_", "best_index_", "best_params_", "best_score_", "refit_time_"),
    *("feature_names_in_", "n_epochs_saved_", "share_saved_", "ensemble_", "ensemble_weights_"),
    "ensemble_score_",
)


@explained
class BatchedRandomizedSearchCV(
    ExplainsNames, StoredSpace, SearchEnsembleMixin, RandomizedSearchCV
):
    """Random search over parameters that plans the fits of all candidates × folds together.

    Draws the candidates that scikit-learn's ``RandomizedSearchCV`` draws for the same
    ``random_state`` and finds, on a CPU, the same scores to the last bit. What fits have in common
    is done once. On a GPU, networks of equal structure are trained together, in populations, as one
    batched network. Structure is depth, activation, normalization, batch size, kind of optimizer and
    loss, ``max_epochs``; all numbers may differ inside a population: widths, learning rate, dropout,
    noise, decay, early stopping, seeds, folds.

    Networks are found alone, as steps of a ``Pipeline`` (preprocessing is then fitted once for each
    distinct setting and fold) and inside a ``TransformedTargetRegressor``. Other estimators, and
    networks with ``net_callbacks``, are fitted one by one, with the same results. If scikit-learn's
    callbacks observe the fits of candidates, because they were set on the estimator or propagate
    from the search, scikit-learn makes all fits itself, one after the other in this process, and none
    is paused, dropped or kept in a checkpoint.

    Parameters
    ----------
    estimator : estimator
        Fitted with each candidate's parameters; give it an integer ``random_state``.
    param_distributions : dict or list of dict
        Lists, or distributions with ``rvs``, by name of parameter.
    n_iter : int >= 1 or "all", default=10
        Candidates; "all" tries every combination of lists, as ``GridSearchCV`` does.
    n_stages : int >= 1, default=1
        Stages among which ``n_iter`` is divided. After each the space shrinks to the neighborhood
        of the best candidates so far, each parameter on its own scale.
    min_epochs : int >= 1 or None, default=None
        With a number the candidates of each stage are halved successively: all train this many
        epochs, the best 1 / ``factor`` of them (rounded up) continue to ``factor`` times as many, and
        so on up to ``max_epochs``. They are ranked by their mean test score, of the metric that
        ``refit`` names or else the first one. Training is paused and resumed, so candidates that are
        kept have exactly the scores of a search without halving; a candidate that is dropped keeps
        the score that its networks had then. Only networks that complete the estimator are paused: alone, last in a
        ``Pipeline``, in a ``TransformedTargetRegressor``. All other fits come to their end first;
        they, and networks that stopped early, compete with the scores they have. Cannot be combined
        with ``checkpoint``.
    factor : number > 1, default=3
        Of ``min_epochs``, as in scikit-learn's ``HalvingRandomSearchCV``.
    scoring : str, callable, list, tuple or dict, default=None
        As in ``RandomizedSearchCV``.
    n_jobs : int or None, default=None
        Networks trained at a time: in threads, or by another backend that ``joblib.parallel_config``
        sets. Each trains with one thread.
    refit : bool, str or callable, default=True
        As in ``RandomizedSearchCV``.
    cv : int, splitter or iterable, default=None
        As in ``RandomizedSearchCV``; split once, for all stages.
    verbose : int, default=0
        1 shows a bar over epochs of all fits with the best score so far; 2 prints each fit as it is
        scored, each stage's best, and why an estimator is fitted by itself.
    pre_dispatch : int or str, default="2*n_jobs"
        Trainings that are handed to processes at a time.
    random_state : int, RandomState or None, default=None
        Source of the candidates.
    error_score : "raise" or float, default=nan
        Score of fits that raise. One that diverges is no error: it is scored with the weights of
        its last finite epoch.
    return_train_score : bool, default=False
        Whether training scores are computed too.
    population_size : int >= 1 or "auto", default="auto"
        Networks that are trained together on a GPU, at most; "auto" takes half of its free memory.
        On a CPU each network is trained by itself.
    device : str or None, default=None
        Where networks are trained, the best one included: "cpu", "cuda", "cuda:<index>", "auto" for
        a GPU if there is one; None leaves it to the estimator.
    checkpoint : str or path, default=None
        File in which finished trainings are kept; ``~`` is the home directory. A search that was
        killed and is fitted again, unchanged, continues from there with the same results. The file is
        refused if anything differs that results depend on: data, folds, estimator, space, ``n_iter``,
        ``n_stages``, ``random_state``, ``scoring``, ``refit``, ``error_score``, ``device``, versions of
        libraries, or the code of a user-defined function or class that any of these refers to.
        Open only files that you trust: they are pickles.
    ensemble_size : int >= 1 or None, default=None
        With a number, an ensemble of the estimators that the search has fitted on the folds: so many
        candidates are selected one after the other, each to improve the score of the averaged
        predictions for the test parts most; a candidate may be selected again. Candidates that were
        dropped or failed are left out. Samples in several test parts count in each, samples in none
        do not count. The metric is that which ``refit`` names. Until the end of the search it holds
        the fitted estimators of all candidates, ``n_iter`` times the number of folds, and their predictions,
        ``n_iter`` times samples times classes. Estimators without ``predict_proba`` vote. The scorer
        may need nothing but predictions.
    predict_with : "best" or "ensemble", default="best"
        What ``predict``, ``predict_proba``, ``predict_log_proba`` and ``score`` use: ``best_estimator_``
        or ``ensemble_``, which has no ``decision_function``. With "ensemble" and ``refit=False``
        nothing is trained again.

    Attributes
    ----------
    cv_results_ : dict of str to ndarray of shape (n_candidates,)
        As of ``RandomizedSearchCV``, and ``stage`` (from 0) and ``diverged`` (folds whose network
        diverged). ``fit_time`` is a fit's share of the time of what was trained together. With
        ``min_epochs`` also ``n_epochs`` (of the longest of a candidate's fits; 0 where no network
        completes the estimator) and ``dropped``. ``rank_test_score`` ranks all scores, however long
        the training; the best candidate is chosen among those that were not dropped, unless ``refit``
        is a callable.
    best_estimator_, best_score_, best_params_, best_index_, scorer_, refit_time_, multimetric_,
    n_splits_, n_features_in_, feature_names_in_, classes_
        As of ``RandomizedSearchCV``.
    stages_ : list of length n_stages
        What could be drawn in each stage, by parameter: ``(low, high)``, a list of values, or the
        fields of ``hidden_layers``; a list of such dicts where ``param_distributions`` is one.
    ensemble_ : predictor
        The mean of the estimators of the selected candidates, one per fold: probabilities, votes or
        numbers. Only with ``ensemble_size``, as the next two.
    ensemble_weights_ : ndarray of shape (n_candidates,)
        How often each candidate was selected, divided by ``ensemble_size``.
    ensemble_score_ : float
        Mean test score of the ensemble over the folds. It is optimistic, because the selection has
        looked at the same samples. An ensemble of size 1 has the ``mean_test_score`` of the best
        candidate.
    n_epochs_saved_ : int
        Epochs, over all networks, that candidates had left when they were dropped; at most, as
        some might have stopped early. Only with ``min_epochs``, as the next.
    share_saved_ : float
        Their share, in [0, 1], of all epochs that would have been trained.

    See Also
    --------
    sklearn.model_selection.RandomizedSearchCV : The same search, one fit after the other.

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
        self.population_size = population_size
        self.device = device
        self.checkpoint = checkpoint
        self.ensemble_size = ensemble_size
        self.predict_with = predict_with

    @with_callbacks
    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Search, and fit the best candidate on all samples unless ``refit`` is False.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Targets; None for estimators that need none.
        **params : dict
            For ``fit`` of the estimator, the splitter (``groups``) and the scorer, as in
            ``RandomizedSearchCV``; arrays as long as X are divided by the folds.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is invalid, every fit fails, or one fails with ``error_score="raise"``.

        Warns
        -----
        ScaleWarning, ConvergenceWarning
            Those of the fits, once for each kind, with the number of fits on folds that have it.
            Candidates that are dropped before ``max_epochs`` do not count as fits without convergence.
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
        run = SearchRun(self, data, stages, self._memory(data))
        task = begin_search_task(self, 1 + (self.refit is not False), **data.told)
        results = run.run(task)
        found, refitted = self._best(run, results, task)
        found |= self._ensemble_of(run.out_of_fold, run.record.first_scores)
        self._adopt(run, results, found)
        task.end()
        self._warn_of_divergence()
        tell(_doubts_of_search(run.record.doubts_of_fits(), refitted))
        return self

    def _best(
        self, run: SearchRun, results: dict[str, Any], task: SearchTask
    ) -> tuple[dict[str, Any], list[Doubt]]:
        """Return the fitted attributes of the best candidate, and what its refit warned of."""
        metric, first = run.data.metric, run.record.first_scores
        found: dict[str, Any] = {"multimetric_": isinstance(first, dict)}
        if callable(self.scoring) and found["multimetric_"]:
            # Which metrics it returns was not known before.
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
        """Set all fitted attributes at once, so that a fit that is interrupted changes nothing."""
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
                f"{len(splits)}. Correct the splitter that is given as 'cv'."
            )
        return splits

    def _memory(self, data: SearchData) -> Callable[[int], KeptAnswers] | None:
        """Return a function that gives the memory of a stage, kept in the file of this search."""
        if self.checkpoint is None:
            return None
        if not isinstance(self.random_state, Integral):
            raise ValueError(  # noqa: TRY004 - as scikit-learn's own checks
                f"The 'random_state' parameter of {type(self).__name__} must be an int where 'checkpoint' is "
                f"given, so that the same candidates are drawn again; got {self.random_state!r}."
            )
        digest = Digest()
        checkpoint = Checkpoint(
            self.checkpoint, identity_of(self, (data.X, data.y, data.params), data.splits, digest)
        )
        return partial(KeptAnswers, checkpoint, digest)

    def _warn_of_divergence(self) -> None:
        n_diverged = int(self.cv_results_["diverged"].sum())
        if n_diverged:
            n_fits = len(self.cv_results_["diverged"]) * self.n_splits_
            text = (
                f"{n_diverged} of {n_fits} fits diverged and are scored with the weights of their last "
                "finite epoch (cv_results_['diverged'] counts them by candidate). Search smaller "
                "learning rates, or scale the inputs."
            )
            tell([Doubt(DIVERGED, ConvergenceWarning(text))])


def _doubts_of_search(fits: list[list[Doubt]], refitted: list[Doubt]) -> list[Doubt]:
    """Return one doubt of each kind, with its number of fits; those of the refit only if no fit has them."""
    found = by_kind(fits)
    known = {doubt.kind for doubt in found}
    return [*found, *(doubt for doubt in refitted if doubt.kind not in known)]
