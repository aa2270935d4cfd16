"""Time one fit of an autoencoder against a plain torch loop and skorch; see README.md beside this file.

``python benchmarks/autoencoder_fit.py [--repeats N] [--json PATH]``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import _machine  # before all that loads numpy
import _report
import numpy as np
import torch
from _timing import in_turn, product_loops, ratio
from torch import nn

# "cold" measures recordings, which no public function clears.
from sklearn_deep._recording import cache

SIZES = (784, 128, 32, 128, 784)
N_ROWS, BATCH_SIZE, EPOCHS = 10_000, 128, 5
N_STEPS = EPOCHS * -(-N_ROWS // BATCH_SIZE)
OTHERS = ("plain torch", "skorch")


def rows() -> np.ndarray:
    """Return ``(10000, 784)`` float32 in [0, 1], generated from a few numbers per sample."""
    random = np.random.default_rng(0)
    code = random.standard_normal((N_ROWS, 16))
    X = 1 / (1 + np.exp(-code @ random.standard_normal((16, SIZES[0]))))
    return X.astype(np.float32)


def module() -> nn.Module:
    """Return the network for every library: ReLU after each hidden layer, none after code and output."""
    n_in, n_hidden, n_code, _, _ = SIZES
    return nn.Sequential(
        nn.Linear(n_in, n_hidden),
        nn.ReLU(),
        nn.Linear(n_hidden, n_code),
        nn.Linear(n_code, n_hidden),
        nn.ReLU(),
        nn.Linear(n_hidden, n_in),
    )


def sklearn_deep_fit(X: np.ndarray) -> Any:
    """Fit ``AutoencoderTransformer`` without stopping."""
    from sklearn_deep import AutoencoderTransformer

    encoder = AutoencoderTransformer(
        SIZES[2],
        encoder_layer_sizes=SIZES[1:2],
        batch_size=BATCH_SIZE,
        max_epochs=EPOCHS,
        early_stopping=False,
        random_state=0,
    )
    return encoder.fit(X)


def torch_fit(X: np.ndarray) -> Any:
    """Train the module with a typical training loop and torch's fused Adam."""
    torch.manual_seed(0)
    net = module()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
    data = torch.from_numpy(X)
    for _ in range(EPOCHS):
        total = torch.zeros(())
        for index in torch.randperm(len(data)).split(BATCH_SIZE):
            x = data[index]
            loss = nn.functional.mse_loss(net(x), x)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(x)
    return net


def skorch_fit(X: np.ndarray) -> Any:
    """Fit ``skorch.NeuralNetRegressor`` around the module, with the samples as their own targets."""
    from skorch import NeuralNetRegressor

    torch.manual_seed(0)
    net = NeuralNetRegressor(
        module(),
        optimizer=torch.optim.Adam,
        optimizer__fused=True,
        lr=1e-3,
        batch_size=BATCH_SIZE,
        max_epochs=EPOCHS,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
    )
    return net.fit(X, X)


def measure(repeats: int) -> dict[str, list[float]]:
    """Return the seconds of every run, with the libraries in turn."""
    X = rows()

    def cold() -> None:
        cache._RECORDINGS.clear()
        sklearn_deep_fit(X)

    sides: dict[str, Callable[[], Any]] = {
        "cold": cold,
        "warm": lambda: sklearn_deep_fit(X),
        "plain torch": lambda: torch_fit(X),
        "skorch": lambda: skorch_fit(X),
        **product_loops(SIZES, BATCH_SIZE, N_STEPS),
    }
    for run in sides.values():
        run()
    return in_turn(sides, repeats)


def table(seconds: dict[str, list[float]]) -> str:
    """Return medians, and medians of the ratios of each round, as Markdown."""
    entries = [
        [
            name,
            median(runs),
            median(runs) / N_STEPS * 1e6,
            *[ratio(seconds, ours, name) for ours in ("cold", "warm")],
        ]
        for name, runs in seconds.items()
    ]
    header = ["side", "seconds", "µs a step", "ours cold ÷ it", "ours warm ÷ it"]
    return _report.table(header, entries)


def main() -> None:
    """Measure, print Markdown, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7, help="runs of each side")
    parser.add_argument("--json", type=Path, help="where to write all runs")
    options = parser.parse_args()
    machine = _machine.describe() | {"load": _machine.load()}
    print(_report.table(["machine", ""], list(machine.items())), flush=True)
    seconds = measure(options.repeats)
    print(f"\n### Autoencoder {SIZES}\n\n{table(seconds)}")
    if options.json is not None:
        options.json.write_text(json.dumps({"machine": machine, "seconds": seconds}, indent=1))


if __name__ == "__main__":
    main()
