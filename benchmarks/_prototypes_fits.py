"""Fits of ``prototypes.py``: scaling, training by the rules of the defaults, and scores."""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import cos, inf, log, log2, pi
from typing import Any, NamedTuple

import numpy as np
import torch
from _accuracy_sets import Split
from _prototypes_nets import Idea, network, step_factor
from sklearn.model_selection import train_test_split
from torch import Tensor, nn
from torch.nn import functional as F

RATE, BATCH, EPOCHS = 3e-3, 128, 200
WAIT_SLOWER, SLOWER, WAIT_STOP = 5, 0.3, 10


class Part(NamedTuple):
    """Samples: x is (1, n_samples, n_features), y (n_samples,)."""

    x: Tensor
    y: Tensor


def is_numeric(X: np.ndarray) -> np.ndarray:
    """Return for each column whether it holds anything but 0 and 1."""
    return ~((X == 0) | (X == 1)).all(axis=0)


def quartile_scaled(X: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    """Return X and others, scaled by the quartiles of X and clipped smoothly to (-3, 3).

    References
    ----------
    Holzmüller et al., "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
    2024.
    """
    low, middle, high = np.quantile(X, [0.25, 0.5, 0.75], axis=0)
    distance, half_range = high - low, np.ptp(X, axis=0) / 2
    width = np.where(distance > 0, distance, np.where(half_range > 0, half_range, np.inf))
    scaled = [(part - middle) / width for part in (X, *others)]
    return [part / np.sqrt(1 + (part / 3) ** 2) for part in scaled]


def coslog4(share: float) -> float:
    """Return the factor of the learning rate after a given fraction of all steps."""
    return 0.5 * (1 - cos(2 * pi * log2(1 + 15 * share)))


def losses(outputs: Tensor, y: Tensor, is_regression: bool) -> Tensor:
    """Return the mean loss of each head; outputs are (n_heads, n_samples, n_outputs)."""
    if is_regression:
        return (outputs[..., 0] - y).square().mean(1)
    y = y.expand(len(outputs), -1)
    if outputs.shape[-1] == 1:
        logits = outputs[..., 0]
        return F.binary_cross_entropy_with_logits(logits, y.float(), reduction="none").mean(1)
    return F.cross_entropy(outputs.transpose(1, 2), y, reduction="none").mean(1)


def averaged(outputs: Tensor, is_regression: bool) -> Tensor:
    """Return the heads' mean: numbers (n_samples,), or log probabilities (n_samples, n_classes)."""
    if is_regression:
        return outputs[..., 0].mean(0)
    if outputs.shape[-1] == 1:
        outputs = torch.cat([torch.zeros_like(outputs), outputs], -1)
    return outputs.log_softmax(-1).logsumexp(0) - log(len(outputs))


def loss_and_error(predicted: Tensor, y: Tensor, is_regression: bool) -> tuple[float, float]:
    """Return the mean loss, and 1 - accuracy or the mean squared error."""
    if is_regression:
        loss = float((predicted - y).square().mean())
        return loss, loss
    wrong = float((predicted.argmax(1) != y).double().mean())
    return float(F.nll_loss(predicted.double(), y)), wrong


class Watch:
    """Plateaus and early stopping by the validation loss, and the weights of the best epoch."""

    def __init__(self, net: nn.Module, by_error: bool) -> None:
        self.net, self.by_error = net, by_error
        self.loss = self.kept = inf
        self.factor = 1.0
        self.since = self.since_slower = 0
        self.best: dict[str, Tensor] = {}

    def see(self, loss: float, error: float) -> None:
        """Receive the values of a finished epoch."""
        value = error if self.by_error else loss
        if value < self.kept:
            self.kept = value
            self.best = {name: p.clone() for name, p in self.net.state_dict().items()}
        self.since, self.since_slower = self.since + 1, self.since_slower + 1
        if loss < self.loss:
            self.loss, self.since, self.since_slower = loss, 0, 0
        elif self.since_slower >= WAIT_SLOWER:
            self.factor, self.since_slower = self.factor * SLOWER, 0


def train(
    net: nn.Sequential, idea: Idea, training: Part, validation: Part, is_regression: bool
) -> int:
    """Train by Adam, restore the weights of the best epoch and return the number of epochs."""
    groups = [{"params": [p], "by": step_factor(idea, n)} for n, p in net.named_parameters()]
    optimizer = torch.optim.Adam(groups, lr=RATE, fused=True)
    watch = Watch(net, idea.by_error or idea.coslog_epochs > 0)
    n_epochs, epoch = idea.coslog_epochs or EPOCHS, 0
    for epoch in range(n_epochs):
        batches = torch.randperm(len(training.y)).split(BATCH)
        for step, batch in enumerate(batches):
            share = (epoch + step / len(batches)) / n_epochs
            factor = coslog4(share) if idea.coslog_epochs else watch.factor
            for group in optimizer.param_groups:
                group["lr"] = RATE * factor * group["by"]
            optimizer.zero_grad()
            outputs = net(training.x[:, batch])
            losses(outputs, training.y[batch], is_regression).mean().backward()
            optimizer.step()
        predicted = predict(net, validation.x, is_regression)
        watch.see(*loss_and_error(predicted, validation.y, is_regression))
        if not idea.coslog_epochs and watch.since >= WAIT_STOP:
            break
    net.load_state_dict(watch.best)
    return epoch + 1


@torch.no_grad()
def predict(net: nn.Sequential, x: Tensor, is_regression: bool) -> Tensor:
    """Return the result of ``averaged``, computed for parts of the samples that fit into the cache."""
    return torch.cat([averaged(net(part), is_regression) for part in x.split(1_000, dim=1)])


def members(idea: Idea, data: Split, seed: int) -> Iterator[tuple[nn.Sequential, int]]:
    """Yield the trained networks of an idea with their numbers of epochs, one after another."""
    numeric = torch.as_tensor(is_numeric(data.X))
    n_classes = 1 if data.is_regression else int(data.y.max()) + 1
    n_outputs = 1 if n_classes == 2 else n_classes
    for number in range(idea.n_networks):
        own = seed if number == 0 else 1_000 * (seed + 1) + number
        torch.manual_seed(own)
        net = network(idea, numeric, n_outputs, data.is_regression, torch.default_generator)
        yield net, train(net, idea, *_divided(data, own), data.is_regression)


def _divided(data: Split, seed: int) -> list[Part]:
    """Return the samples to train on, and a tenth for validation."""
    strata = None if data.is_regression else data.y
    parts = train_test_split(
        np.arange(len(data.y)), test_size=0.1, stratify=strata, random_state=seed
    )
    return [Part(_tensor(data.X[p])[None], _targets(data.y[p], data.is_regression)) for p in parts]


def _tensor(values: np.ndarray) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float32)


def _targets(y: np.ndarray, is_regression: bool) -> Tensor:
    return _tensor(y) if is_regression else torch.as_tensor(y, dtype=torch.long)


def prepared(idea: Idea, data: Split) -> Split:
    """Return the samples as the networks see them: clipped, and y with mean 0 and variance 1."""
    if idea.clips:
        numeric, (X, X_test) = is_numeric(data.X), (data.X.copy(), data.X_test.copy())
        X[:, numeric], X_test[:, numeric] = quartile_scaled(X[:, numeric], X_test[:, numeric])
        data = data._replace(X=X, X_test=X_test)
    if data.is_regression:
        mean, std = data.y.mean(), data.y.std()
        data = data._replace(y=(data.y - mean) / std, y_test=(data.y_test - mean) / std)
    return data


def measure(idea: Idea, data: Split, seed: int) -> dict[str, Any]:
    """Fit an idea once and score it on the test samples."""
    data = prepared(idea, data)
    start = time.process_time()
    trained = list(members(idea, data, seed))
    seconds = time.process_time() - start
    x = _tensor(data.X_test)[None]
    outputs = torch.stack([predict(net, x, data.is_regression) for net, _ in trained])
    found = (
        _numbers(outputs.mean(0), data.y_test)
        if data.is_regression
        else classes_found((outputs.logsumexp(0) - log(len(outputs))).numpy(), data.y_test)
    )
    n_epochs = sum(n for _, n in trained) / len(trained)
    return found | {"seconds": round(seconds, 3), "epochs": round(n_epochs, 1)}


def _numbers(predicted: Tensor, y: np.ndarray) -> dict[str, float]:
    squares = np.mean((predicted.double().numpy() - y) ** 2)
    return {"score": round(float(1 - squares / y.var()), 6)}


def classes_found(log_p: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Return accuracy and log loss of log probabilities (n_samples, n_classes)."""
    log_loss = -np.mean(log_p[np.arange(len(y)), y].astype(float))
    accuracy = np.mean(log_p.argmax(1) == y)
    return {"score": round(float(accuracy), 6), "log_loss": round(float(log_loss), 6)}
