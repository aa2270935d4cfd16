"""The same random search by each library, as a user would write it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import loguniform, uniform

N_CLASSES = 10


class Search(NamedTuple):
    """A benchmark search, the same for every library; ``hidden=None`` searches 1 to 3 layers of 16 to 256 units.

    ``dropout``, which scikit-learn does not have, is searched only on request.
    """

    hidden: tuple[int, ...] | None
    batch_size: int
    n_iter: int = 60
    n_folds: int = 5
    epochs: int = 20
    n_jobs: int | None = None
    dropout: bool = False

    @property
    def n_steps(self) -> int:
        """Steps of one fit, on four fifths of the digits."""
        return self.epochs * -(-1437 // self.batch_size)

    @property
    def n_fits(self) -> int:
        """Candidates times folds."""
        return self.n_iter * self.n_folds


def rows() -> tuple[np.ndarray, np.ndarray]:
    """Return the digits, standardized, float32."""
    from sklearn.datasets import load_digits
    from sklearn.preprocessing import scale

    X, y = load_digits(return_X_y=True)
    return scale(X).astype(np.float32), y


def _space(search: Search, **names: Any) -> dict[str, Any]:
    from sklearn_deep.model_selection import hidden_layers

    space = {
        names["rate"]: loguniform(1e-4, 1e-2),
        names["decay"]: loguniform(1e-6, 1e-3),
    }
    if search.hidden is None:
        space["hidden_layer_sizes"] = hidden_layers(n_layers=(1, 3), n_units=(16, 256))
    if search.dropout:
        space["dropout"] = uniform(0, 0.5)
    return space


def sklearn_deep_search(search: Search, device: str = "cpu") -> Any:
    """Search ``sklearn_deep.MLPClassifier``, batched."""
    from sklearn_deep import MLPClassifier
    from sklearn_deep.model_selection import BatchedRandomizedSearchCV

    mlp = MLPClassifier(
        search.hidden or (100,),
        batch_size=search.batch_size,
        max_epochs=search.epochs,
        early_stopping=False,
        random_state=0,
        device=device,
    )
    space = _space(search, rate="learning_rate", decay="weight_decay")
    return BatchedRandomizedSearchCV(mlp, space, **_settings(search)).fit(*rows())


def scikit_learn_search(search: Search, device: str = "cpu") -> Any:
    """Search ``sklearn.neural_network.MLPClassifier``; ``alpha`` is our weight decay times the batch size.

    When compared with a GPU it uses one process per core, at most 16.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import RandomizedSearchCV
    from sklearn.neural_network import MLPClassifier

    if device == "cuda":
        search = search._replace(n_jobs=min(os.cpu_count() or 1, 16))
    assert not search.dropout
    mlp = MLPClassifier(
        search.hidden or (100,),
        batch_size=search.batch_size,
        max_iter=search.epochs,
        tol=0.0,
        n_iter_no_change=10**9,
        random_state=0,
    )
    space = _space(search, rate="learning_rate_init", decay="alpha")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return RandomizedSearchCV(mlp, space, **_settings(search)).fit(*rows())


def skorch_search(search: Search, device: str = "cpu") -> Any:
    """Search ``skorch.NeuralNetClassifier`` around a plain module, fused Adam."""
    import torch
    from sklearn.model_selection import RandomizedSearchCV
    from skorch import NeuralNetClassifier

    assert search.hidden is not None
    net = NeuralNetClassifier(
        _module(search.hidden),
        criterion=torch.nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        optimizer__fused=True,
        batch_size=search.batch_size,
        max_epochs=search.epochs,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
        device=device,
    )
    space = _space(search, rate="lr", decay="optimizer__weight_decay")
    X, y = rows()
    return RandomizedSearchCV(net, space, **_settings(search)).fit(X, y.astype(np.int64))


def _settings(search: Search) -> dict[str, Any]:
    return {
        "n_iter": search.n_iter,
        "cv": search.n_folds,
        "refit": False,
        "random_state": 0,
        "n_jobs": search.n_jobs,
    }


def _module(hidden: tuple[int, ...]) -> Any:
    from torch import nn

    sizes = (64, *hidden)
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], N_CLASSES))


SIDES: dict[str, Callable[..., Any]] = {
    "sklearn_deep": sklearn_deep_search,
    "scikit-learn": scikit_learn_search,
    "skorch": skorch_search,
}
