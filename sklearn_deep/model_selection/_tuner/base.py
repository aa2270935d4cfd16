"""The estimator whose parameters a tuner sets: the user's, or a version with a place for a scaler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sklearn import get_config
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

_NAME = "standardscaler"


class Base(NamedTuple):
    """An estimator, and how to pass arguments of ``fit`` to its network.

    Parameters
    ----------
    estimator : estimator
    step : str, default=""
        Name of the network in a pipeline that was added around it. Arguments of ``fit`` for the network
        need this prefix, unless metadata routing is enabled.
    """

    estimator: Any
    step: str = ""

    def fit_params(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return arguments of ``fit`` with the names that this estimator requires."""
        if not self.step or get_config()["enable_metadata_routing"]:
            return dict(params)
        return {f"{self.step}__{name}": value for name, value in params.items()}


def with_room(estimator: Any, prefix: str, params: Mapping[str, Any]) -> tuple[Base, str] | None:
    """Return a base with a step "passthrough" directly before the network, and that step's name.

    None if a scaler there would not be applied to validation samples, or would change parameter names
    that a search refers to.

    Parameters
    ----------
    estimator : estimator
    prefix : str
        Prefix of the network's parameters.
    params : mapping of str to object
        Arguments of ``fit``.
    """
    path = prefix.removesuffix("__")
    outer = path.rpartition("__")[0]
    whole = clone(estimator)
    parent = whole.get_params()[outer] if outer else whole
    validates = any(n.rpartition("__")[2] == "X_val" and v is not None for n, v in params.items())
    if path and isinstance(parent, Pipeline):
        if validates and "X_val" not in (getattr(parent, "transform_input", None) or ()):
            return None
        name = _free(parent)
        parent.steps.insert(-1, (name, "passthrough"))
        return Base(whole), f"{outer}__{name}" if outer else name
    routed = get_config()["enable_metadata_routing"]
    if (path and type(parent) is not TransformedTargetRegressor) or (validates and not routed):
        return None
    network = whole.get_params()[path] if path else whole
    step = type(network).__name__.lower()
    pipeline = Pipeline(
        [(_NAME, "passthrough"), (step, network)],
        **({"transform_input": ["X_val"]} if validates else {}),
    )
    base = whole.set_params(**{path: pipeline}) if path else pipeline
    return Base(base, step), f"{path}__{_NAME}" if path else _NAME


def unweighted(scaler: StandardScaler) -> StandardScaler:
    """Return a scaler that requests no sample weights, as metadata routing requires it to declare."""
    if get_config()["enable_metadata_routing"]:
        scaler.set_fit_request(sample_weight=False)
    return scaler


def _free(pipeline: Pipeline) -> str:
    """Return an unused name for a new step."""
    names = {name for name, _ in pipeline.steps}
    numbered = (f"{_NAME}-{i}" for i in range(2, len(names) + 3))
    return next(name for name in (_NAME, *numbered) if name not in names)
