"""The members of an ensemble: clones that differ in the seed of their network."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

_MOST = np.iinfo(np.int32).max


def prefix_of_last(estimator: Any) -> str:
    """Return what the names of the parameters of the last estimator begin with."""
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        return f"{name}__{prefix_of_last(last)}"
    if isinstance(estimator, TransformedTargetRegressor) and estimator.regressor is not None:
        return f"regressor__{prefix_of_last(estimator.regressor)}"
    return ""


def weight_argument(estimator: Any) -> str:
    """Return the name under which ``fit`` takes the sample weights of the last estimator."""
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        return f"{name}__{weight_argument(last)}"
    if isinstance(estimator, TransformedTargetRegressor) and estimator.regressor is not None:
        # Its regressor gets all arguments as they are.
        return weight_argument(estimator.regressor)
    return "sample_weight"


def seeded_clones(estimator: Any, n: int, generator: np.random.RandomState) -> list[Any]:
    """Return clones whose last estimators have seeds from a generator, if they have a ``random_state``."""
    name = f"{prefix_of_last(estimator)}random_state"
    members = []
    for _ in range(n):
        member, seed = clone(estimator), int(generator.randint(_MOST))
        members.append(member.set_params(**{name: seed}) if name in member.get_params() else member)
    return members
