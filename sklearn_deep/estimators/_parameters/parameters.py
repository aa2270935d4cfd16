"""Constraints of the parameters that estimators share, except for plug-ins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral, Real
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator

from sklearn_deep._compat.sklearn import Interval, StrOptions
from sklearn_deep.noise import Noise
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.training import Plan

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
    "normalize_y": ["boolean"],
    "max_epochs": [Interval(Integral, 1, None, closed="left")],
    "max_seconds": [Interval(Real, 0, None, closed="neither"), None],
    "warm_start": ["boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
    "random_state": ["random_state"],
    "dtype": [StrOptions({"float32", "float64"})],
    "device": [str],
    "verbose": ["verbose"],
}
_AUTO_SAMPLES = 128
_SIZES = [Interval(Integral, 1, None, closed="left"), "array-like"]

# Constraints of parameters that only some estimators have.
CLASSIFIER_CONSTRAINTS: dict[str, list[Any]] = {
    "class_weight": [StrOptions({"balanced"}), dict, None],
    "label_smoothing": [Interval(Real, 0, 1, closed="left")],
}
AUTOENCODER_CONSTRAINTS: dict[str, list[Any]] = {
    "n_components": [Interval(Integral, 1, None, closed="left")],
    "encoder_layer_sizes": _SIZES,
    "decoder_layer_sizes": [*_SIZES, None],
    "tied_weights": ["boolean"],
}
JOINT_CONSTRAINTS: dict[str, list[Any]] = AUTOENCODER_CONSTRAINTS | {
    "beta": [Interval(Real, 0, 1, closed="both")],
    "head_layer_sizes": _SIZES,
    "head_input": [StrOptions({"code", "reconstruction"})],
}


def check_learning_rate(estimator: BaseEstimator) -> None:
    """Raise an error if ``learning_rate`` is a string, as it can be in scikit-learn's MLP."""
    rate = estimator.get_params(deep=False)["learning_rate"]
    if isinstance(rate, str):
        raise TypeError(
            f"The 'learning_rate' parameter of {type(estimator).__name__} must be a number > 0, got "
            f"{rate!r}. It is the initial step size (learning_rate_init in scikit-learn); its change during "
            "training is set by `schedule`."
        )


def layer_sizes(value: Any, *, argument: str, owner: str) -> tuple[int, ...]:
    """Return the widths of hidden layers as a tuple; an int is a single layer.

    Raises
    ------
    ValueError
        If a width is not an integer >= 1.
    """
    sizes = np.atleast_1d(np.asarray(value, dtype=object)).tolist()
    for size in sizes:
        if not isinstance(size, Integral) or isinstance(size, bool) or size < 1:
            raise ValueError(
                f"The {argument!r} parameter of {owner} must contain integers >= 1, one per layer, got "
                f"{value!r}. Remove a layer instead of setting its size to 0."
            )
    return tuple(int(size) for size in sizes)


def per_layer(
    value: Any, length: int, *, argument: str, owner: str, below: float, what: str
) -> tuple[float, ...]:
    """Return a sequence parameter as a tuple of ``length`` numbers in [0, below).

    Raises
    ------
    ValueError
        If the length differs or a number is out of range.
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
                f"The {argument!r} parameter of {owner} must contain numbers in [0, {below:g}), got "
                f"{number!r} in {value!r}."
            )
    return tuple(float(number) for number in numbers)


def resolve_batch_size(value: int | str, n_rows: int, optimizer: Optimizer, *, owner: str) -> int:
    """Return the number of samples per batch.

    Raises
    ------
    ValueError
        If the optimizer uses all samples in each step and ``value`` is smaller.
    """
    if optimizer.full_batch and value != "auto" and int(value) < n_rows:
        raise ValueError(
            f"The 'batch_size' parameter of {owner} must be 'auto' or at least the {n_rows} training "
            f"samples with optimizer={optimizer!r}, which uses all of them in each step; got {value!r}."
        )
    size = (n_rows if optimizer.full_batch else _AUTO_SAMPLES) if value == "auto" else int(value)
    return min(size, n_rows)


def check_normalized_batches(plan: Plan, given: int | str, *, owner: str, method: str) -> None:
    """Raise an error if batch normalization would get a single sample, which has no variance.

    Raises
    ------
    ValueError
        If fewer than two training samples have a positive weight, or ``batch_size`` is 1.
    """
    if not plan.architecture.normalizes_batches:
        return
    weight = plan.data.weight
    n_samples = int((weight.view(len(weight), -1)[:, -1] > 0).sum()) * (1 + plan.copies)
    instead = "normalization='layer' or None"
    if n_samples < 2:
        raise ValueError(
            f"{owner}.{method} with normalization='batch' requires at least 2 training samples of positive "
            f"weight, got {n_samples}, because one sample has no variance. Add samples, or use {instead}."
        )
    if plan.batch_size < 2:
        raise ValueError(
            f"The 'batch_size' parameter of {owner} must be at least 2 with normalization='batch', got "
            f"{given!r}, because one sample has no variance. Increase batch_size, or use {instead}."
        )


def resolve_device(value: str, *, owner: str) -> torch.device:
    """Return the device with a name.

    Raises
    ------
    ValueError
        If the name is not "cpu", "cuda", "cuda:<index>" or "auto", or the GPU does not exist.
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
            f"The 'device' parameter of {owner} is {value!r}, but torch finds "
            f"{torch.cuda.device_count()} CUDA devices. Use device='cpu', or device='auto' to use a GPU "
            "only if one is available."
        )
    return torch.device(value)


@contextmanager
def unchanged_on_error(estimator: BaseEstimator) -> Iterator[None]:
    """Restore the estimator if the block raises an error or is interrupted."""
    before = vars(estimator).copy()
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise
