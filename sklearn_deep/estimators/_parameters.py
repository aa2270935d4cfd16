"""Parameters that all estimators share: what they may be, and how a value becomes a plug-in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from numbers import Integral, Real
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator

from sklearn_deep._shared._sklearn import Interval, StrOptions
from sklearn_deep.augmentation import Augmentation
from sklearn_deep.networks import activation_layer
from sklearn_deep.noise import GaussianNoise, Noise
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.penalties import Penalty
from sklearn_deep.plugins import Plugin, resolve
from sklearn_deep.schedules import Schedule
from sklearn_deep.stopping import EarlyStopping

_NOISE = [Interval(Real, 0, None, closed="left"), str, Noise]

TRAINING_CONSTRAINTS: dict[str, list[Any]] = {
    "hidden_layer_sizes": [Interval(Integral, 1, None, closed="left"), "array-like"],
    "normalization": [StrOptions({"batch", "layer"}), None],
    "dropout": [Interval(Real, 0, 1, closed="left"), "array-like"],
    "input_noise": _NOISE,
    "hidden_noise": _NOISE,
    "weight_noise": _NOISE,
    "weight_decay": [Interval(Real, 0, None, closed="left"), "array-like"],
    "learning_rate": [Interval(Real, 0, None, closed="neither")],
    "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "max_epochs": [Interval(Integral, 1, None, closed="left")],
    "early_stopping": ["boolean", str, EarlyStopping, None],
    "warm_start": ["boolean"],
    "net_callbacks": [list, tuple, None],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
    "random_state": ["random_state"],
    "dtype": [StrOptions({"float32", "float64"})],
    "device": [str],
    "verbose": ["verbose"],
}


# Where the names of each plug-in parameter are registered.
_FAMILIES = {
    "activation": "activations",
    "init": "initializers",
    "input_noise": "noise",
    "hidden_noise": "noise",
    "weight_noise": "noise",
    "loss": "losses",
    "penalty": "penalties",
    "augmentation": "augmentation",
    "optimizer": "optimizers",
    "schedule": "schedules",
    "early_stopping": "stopping",
}


def check_instances(estimator: BaseEstimator) -> None:
    """Raise where a plug-in class stands in the place of an instance."""
    for name, value in estimator.get_params(deep=False).items():
        if isinstance(value, type) and issubclass(value, Plugin):
            raise TypeError(
                f"The {name!r} parameter of {type(estimator).__name__} must be an instance, got the "
                f"class {value.__name__}. Write {name}={value.__name__}()."
            )


def check_learning_rate(estimator: BaseEstimator) -> None:
    """Raise where ``learning_rate`` is a string, as it may be in scikit-learn's MLP."""
    rate = estimator.get_params(deep=False)["learning_rate"]
    if isinstance(rate, str):
        raise TypeError(
            f"The 'learning_rate' parameter of {type(estimator).__name__} must be a number > 0, got "
            f"{rate!r}. It is the step size itself (scikit-learn's learning_rate_init); how it changes "
            "from epoch to epoch is called a `schedule`."
        )


def layer_sizes(value: Any, *, argument: str, owner: str) -> tuple[int, ...]:
    """Return hidden widths as a tuple; a number is one layer.

    Raises
    ------
    ValueError
        If a width is not an integer >= 1.
    """
    sizes = np.atleast_1d(np.asarray(value, dtype=object)).tolist()
    for size in sizes:
        if not isinstance(size, Integral) or isinstance(size, bool) or size < 1:
            raise ValueError(
                f"The {argument!r} parameter of {owner} must hold integers >= 1, one a layer, got "
                f"{value!r}. Leave a layer out instead of giving it no units."
            )
    return tuple(int(size) for size in sizes)


def per_layer(
    value: Any, length: int, *, argument: str, owner: str, below: float, what: str
) -> tuple[float, ...]:
    """Return a sequence parameter as a tuple of ``length`` numbers in [0, below).

    Raises
    ------
    ValueError
        If the length is another or a number is out of range.
    """
    numbers = np.asarray(value, dtype=object).ravel().tolist()
    if len(numbers) != length:
        raise ValueError(
            f"The {argument!r} parameter of {owner} must be a number or a sequence of {length} "
            f"numbers ({what}), got {len(numbers)}: {value!r}."
        )
    for number in numbers:
        if not isinstance(number, Real) or not 0 <= float(number) < below:
            raise ValueError(
                f"The {argument!r} parameter of {owner} must hold numbers in [0, {below:g}), got "
                f"{number!r} in {value!r}."
            )
    return tuple(float(number) for number in numbers)


def resolve_noise(value: Any, *, argument: str, owner: str) -> Noise | None:
    """Return the noise a parameter stands for: a number is a Gaussian standard deviation, 0 none."""
    if isinstance(value, Real):
        return GaussianNoise(float(value)) if value else None
    noise: Noise = resolve("noise", value, argument=argument, owner=owner)
    return noise


def resolve_penalties(value: Any, n_matrices: int, *, owner: str) -> tuple[Penalty | None, ...]:
    """Return the penalty of each weight matrix; a sequence has one each, None is none.

    Raises
    ------
    ValueError
        If a sequence has another length.
    """
    each = list(value) if isinstance(value, list | tuple) else [value] * n_matrices
    if len(each) != n_matrices:
        raise ValueError(
            f"The 'penalty' parameter of {owner} must be one penalty, or a sequence of {n_matrices} "
            f"(one for each weight matrix, from the input on; None for none), got {len(each)}: "
            f"{value!r}."
        )
    return tuple(
        None if one is None else resolve("penalties", one, argument="penalty", owner=owner)
        for one in each
    )


def resolve_augmentation(value: Any, n_features: int, *, owner: str) -> Augmentation | None:
    """Return the augmentation a parameter stands for, fit for rows of ``n_features``."""
    if value is None:
        return None
    augmentation: Augmentation = resolve(
        "augmentation", value, argument="augmentation", owner=owner
    )
    augmentation.check_features(n_features, owner=owner)
    return augmentation


def resolve_schedule(value: Any, *, owner: str) -> Schedule:
    """Return the schedule a parameter stands for; None is a constant learning rate."""
    schedule: Schedule = resolve(
        "schedules", "constant" if value is None else value, argument="schedule", owner=owner
    )
    return schedule


def resolve_batch_size(value: int | str, n_rows: int, optimizer: Optimizer, *, owner: str) -> int:
    """Return the number of rows a step.

    Raises
    ------
    ValueError
        If the optimizer needs all rows at once and ``value`` is less.
    """
    if optimizer.full_batch and value != "auto" and int(value) < n_rows:
        raise ValueError(
            f"The 'batch_size' parameter of {owner} must be 'auto' or at least the {n_rows} training "
            f"rows with optimizer={optimizer!r}, which looks at all rows at once; got {value!r}."
        )
    size = (n_rows if optimizer.full_batch else 200) if value == "auto" else int(value)
    return min(size, n_rows)


def check_activation(activation: Any, width: int, dtype: torch.dtype, *, owner: str) -> None:
    """Raise where an activation does not return a tensor of its input's shape."""
    z = torch.zeros(2, width, dtype=dtype)
    # A module that draws noise of its own must not move torch's generator here.
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        h = activation_layer(activation).to(dtype)(z)
    if not isinstance(h, torch.Tensor) or h.shape != z.shape:
        got = f"shape {tuple(h.shape)}" if isinstance(h, torch.Tensor) else type(h).__name__
        raise ValueError(
            f"The 'activation' parameter of {owner} must return a tensor of its input's shape, here "
            f"{tuple(z.shape)}, got {got} from {activation!r}. Use an elementwise function."
        )


def resolve_early_stopping(value: Any, *, owner: str) -> EarlyStopping | None:
    """Return the stopping rule a parameter stands for.

    ``True`` monitors ``val_loss`` with a patience of 10 and restores the best weights.
    """
    if value is None or value is False:
        return None
    if value is True:
        return EarlyStopping("val_loss", patience=10, restore_best_weights=True)
    rule: EarlyStopping = resolve("stopping", value, argument="early_stopping", owner=owner)
    return rule


def resolve_device(value: str, *, owner: str) -> torch.device:
    """Return the device of a name.

    Raises
    ------
    ValueError
        If the name is not "cpu", "cuda", "cuda:<index>" or "auto", or there is no such GPU.
    """
    if value == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, index = value.partition(":")
    if kind not in ("cpu", "cuda") or (index and not index.isdigit()):
        raise ValueError(
            f"The 'device' parameter of {owner} must be 'cpu', 'cuda', 'cuda:<index>' or 'auto', "
            f"got {value!r}."
        )
    if kind == "cuda" and torch.cuda.device_count() <= int(index or 0):
        raise ValueError(
            f"The 'device' parameter of {owner} is {value!r}, but torch sees "
            f"{torch.cuda.device_count()} CUDA devices. Use device='cpu', or device='auto' to take a "
            "GPU where there is one."
        )
    return torch.device(value)


def check_nested_names(estimator: BaseEstimator, names: Sequence[str]) -> None:
    """Raise where a nested parameter reaches into a plug-in given by name, number or flag."""
    values = estimator.get_params(deep=False)
    owner = type(estimator).__name__
    for full in names:
        name, _, inner = full.partition("__")
        if inner and name in values and not hasattr(values[name], "get_params"):
            raise ValueError(
                f"Cannot set {full!r} of {owner}: {name}={values[name]!r} has no parameter "
                f"{inner!r}. {_instance_hint(name, values[name], inner)}"
            )


def _instance_hint(argument: str, value: Any, inner: str) -> str:
    """Say which instance has the numbers that a name, a number or a flag stands for."""
    try:
        if value is True:
            plugin: Any = resolve_early_stopping(value, owner="")
        elif isinstance(value, Real) and _FAMILIES[argument] == "noise":
            plugin = GaussianNoise(value or 0.1)
        else:
            plugin = resolve(_FAMILIES[argument], value, argument=argument, owner="")
    except (KeyError, TypeError, ValueError):
        plugin = None
    if not isinstance(plugin, Plugin) or inner not in plugin.get_params():
        return "Only plug-ins given as instances have parameters of their own."
    return f"Give an instance, {argument}={plugin!r}, and set it there."


@contextmanager
def unchanged_on_error(estimator: BaseEstimator) -> Iterator[None]:
    """Leave the estimator as it was if the block raises, an interrupt included."""
    before = vars(estimator).copy()
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise
