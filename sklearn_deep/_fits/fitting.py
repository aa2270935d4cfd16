"""A fit as a coroutine that yields requests for its slow parts, so that many can be done together."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

from sklearn_deep._compat.sklearn import num_samples, validate_pipeline
from sklearn_deep._equality import Key
from sklearn_deep._fits.captured_fit import CapturedFit
from sklearn_deep._fits.samples import Samples
from sklearn_deep._shared import Doubt
from sklearn_deep.estimators import PlannedFit, begin_fit, trains_by_itself
from sklearn_deep.training import Origin, Paused, Result, Shared


class TrainRequest(NamedTuple):
    """Request for the training of a network; the answer is its ``Result``.

    Parameters
    ----------
    planned : PlannedFit
    key : Key
        Requests of equal key have equal answers.
    completes : bool
        Whether the network is the last step of the estimator. Then training may be paused, and the
        paused estimator is valid, as if training had ended at this epoch.
    paused : Paused or None
        State from which training resumes; None for a new training.
    """

    planned: PlannedFit
    key: Key
    completes: bool
    paused: Paused | None

    @property
    def n_begun(self) -> int:
        """Number of epochs trained before."""
        return 0 if self.paused is None else len(self.paused.epochs)


class FitRequest(NamedTuple):
    """Request for a call of ``fit`` or ``fit_transform``; the answer is ``Fitted``.

    Parameters
    ----------
    estimator : estimator
    X, y : Samples, y may be None
    params : dict of str to Samples
        Further arguments of ``fit`` or ``fit_transform``; values may be None.
    transform_params : dict of str to Samples or None
        Further arguments of ``transform`` after ``fit``; None if no transformed samples are requested.
    key : Key
        As in ``TrainRequest``.
    why : str
        Reason why the estimator is not trained together with others; empty for preprocessing.
    """

    estimator: Any
    X: Samples
    y: Samples | None
    params: dict[str, Samples | None]
    transform_params: dict[str, Samples | None] | None
    key: Key
    why: str

    @property
    def arguments(self) -> dict[str, Samples | None]:
        """Arguments of ``fit`` by name."""
        return {"X": self.X, "y": self.y, **self.params}


class Fitted(NamedTuple):
    """The answer to a ``FitRequest``.

    Parameters
    ----------
    estimator : estimator
        Fitted.
    X : array-like or None
        Transformed samples, if they were requested.
    written : dict of str to object
        Arguments that the fit modified in place, by name, with their new values.
    is_same : bool
        Whether the transformed samples are X itself, modified in place.
    repeats : bool
        Whether repeating the fit would give the same result, because it used no global generator.
    doubts : list of Doubt
        Warnings of networks inside the estimator.
    is_cut : bool, default=False
        Whether a time limit has ended the training of a network inside the estimator.
    """

    estimator: Any
    X: Any
    written: dict[str, Any]
    is_same: bool
    repeats: bool
    doubts: list[Doubt]
    is_cut: bool = False


Asking = Generator[TrainRequest | FitRequest, Any, Any]


def fitting(
    estimator: Any,
    X: Samples,
    y: Samples | None,
    params: dict[str, Samples | None],
    shared: Shared,
    completes: bool = True,
) -> Asking:
    """Fit an estimator as a coroutine that yields requests; return the fitted estimator and its key.

    Parameters
    ----------
    estimator : estimator
        Fitted in place if possible.
    X, y : Samples
        Training samples and targets; y may be None.
    params : dict of str to Samples
        Further arguments of ``fit``; values may be None.
    shared : Shared
        Stores data that many fits have in common once.
    completes : bool, default=True
        Whether the outer estimator is complete once this one is fitted.

    Notes
    -----
    An estimator that contains others may have a method ``_fit_asking(X, y, params, shared)``, which is a
    coroutine like this one; or the attribute may be None.
    """
    # Exact types only, because subclasses may override fit.
    if type(estimator) is Pipeline and estimator.transform_input is None:
        return (yield from _pipeline(estimator, X, y, params, shared, completes))
    if type(estimator) is TransformedTargetRegressor and estimator.regressor is not None:
        return (yield from _transformed_target(estimator, X, y, params, shared, completes))
    if (asking := getattr(estimator, "_fit_asking", None)) is not None:
        return (yield from asking(X, y, params, shared))
    why = trains_by_itself(estimator)
    if why is None:
        return (yield from _network_fit(estimator, X, y, params, shared, completes))
    fitted, key = yield from _one_fit(estimator, X, y, params, None, why)
    return fitted.estimator, key


def _one_fit(
    estimator: Any,
    X: Samples,
    y: Samples | None,
    params: dict[str, Samples | None],
    transform_params: dict[str, Samples | None] | None,
    why: str,
) -> Asking:
    """Request a call of ``fit``; return its answer and the key of the answer."""
    after = None if transform_params is None else _keys(None, None, transform_params)
    key = Key("fit", estimator, _keys(X, y, params), after)
    request = FitRequest(estimator, X, y, params, transform_params, key, why)
    fitted: Fitted = yield request
    key = key if fitted.repeats else Key.unknown()
    X.let_go()
    for name, values in fitted.written.items():
        samples = request.arguments[name]
        assert samples is not None
        samples.became(values, Key("written", name, key))
    return fitted, key


def _network_fit(
    estimator: Any,
    X: Samples,
    y: Samples | None,
    params: dict[str, Samples | None],
    shared: Shared,
    completes: bool,
) -> Asking:
    own, given = Key(estimator), {name: _read(samples) for name, samples in params.items()}
    planned = begin_fit(estimator, X.read(), _read(y), **given)
    planned = planned._replace(plan=shared.plan(planned.plan, _origin(X, y)))
    reads = planned.reads_samples
    if completes and not reads:
        X.let_go()
    del given
    # The seed is known now, even if random_state is no integer.
    key = Key("training", own, planned.plan.seed, _keys(X, y, params))
    paused = None
    while True:
        result: Result = yield TrainRequest(planned, Key(key, completes), completes, paused)
        # Read again rather than kept, so that fits on the same samples hold them only once.
        after = (X.read(), _read(params.get("sample_weight"))) if reads else ()
        planned.end(result, *after)
        if (paused := result.paused) is None:
            return estimator, key


def _origin(X: Samples, y: Samples | None) -> Origin | None:
    """Return the origin of the samples of a fit, if other fits may use the same source."""
    of_all = X if X.index is not None else y
    if of_all is None or of_all.index is None:
        return None
    is_original = X.index is not None and not X.pairwise
    return Origin(num_samples(of_all.source), of_all.index, X.source if is_original else None)


def _read(samples: Samples | None) -> Any:
    return None if samples is None else samples.read()


def _keys(X: Samples | None, y: Samples | None, params: dict[str, Samples | None]) -> list[Any]:
    """Return the names and keys of the arguments of a fit."""
    named = {"X": X, "y": y, **params}
    return [(name, None if given is None else given.key) for name, given in named.items()]


def _pipeline(
    pipeline: Pipeline,
    X: Samples,
    y: Samples | None,
    params: dict[str, Samples | None],
    shared: Shared,
    completes: bool,
) -> Asking:
    """Fit the steps of a pipeline one after the other."""
    routed = validate_pipeline(pipeline, params)
    *transformers, (last, final) = pipeline.steps
    keys: list[Any] = []
    for i, (name, transformer) in enumerate(transformers):
        if transformer is None or transformer == "passthrough":
            continue
        fitted, X, key = yield from _transforming(transformer, X, y, routed[name], shared)
        pipeline.steps[i] = (name, fitted)
        keys.append(key)
    if final is not None and final != "passthrough":
        given = dict(routed[last].fit)
        final, key = yield from fitting(final, X, y, given, shared, completes)
        pipeline.steps[-1] = (last, final)
        keys.append(key)
    return pipeline, Key("pipeline", *keys)


def _transforming(
    transformer: Any, X: Samples, y: Samples | None, routed: Any, shared: Shared
) -> Asking:
    """Fit a step before the last one; return it, the transformed samples, and its key."""
    together = hasattr(transformer, "fit_transform")
    if trains_by_itself(transformer) is None:
        # Arguments are routed to the method that a pipeline calls.
        params = dict(routed.fit_transform if together else routed.fit)
        transformer, key = yield from fitting(transformer, X, y, params, shared, completes=False)
        made = transformer.transform(X.read())
        X.let_go()
        return transformer, _unwatched(made, key), key
    params, after = (routed.fit_transform, {}) if together else (routed.fit, routed.transform)
    fitted, key = yield from _one_fit(transformer, X, y, dict(params), dict(after), "")
    if fitted.is_same and X.is_watched:
        X.became(fitted.X, Key("X", key))
        return fitted.estimator, X, key
    return fitted.estimator, _unwatched(fitted.X, key), key


def _unwatched(X: Any, key: Key) -> Samples:
    """Return samples for the next step; they are not read afterward."""
    samples = Samples(X, Key("X", key))
    samples.is_watched = False
    return samples


def _transformed_target(
    estimator: TransformedTargetRegressor,
    X: Samples,
    y: Samples | None,
    params: dict[str, Samples | None],
    shared: Shared,
    completes: bool,
) -> Asking:
    """Let the estimator transform its target, then fit its regressor with the captured arguments."""
    regressor, given = estimator.regressor, None if y is None else y.copy()
    estimator.regressor = captured = CapturedFit(regressor)
    try:
        estimator.fit(X, given, **params)
    finally:
        estimator.regressor = regressor
    if y is not None and y.is_unlike(given):
        y.became(given, Key("y", given))
    _, target, routed = captured.arguments
    # Set before it is fitted, so that an estimator whose training is paused can predict.
    estimator.regressor_ = clone(regressor)
    y = Samples(target, Key("y", target))
    fitted, key = yield from fitting(estimator.regressor_, X, y, routed, shared, completes)
    estimator.regressor_ = fitted
    if hasattr(fitted, "feature_names_in_"):
        estimator.feature_names_in_ = fitted.feature_names_in_
    return estimator, Key("transformed target", key)
