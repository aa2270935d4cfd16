"""What a Display looks into: a fitted network in a pipeline or a search, and what it is given."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sklearn_deep.inspection._common import unwrapped


def step_with(estimator: Any, attributes: Sequence[str], owner: str) -> tuple[Pipeline | None, Any]:
    """Return the last step that has the first of the attributes that any has, behind the steps before.

    Parameters
    ----------
    estimator : fitted estimator, pipeline, or search or target transformation around one
    attributes : sequence of str
        Of the fitted step.
    owner : str
        Who asks.

    Raises
    ------
    NotFittedError
        If nothing is fitted.
    TypeError
        If no step has such an attribute.
    """
    if not hasattr(estimator, "fit"):
        raise TypeError(f"{owner} requires a fitted estimator, got {type(estimator).__name__}.")
    check_is_fitted(estimator)
    inner = unwrapped(estimator)
    steps = inner.steps if isinstance(inner, Pipeline) else [("", inner)]
    # An earlier attribute says more: a scaler can be inverted too, but only an autoencoder reconstructs.
    for attribute in attributes:
        for index in reversed(range(len(steps))):
            if hasattr(steps[index][1], attribute):
                check_is_fitted(steps[index][1])
                return _pipeline_of(steps[:index]), steps[index][1]
    raise TypeError(
        f"{owner} requires an estimator with {' or '.join(attributes)}, or a pipeline with such a step; "
        f"got {type(estimator).__name__}."
    )


def _pipeline_of(steps: Sequence[tuple[str, Any]]) -> Pipeline | None:
    kept = [(name, step) for name, step in steps if step not in (None, "passthrough")]
    return Pipeline(kept) if kept else None


def given_to(before: Pipeline | None, X: Any) -> Any:
    """Return samples as the steps before a step hand them to it."""
    return X if before is None else before.transform(X)


def latent_code_of(step: Any, X: Any) -> np.ndarray:
    """Return the code of each sample, also where ``transform`` returns reconstructions."""
    if getattr(step, "output", "code") == "reconstruction" and hasattr(step, "reconstruct"):
        step = copy.copy(step).set_params(output="code")
    return as_array(step.transform(X))


def reconstruction_of(step: Any, X: Any) -> np.ndarray:
    """Return samples after encoder and decoder."""
    if hasattr(step, "reconstruct"):
        return as_array(step.reconstruct(X))
    return as_array(step.inverse_transform(step.transform(X)))


def as_array(X: Any) -> np.ndarray:
    """Return samples as a dense array."""
    rows = X.toarray() if hasattr(X, "toarray") else X
    return np.asarray(rows)
