"""Trial of each plug-in on a few samples, so that errors are found before training starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from sklearn_deep._process import isolated
from sklearn_deep.activations import ActivationFacts
from sklearn_deep.losses import BinaryCrossEntropy, Loss
from sklearn_deep.networks import AutoencoderArchitecture, activation_layer
from sklearn_deep.penalties import CodePenalty, Encoding, Penalty
from sklearn_deep.plugins import Plugin
from sklearn_deep.training import Plan, is_self_contained

AnyPlugin = TypeVar("AnyPlugin", bound=Plugin)


def try_plugins(plan: Plan, *, owner: str) -> None:
    """Raise an error if loss, penalties, augmentation or schedule of a plan do not work.

    Losses, penalties and schedules of this library are not tried.

    Raises
    ------
    ValueError
        For any error of the plug-in; the message names the parameter.
    """
    plugins = (plan.loss, plan.reconstruction_loss, *plan.penalties, plan.schedule)
    are_known = all(plugin is None or _is_of_library(plugin) for plugin in plugins)
    if are_known and not plan.code_penalties and plan.augmentation is None:
        return
    with isolated(None if is_self_contained(plan) else plan.seed):
        _try_loss(plan, owner)
        _try_penalties(plan, owner)
        _try_code_penalties(plan, owner)
        if plan.augmentation is not None:
            _try_augmentation(plan, owner)
        _try_schedule(plan, owner)


def _is_of_library(plugin: Plugin) -> bool:
    """Return whether a plug-in belongs to this library and contains no function or other plug-in."""
    fields = plugin.get_params(deep=False).values()
    holds_others = any(callable(value) or isinstance(value, Plugin) for value in fields)
    return type(plugin).__module__.startswith("sklearn_deep.") and not holds_others


def try_activation(
    activation: Any, width: int, dtype: torch.dtype, *, owner: str, argument: str = "activation"
) -> None:
    """Raise an error if an activation does not return a tensor with the shape of its input."""
    if ActivationFacts(activation).is_of_torch:
        return
    z = torch.zeros(2, width, dtype=dtype)
    on = f"a tensor of shape {tuple(z.shape)}"
    # Isolated, so that a module with its own noise does not change the state of torch's generator.
    with isolated(0), torch.no_grad(), _trying(argument, on, owner):
        h = activation_layer(activation).to(dtype)(z)
    if not isinstance(h, Tensor) or h.shape != z.shape:
        raise ValueError(
            f"The {argument!r} parameter of {owner} must return a tensor with the shape of its input, here "
            f"{tuple(z.shape)}, got {_shape_in_words(h)} from {activation!r}. Use an elementwise function."
        )


def _try_loss(plan: Plan, owner: str) -> None:
    if plan.loss is not None:
        _try_rows(plan.loss, "loss", _few_rows(plan, plan.data.y), plan, owner)
    if plan.reconstruction_loss is not None:
        argument = "loss" if plan.loss is None else "reconstruction_loss"
        rows = _few_rows(plan, plan.data.x)
        _try_rows(plan.reconstruction_loss, argument, rows, plan, owner)


def _try_rows(loss: Loss, argument: str, target: Tensor, plan: Plan, owner: str) -> None:
    with _trying(argument, f"outputs of shape {tuple(target.shape)}", owner):
        output = torch.zeros_like(target, requires_grad=True)
        losses = _in_training(loss, plan).rows(output, target)
        _check_shape(losses, (len(target),), "one loss per sample")
        _check_gradient(losses)


def _try_penalties(plan: Plan, owner: str) -> None:
    for penalty, matrix in zip(plan.penalties, plan.architecture.matrices, strict=True):
        if penalty is None:
            continue
        with _trying("penalty", f"a weight matrix of shape {matrix.shape}", owner):
            weight = plan.data.y.new_ones(matrix.shape).requires_grad_()
            _try_penalty(_in_training(penalty, plan), weight)


def _try_penalty(penalty: Penalty, weight: Tensor) -> None:
    value = penalty.penalty(weight)
    _check_shape(value, (), "one number")
    if penalty.projects:
        _check_shape(penalty.project(weight.detach()), tuple(weight.shape), "weights")
    else:
        _check_gradient(value)


def _try_code_penalties(plan: Plan, owner: str) -> None:
    for penalty in plan.code_penalties:
        assert isinstance(plan.architecture, AutoencoderArchitecture)
        rows = _few_rows(plan, plan.data.x)
        given = plan.architecture.code_activation
        width = plan.architecture.encoder_sizes[-1]
        with _trying("penalty", f"a code of shape {(len(rows), width)}", owner):
            _check_code_range(penalty, given, width, plan.dtype)
            weight = rows.new_zeros(rows.shape[1], width).requires_grad_()
            activation = activation_layer(given).to(rows)

            def encode(x: Tensor) -> Tensor:
                code: Tensor = activation(x @ weight)  # noqa: B023 (called in this round only)
                return code

            share = rows.new_full((len(rows),), 1 / len(rows))
            encoding = Encoding(encode(rows), share, rows, encode)
            value = _in_training(penalty, plan).code_penalty(encoding)
            _check_shape(value, (), "one number")
            _check_gradient(value)


def _check_code_range(
    penalty: CodePenalty, activation: Any, width: int, dtype: torch.dtype
) -> None:
    low, high = penalty.code_range
    least, most = range_of(activation, width, dtype)
    if not low <= least <= most <= high:
        raise ValueError(
            f"It requires codes in [{low:g}, {high:g}], but code_activation can have other values. Set "
            "code_activation='logistic'."
        )


def range_of(activation: Any, width: int, dtype: torch.dtype) -> tuple[float, float]:
    """Return the minimum and maximum of an activation for inputs from -50 to 50."""
    z = torch.linspace(-50, 50, 101, dtype=dtype).unsqueeze(1).expand(-1, width)
    with isolated(0), torch.no_grad():
        h = activation_layer(activation).to(dtype)(z)
    return h.min().item(), h.max().item()


def _try_augmentation(plan: Plan, owner: str) -> None:
    assert plan.augmentation is not None
    x, y = _few_rows(plan, plan.data.x), _few_rows(plan, plan.data.y)
    with _trying("augmentation", f"samples of shape {tuple(x.shape)}", owner):
        generator = torch.Generator(x.device).manual_seed(0)
        made, target = plan.augmentation.augment(x, y, y.new_ones(len(y)), generator)
        _check_shape(made, tuple(x.shape), "one new sample for each sample")
        _check_shape(target, tuple(y.shape), "one target for each sample")
        if not made.isfinite().all():
            raise ValueError("It must return finite samples, got NaN or infinity.")


def _try_schedule(plan: Plan, owner: str) -> None:
    with _trying("schedule", "the first epoch", owner):
        factors = plan.schedule.begin().factors(np.zeros(1), plan.max_epochs)
        _check_shape(factors, (1,), "one factor per step")


@contextmanager
def _trying(argument: str, on: str, owner: str) -> Iterator[None]:
    """Add the name of the parameter to any error."""
    try:
        yield
    except Exception as error:
        kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        raise ValueError(
            f"The {argument!r} parameter of {owner} fails on {on}: {kind}{error}"
        ) from error


def _few_rows(plan: Plan, column: Any) -> Tensor:
    """Return a few samples; their number differs from that of features and outputs."""
    n_rows = next(n for n in (4, 5, 6) if n not in (plan.data.x.shape[1], plan.data.y.shape[1]))
    rows: Tensor = column[torch.arange(n_rows) % len(column)]
    return rows


def _in_training(plugin: AnyPlugin, plan: Plan) -> AnyPlugin:
    """Return a plug-in as in training, with its numbers as 0-d tensors."""
    like = plan.data.y
    return plugin.with_numbers(
        {name: like.new_tensor(value) for name, value in plugin.numbers().items()}
    )


def _check_shape(value: Any, shape: tuple[int, ...], what: str) -> None:
    if not hasattr(value, "shape") or tuple(value.shape) != shape:
        raise ValueError(
            f"It must return {what}, here of shape {shape}, got {_shape_in_words(value)}."
        )


def _check_gradient(value: Tensor) -> None:
    if not value.requires_grad:
        raise ValueError(
            "Its result has no gradient, so it would have no effect on training. Use torch operations on "
            "floats, without .detach(), .item() or numpy."
        )


def _shape_in_words(value: Any) -> str:
    return f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__


def check_logits(plan: Plan, given: Any, *, owner: str) -> None:
    """Raise an error if the decoder outputs probabilities although its loss expects logits.

    Parameters
    ----------
    plan : Plan
    given : object
        The ``output_activation`` parameter.
    owner : str
    """
    architecture, loss = plan.architecture, plan.reconstruction_loss
    if not (
        isinstance(architecture, AutoencoderArchitecture) and isinstance(loss, BinaryCrossEntropy)
    ):
        return
    n_features = architecture.encoder_sizes[0]
    least, most = range_of(architecture.output_activation, n_features, plan.dtype)
    if least >= 0 and most <= 1:
        raise ValueError(
            f"The 'output_activation' parameter of {owner} must be 'identity' with the "
            "loss 'binary_cross_entropy', which expects logits and applies the logistic function itself; "
            f"got {given!r}."
        )
