"""Base class of the ensembles: parameters, ``fit`` and the predictions of each member."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from contextlib import closing
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, MetaEstimatorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags, check_array, check_random_state, get_tags, indexable
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.validation import check_is_fitted

from sklearn_deep._compat.sklearn import (
    HasMethods,
    Interval,
    StrOptions,
    check_method_params,
    safe_split,
    validate_params,
)
from sklearn_deep._compat.sklearn_doc_links import LinksToDocs
from sklearn_deep._compiled import announced
from sklearn_deep._equality import Key
from sklearn_deep._fits import (
    Asking,
    FitScheduler,
    Fitted,
    Job,
    JobsTime,
    Outcome,
    Progress,
    Samples,
    TrainingSubsets,
    Workers,
    fitting,
)
from sklearn_deep._process import TimeLimit
from sklearn_deep._shared import (
    AveragingTask,
    Doubt,
    ExplainsNames,
    by_kind,
    tell,
    warn_user,
    weighted_mean,
)
from sklearn_deep.ensemble._left_out import left_out_predictions
from sklearn_deep.ensemble._members import seeded_clones, weight_argument
from sklearn_deep.ensemble._remembering import remembering
from sklearn_deep.ensemble._resampling import Part, resampled
from sklearn_deep.ensemble._validated import Held, Prepared, prepared
from sklearn_deep.estimators import DIVERGED, OUT_OF_TIME
from sklearn_deep.training import Shared

# Prefix of the attributes with predictions for samples that a member was not trained on.
_OUT_OF_SAMPLE = {"folds": "oof", "bootstrap": "oob"}


class DeepEnsemble(LinksToDocs, ExplainsNames, MetaEstimatorMixin, BaseEstimator):
    """Base class of ensembles; see ``DeepEnsembleClassifier``."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "estimator": [HasMethods("fit"), None],
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "resampling": [StrOptions({"seeds", "folds", "bootstrap"})],
        "max_seconds": [Interval(Real, 0, None, closed="neither"), None],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        estimator: Any = None,
        n_estimators: int = 8,
        *,
        resampling: str = "seeds",
        max_seconds: float | None = None,
        n_jobs: int | None = None,
        random_state: Any = None,
        verbose: int = 0,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.resampling = resampling
        self.max_seconds = max_seconds
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    @abstractmethod
    def _inner(self) -> Any:
        """Return the estimator; None is replaced by the default one.

        Raises
        ------
        ValueError
            If the estimator is not a classifier (or regressor).
        """

    @abstractmethod
    def _score_of(self, y: Any, predictions: np.ndarray, weight: Any) -> float:
        """Return the accuracy or the coefficient of determination R²."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **fit_params: Any) -> Self:
        """Fit all estimators of the ensemble.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Class labels or target values.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight >= 0 of each sample; None means 1 for all. In a pipeline, it is passed to the last step;
            if metadata routing is enabled, to all steps that request it.
        **fit_params : dict
            Further arguments of the estimator's ``fit``; arrays as long as X are resampled like X.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is invalid, there are fewer samples than folds, all training samples of an
            estimator have weight zero, or the fit of an estimator fails.

        Warns
        -----
        ScaleWarning, ConvergenceWarning
            Warnings of the estimators, one for each kind, with the number of estimators concerned; and one
            if ``max_seconds`` was reached.
        """
        X, y = indexable(X, y)
        task, members, parts = self._begin(y, sample_weight)
        params = self._params_of_fit(X, sample_weight, fit_params)
        outcomes = self._outcomes(members, X, y, params, sample_weight, parts)
        self._adopt(task, [outcome.estimator for outcome in outcomes])
        if self.resampling in _OUT_OF_SAMPLE:
            self._predict_left_out(X, y, sample_weight, parts)
        self._warn(outcomes)
        return self

    def _begin(self, y: Any, sample_weight: Any) -> tuple[AveragingTask, list[Any], list[Part]]:
        """Check all arguments; return the task, the unfitted members and their samples."""
        validate_params(self)
        self._check_size()
        estimator = self._inner()
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None."
            )
        check_array(y, ensure_2d=False, dtype=None, input_name="y")
        task = AveragingTask.of(estimator, y, f"'estimator' of {type(self).__name__} is wrong")
        generator = check_random_state(self.random_state)
        members = seeded_clones(estimator, self.n_estimators, generator)
        parts = resampled(self.resampling, len(members), y, task.kind, generator)
        self._check_weights(sample_weight, parts)
        return task, members, parts

    @property
    def _fit_asking(self) -> Callable[..., Asking] | None:
        """Coroutine version of ``fit``, so that a search can train the members of all its fits together.

        None if the members are trained on different samples or have a time limit together; a search then
        calls ``fit``.
        """
        has_own_time = self.max_seconds is not None
        return self._asking if self.resampling == "seeds" and not has_own_time else None

    def _asking(
        self, X: Samples, y: Samples | None, params: dict[str, Samples | None], shared: Shared
    ) -> Asking:
        """Fit as a coroutine that yields requests for the slow parts; return the ensemble and its key."""
        weight = params.get("sample_weight")
        task, members, _ = self._begin(
            None if y is None else y.read(), None if weight is None else weight.read()
        )
        others = {name: value for name, value in params.items() if name != "sample_weight"}
        given = self._params_of_fit(X.read(), weight, others)
        fitted, keys = [], []
        known: dict[Key, Fitted] = {}  # fitted preprocessing, which all members share
        for member in members:
            own = {name: None if value is None else value.again() for name, value in given.items()}
            assert y is not None
            asking = fitting(member, X.again(), y.again(), own, shared, completes=False)
            one, key = yield from remembering(asking, known)
            fitted.append(one)
            keys.append(key)
        X.let_go()
        self._adopt(task, fitted)
        return self, Key("ensemble", *keys)

    def _check_size(self) -> None:
        if self.resampling == "folds" and self.n_estimators < 2:
            raise ValueError(
                f"The 'n_estimators' parameter of {type(self).__name__} must be at least 2 with "
                f"resampling='folds', one network per fold; got {self.n_estimators}."
            )

    def _params_of_fit(
        self, X: Any, sample_weight: Any, fit_params: dict[str, Any]
    ) -> dict[str, Any]:
        if get_config()["enable_metadata_routing"]:
            given = fit_params
            if sample_weight is not None:
                given = fit_params | {"sample_weight": sample_weight}
            return dict(process_routing(self, "fit", **given).estimator.fit)
        if sample_weight is not None:
            fit_params = fit_params | {weight_argument(self._inner()): sample_weight}
        return check_method_params(X, fit_params)

    def _check_weights(self, sample_weight: Any, parts: list[Part]) -> None:
        if sample_weight is None:
            return
        weight = np.asarray(sample_weight)
        for k, part in enumerate(parts):
            if weight.ndim == 1 and not (weight[part.training] > 0).any():
                raise ValueError(
                    f"{type(self).__name__} needs at least one training sample of positive weight per network, but "
                    f"all samples of network {k} have weight zero. Lower n_estimators or use resampling='seeds'."
                )

    # --- Training ----------------------------------------------------------------------------------

    def _outcomes(
        self,
        members: list[Any],
        X: Any,
        y: Any,
        params: dict[str, Any],
        weight: Any,
        parts: list[Part],
    ) -> list[Outcome]:
        """Train the members together."""
        if self.resampling == "seeds":
            # One subset for all members, so that shared preprocessing is fitted only once.
            subset = TrainingSubsets(X, y, params, [parts[0].training])
            return self._run([subset.job(member, 0) for member in members])
        subsets = TrainingSubsets(X, y, params, [part.training for part in parts])
        fits = [
            self._prepared(member, subsets.job(member, k), X, y, weight, part)
            for k, (member, part) in enumerate(zip(members, parts, strict=True))
        ]
        outcomes = self._run([fit.job(k) for k, fit in enumerate(fits)])
        return [
            outcome._replace(estimator=fit.finish(outcome.estimator))
            for outcome, fit in zip(outcomes, fits, strict=True)
        ]

    def _prepared(
        self, member: Any, whole: Job, X: Any, y: Any, weight: Any, part: Part
    ) -> Prepared:
        """Fit all but the last estimator of a member that validates on its left-out samples."""
        assert whole.y is not None
        assert part.left_out is not None
        X_held, y_held = safe_split(member, X, y, part.left_out, part.training)
        held = Held(X_held, y_held, None if weight is None else np.asarray(weight)[part.left_out])
        params = {name: None if p is None else p.copy() for name, p in whole.params.items()}
        return prepared(member, whole.X.copy(), whole.y.copy(), params, held)

    def _run(self, jobs: list[Job]) -> list[Outcome]:
        """Run the fits; raise the first error."""
        progress = Progress(self.verbose > 0)
        with closing(progress), announced(print if self.verbose else None):
            workers = Workers(self.n_jobs, progress=progress)
            fits = FitScheduler(jobs, workers, progress=progress, time=self._time(len(jobs)))
            fits.say = print if self.verbose else None
            outcomes = fits.outcomes()
        for outcome in outcomes:
            if isinstance(outcome.estimator, Exception):
                raise outcome.estimator
        return outcomes

    def _warn(self, outcomes: list[Outcome]) -> None:
        tell(by_kind([outcome.doubts for outcome in outcomes]))
        n_diverged = sum(outcome.diverged for outcome in outcomes)
        if n_diverged:
            text = (
                f"{n_diverged} of {len(outcomes)} networks diverged; they keep the weights of their last finite "
                "epoch. Lower the learning rate, or scale X."
            )
            tell([Doubt(DIVERGED, ConvergenceWarning(text))])
        n_cut = sum(outcome.is_cut for outcome in outcomes)
        if self.max_seconds is not None and n_cut:
            text = (
                f"{type(self).__name__} reached max_seconds={self.max_seconds:g}: {n_cut} of {len(outcomes)} "
                "networks stopped before the end of their training (stop_reason_='max_seconds'). Increase "
                "max_seconds, or train fewer or smaller networks."
            )
            tell([Doubt(OUT_OF_TIME, ConvergenceWarning(text))])

    def _time(self, n_members: int) -> JobsTime | None:
        """Return the time of all members, which begins now and is divided among those that are left."""
        if self.max_seconds is None:
            return None
        return JobsTime(TimeLimit(self.max_seconds), n_certain=n_members, is_divided=True)

    def _adopt(self, task: AveragingTask, estimators: list[Any]) -> None:
        """Set the fitted attributes of a new fit."""
        for name in [name for name in vars(self) if name.endswith("_") and name[0] != "_"]:
            delattr(self, name)
        self._averaging, self.estimators_ = task, estimators
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(estimators[0], name):
                setattr(self, name, getattr(estimators[0], name))

    # --- Prediction --------------------------------------------------------------------------------

    def predict_members(self, X: Any) -> np.ndarray:
        """Return the predictions of each estimator.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        ndarray of shape (n_estimators, n_samples, ...)
            For each sample, class probabilities ``(n_classes,)`` or ``(n_labels,)`` (votes if the
            classifiers have no ``predict_proba``), or the target values predicted by a regressor.
        """
        check_is_fitted(self)
        return np.stack([self._averaging.outputs(own, X) for own in self.estimators_])

    def _mean(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        outputs = (self._averaging.outputs(own, X) for own in self.estimators_)
        return weighted_mean(outputs, [1 / len(self.estimators_)] * len(self.estimators_))

    def _predict_left_out(self, X: Any, y: Any, weight: Any, parts: list[Part]) -> None:
        """Set the predictions of members for samples they were not trained on, and their score."""
        prediction, seen = left_out_predictions(self._averaging, self.estimators_, parts, X, y)
        name = _OUT_OF_SAMPLE[self.resampling]
        _, truth = safe_split(self._inner(), X, y, np.flatnonzero(seen))
        own = None if weight is None else np.asarray(weight)[seen]
        score = self._score_of(truth, self._averaging.predictions(prediction[seen]), own)
        setattr(self, f"{name}_prediction_", prediction)
        setattr(self, f"{name}_score_", score)
        if not seen.all():
            text = (
                f"{(~seen).sum()} of {len(seen)} samples were used to train every network. Their rows of "
                f"{name}_prediction_ are NaN, and {name}_score_ ignores them. Increase n_estimators."
            )
            warn_user(UserWarning(text))

    # --- scikit-learn ------------------------------------------------------------------------------

    def get_metadata_routing(self) -> MetadataRouter:
        """Return the metadata routing: ``fit`` passes metadata to the estimator.

        Returns
        -------
        MetadataRouter
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        return MetadataRouter(owner=self).add(estimator=self._inner(), method_mapping=mapping)

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()
        inner = get_tags(self._inner())
        tags.input_tags, tags.target_tags = inner.input_tags, inner.target_tags
        tags.non_deterministic = inner.non_deterministic
        if tags.classifier_tags is not None and inner.classifier_tags is not None:
            tags.classifier_tags = inner.classifier_tags
        if tags.regressor_tags is not None and inner.regressor_tags is not None:
            tags.regressor_tags = inner.regressor_tags
        return tags
