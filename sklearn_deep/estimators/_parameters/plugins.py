"""Conversion of parameter values to plug-ins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from sklearn_deep._shared import call_of
from sklearn_deep.augmentation import Augmentation
from sklearn_deep.initializers import Initializer
from sklearn_deep.losses import Loss
from sklearn_deep.networks import WeightMatrix, suitable_init
from sklearn_deep.noise import GaussianNoise, Noise
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.penalties import CodePenalty, Penalty
from sklearn_deep.plugins import Plugin, resolve
from sklearn_deep.schedules import Schedule

# The family in which the names of each plug-in parameter are registered.
FAMILIES = {
    "activation": "activations",
    "code_activation": "activations",
    "output_activation": "activations",
    "init": "initializers",
    "input_noise": "noise",
    "hidden_noise": "noise",
    "weight_noise": "noise",
    "loss": "losses",
    "reconstruction_loss": "losses",
    "penalty": "penalties",
    "augmentation": "augmentation",
    "optimizer": "optimizers",
    "schedule": "schedules",
    "early_stopping": "stopping",
}


def check_instances(estimator: BaseEstimator) -> None:
    """Raise an error if a parameter is a plug-in class instead of an instance."""
    for name, value in estimator.get_params(deep=False).items():
        if isinstance(value, type) and issubclass(value, Plugin):
            raise TypeError(
                f"The {name!r} parameter of {type(estimator).__name__} must be an instance, got the "
                f"class {value.__name__}. Write {name}={call_of(value)}."
            )


def of_task(task: str) -> Callable[[Any], bool]:
    """Return a function that selects the losses for "classification" or "regression"."""
    return lambda entry: getattr(entry, "task", Loss.task) == task


def resolve_noise(value: Any, *, argument: str, owner: str) -> Noise | None:
    """Return the noise for a parameter value; a number is the standard deviation of Gaussian noise."""
    if isinstance(value, Real):
        return GaussianNoise(std=float(value)) if value else None
    noise: Noise = resolve("noise", value, argument=argument, owner=owner)
    return noise


def resolve_penalties(
    value: Any, n_matrices: int, *, has_code: bool, owner: str
) -> tuple[tuple[Penalty | None, ...], tuple[CodePenalty, ...]]:
    """Return the penalty of each weight matrix, and the penalties of the code.

    In a sequence, penalties of the code may be at any position. The others are one per matrix, or, next
    to penalties of the code, a single one for all matrices. None means no penalty.

    Raises
    ------
    ValueError
        If the length of a sequence is wrong, or the network has no code to penalize.
    """
    is_sequence = isinstance(value, list | tuple | np.ndarray)

    def accepts(entry: Any) -> bool:
        return has_code or getattr(entry, "on", "weights") == "weights"

    given = [
        None
        if one is None
        else resolve("penalties", one, argument="penalty", owner=owner, accepts=accepts)
        for one in (list(value) if is_sequence else [value])
    ]
    of_code = tuple(one for one in given if isinstance(one, CodePenalty))
    if of_code and not has_code:
        raise ValueError(
            f"The 'penalty' parameter of {owner} must apply to weight matrices, got {value!r}, which applies "
            "to the code of an autoencoder. Use, for example, 'l1' or 'l2', or an estimator with a code, such "
            "as JointAEClassifier."
        )
    each = [one for one in given if not isinstance(one, CodePenalty)]
    if not is_sequence or (of_code and len(each) < 2):
        each = (each or [None]) * n_matrices
    if len(each) != n_matrices:
        raise ValueError(
            f"The 'penalty' parameter of {owner} must be one penalty, or a sequence of {n_matrices} "
            f"(one for each weight matrix, from input to output; None for no penalty), got {len(each)}"
            f"{' in addition to penalties of the code' if of_code else ''}: {value!r}."
        )
    return tuple(each), of_code


def resolve_initializers(
    value: Any, matrices: Sequence[WeightMatrix], *, owner: str
) -> tuple[Initializer, ...]:
    """Return the initializer of each weight matrix; "auto" depends on the place of the matrix.

    Raises
    ------
    ValueError
        If a sequence does not have one item per weight matrix.
    """
    is_sequence = isinstance(value, list | tuple | np.ndarray)
    each = list(value) if is_sequence else [value] * len(matrices)
    if len(each) != len(matrices):
        raise ValueError(
            f"The 'init' parameter of {owner} must be one initializer, or a sequence of "
            f"{len(matrices)}, one for each weight matrix ({', '.join(map(str, matrices))}), got "
            f"{len(each)}: {value!r}."
        )
    return tuple(
        suitable_init(matrix)
        if isinstance(one, str) and one == "auto"
        else resolve("initializers", one, argument="init", owner=owner)
        for one, matrix in zip(each, matrices, strict=True)
    )


def resolve_augmentation(value: Any, n_features: int, *, owner: str) -> Augmentation | None:
    """Return the augmentation for a parameter value, checked for samples with ``n_features``."""
    if value is None:
        return None
    augmentation: Augmentation = resolve(
        "augmentation", value, argument="augmentation", owner=owner
    )
    augmentation.check_features(n_features, owner=owner)
    return augmentation


def resolve_optimizer(value: Any, *, owner: str) -> Optimizer:
    """Return the optimizer for a parameter value."""
    optimizer: Optimizer = resolve("optimizers", value, argument="optimizer", owner=owner)
    return optimizer


def resolve_schedule(value: Any, *, owner: str) -> Schedule:
    """Return the schedule for a parameter value; None means a constant learning rate."""
    schedule: Schedule = resolve(
        "schedules", "constant" if value is None else value, argument="schedule", owner=owner
    )
    return schedule
