"""The same fit by each library, as a user would write it.

Each library is imported where it is used, so that a new process imports only one of them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from _cases import LEARNING_RATE, N_CLASSES, N_FEATURES, Case, Rows


def sklearn_deep_fit(case: Case, rows: Rows, device: str = "cpu", seed: int = 0) -> Any:
    """Fit ``sklearn_deep.MLPClassifier`` without stopping."""
    from sklearn_deep import MLPClassifier

    mlp = MLPClassifier(
        case.hidden,
        dropout=case.dropout,
        batch_size=case.batch_size,
        learning_rate=LEARNING_RATE,
        max_epochs=case.epochs,
        early_stopping=False,
        random_state=seed,
        device=device,
    )
    mlp.fit(rows.X, rows.y, rows.sample_weight)
    assert mlp.n_epochs_ == case.epochs
    return mlp


def scikit_learn_fit(case: Case, rows: Rows, device: str = "cpu") -> Any:
    """Fit ``sklearn.neural_network.MLPClassifier``, without penalty and without stopping."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    assert not case.dropout
    assert device == "cpu"
    mlp = MLPClassifier(
        case.hidden,
        alpha=0.0,
        batch_size=case.batch_size,
        learning_rate_init=LEARNING_RATE,
        max_iter=case.epochs,
        tol=0.0,
        n_iter_no_change=10**9,
        random_state=0,
    )
    # scikit-learn had no sample_weight before 1.7.
    weight = {} if rows.sample_weight is None else {"sample_weight": rows.sample_weight}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        mlp.fit(rows.X, rows.y, **weight)
    assert mlp.n_iter_ == case.epochs
    return mlp


def skorch_fit(case: Case, rows: Rows, device: str = "cpu") -> Any:
    """Fit ``skorch.NeuralNetClassifier`` around a plain module; weights as in skorch's FAQ."""
    import numpy as np
    import torch
    from skorch import NeuralNetClassifier

    class WeightedNet(NeuralNetClassifier):
        def get_loss(self, y_pred: Any, y_true: Any, X: Any = None, **kwargs: Any) -> Any:
            losses = super().get_loss(y_pred, y_true, X, **kwargs)
            weight = X["sample_weight"].to(losses.device)
            return (weight * losses).sum() / weight.sum()

    torch.manual_seed(0)
    net = (WeightedNet if case.weighted else NeuralNetClassifier)(
        _module(case),
        criterion=torch.nn.CrossEntropyLoss,
        criterion__reduction="none" if case.weighted else "mean",
        optimizer=torch.optim.Adam,
        lr=LEARNING_RATE,
        batch_size=case.batch_size,
        max_epochs=case.epochs,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
        device=device,
    )
    if rows.sample_weight is None:
        return net.fit(rows.X, rows.y)
    weight = rows.sample_weight.astype(np.float32)
    return net.fit({"data": rows.X, "sample_weight": weight}, rows.y)


def _module(case: Case) -> Any:
    from torch import nn

    class Perceptron(nn.Sequential):
        # skorch passes the entries of a dict X by name.
        def forward(self, data: Any, sample_weight: Any = None) -> Any:
            return super().forward(data)

    layers: list[nn.Module] = []
    width = N_FEATURES
    for units in case.hidden:
        layers += [nn.Linear(width, units), nn.ReLU()]
        layers += [nn.Dropout(case.dropout)] if case.dropout else []
        width = units
    return Perceptron(*layers, nn.Linear(width, N_CLASSES))


SIDES: dict[str, Callable[..., Any]] = {
    "sklearn_deep": sklearn_deep_fit,
    "scikit-learn": scikit_learn_fit,
    "skorch": skorch_fit,
}


def import_side(side: str) -> None:
    """Import what a fit by this side needs."""
    if side == "scikit-learn":
        import sklearn.neural_network  # noqa: F401

        return
    import torch

    torch.set_num_threads(1)
    if side == "skorch":
        import skorch  # noqa: F401
    else:
        import sklearn_deep  # noqa: F401
