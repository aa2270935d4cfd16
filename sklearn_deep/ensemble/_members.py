"""The members of an ensemble: clones that differ in the seed of their network."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

_MOST = np.iinfo(np.int32).max


def prefix_of_last(estimator: Any) -> str:
    """Return the prefix of the parameter names of the last estimator."""
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        return f"{name}__{prefix_of_last(last)}"
    if isinstance(estimator, TransformedTargetRegressor) and estimator.regressor is not None:
        return f"regressor__{prefix_of_last(estimator.regressor)}"
    return ""


def weight_argument(estimator: Any) -> str:
    """Return the argument of ``fit`` that passes sample weights to the last estimator."""
    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        return f"{name}__{weight_argument(last)}"
    if isinstance(estimator, TransformedTargetRegressor) and estimator.regressor is not None:
        # It passes all arguments unchanged to its regressor.
        return weight_argument(estimator.regressor)
    return "sample_weight"


def seeded_clones(estimator: Any, n: int, generator: np.random.RandomState) -> list[Any]:
    """Return clones with different seeds, if the last estimator has a ``random_state``."""
    name = f"{prefix_of_last(estimator)}random_state"
    members = []
    for _ in range(n):
        member, seed = clone(estimator), int(generator.randint(_MOST))
        members.append(member.set_params(**{name: seed}) if name in member.get_params() else member)
    return members
