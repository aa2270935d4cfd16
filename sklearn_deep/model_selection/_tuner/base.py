"""What a tuner sets parameters of: the estimator as it is given, or with room for a scaler in it."""

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
    """An estimator, and how arguments of ``fit`` find its network.

    Parameters
    ----------
    estimator : estimator
    step : str, default=""
        Of the network in a pipeline that was put around it: arguments of ``fit`` that were the
        network's need that prefix, unless they are routed by request.
    """

    estimator: Any
    step: str = ""

    def fit_params(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return arguments of ``fit`` under the names that they have here."""
        if not self.step or get_config()["enable_metadata_routing"]:
            return dict(params)
        return {f"{self.step}__{name}": value for name, value in params.items()}


def with_room(estimator: Any, prefix: str, params: Mapping[str, Any]) -> tuple[Base, str] | None:
    """Return a base with a step "passthrough" directly before the network, and that step's name.

    None where a scaler there would not reach validation samples, or would break names of a search.

    Parameters
    ----------
    estimator : estimator
    prefix : str
        What leads to the network's parameters.
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
    """Return a scaler that asks for no sample weights, where it would have to say so."""
    if get_config()["enable_metadata_routing"]:
        scaler.set_fit_request(sample_weight=False)
    return scaler


def _free(pipeline: Pipeline) -> str:
    """Return a name for a new step that no other has."""
    names = {name for name, _ in pipeline.steps}
    numbered = (f"{_NAME}-{i}" for i in range(2, len(names) + 3))
    return next(name for name in (_NAME, *numbered) if name not in names)
