"""Access to a fitted network inside a pipeline or a search, and to its input."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sklearn_deep.inspection._common import unwrapped


def step_with(estimator: Any, attributes: Sequence[str], owner: str) -> tuple[Pipeline | None, Any]:
    """Return the last step with an attribute, and the steps before it.

    Parameters
    ----------
    estimator : fitted estimator, pipeline, or search or target transformation around one
    attributes : sequence of str
        Attributes of the fitted step; the first one that any step has is used.
    owner : str
        Name of the caller, for messages.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If no step has any of the attributes.
    """
    if not hasattr(estimator, "fit"):
        raise TypeError(f"{owner} requires a fitted estimator, got {type(estimator).__name__}.")
    check_is_fitted(estimator)
    inner = unwrapped(estimator)
    steps = inner.steps if isinstance(inner, Pipeline) else [("", inner)]
    # Earlier attributes are more specific: a scaler has inverse_transform, but no reconstruct.
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
    """Return samples after the steps before a step."""
    return X if before is None else before.transform(X)


def latent_code_of(step: Any, X: Any) -> np.ndarray:
    """Return the code of each sample, also if ``transform`` returns reconstructions."""
    if getattr(step, "output", "code") == "reconstruction" and hasattr(step, "reconstruct"):
        step = copy.copy(step).set_params(output="code")
    return as_array(step.transform(X))


def reconstruction_of(step: Any, X: Any) -> np.ndarray:
    """Return the reconstruction of samples."""
    if hasattr(step, "reconstruct"):
        return as_array(step.reconstruct(X))
    return as_array(step.inverse_transform(step.transform(X)))


def as_array(X: Any) -> np.ndarray:
    """Return samples as a dense array."""
    rows = X.toarray() if hasattr(X, "toarray") else X
    return np.asarray(rows)
