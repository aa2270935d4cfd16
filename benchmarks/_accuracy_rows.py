"""The estimators to compare, each made from a seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.neural_network import MLPClassifier as SklearnClassifier
from sklearn.neural_network import MLPRegressor as SklearnRegressor
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier, MLPRegressor

# The arguments are a seed, and whether y holds numbers.
Row = Callable[[int, bool], Any]


def ours(**params: Any) -> Row:
    """Return a row of this library."""

    def make(seed: int, is_regression: bool) -> Any:
        kind = MLPRegressor if is_regression else MLPClassifier
        return kind(random_state=seed, **params)

    return make


def sklearn_mlp(**params: Any) -> Row:
    """Return a row for scikit-learn's MLP; its target is standardized as that of ours."""

    def make(seed: int, is_regression: bool) -> Any:
        if not is_regression:
            return SklearnClassifier(random_state=seed, **params)
        mlp = SklearnRegressor(random_state=seed, **params)
        return TransformedTargetRegressor(mlp, transformer=StandardScaler())

    return make


def boosting(seed: int, is_regression: bool) -> Any:
    """Return gradient boosting at its defaults."""
    kind = HistGradientBoostingRegressor if is_regression else HistGradientBoostingClassifier
    return kind(random_state=seed)


# The defaults of the first version.
OLD = {"learning_rate": 1e-3, "batch_size": 200, "max_epochs": 200, "schedule": None}
ROWS: dict[str, Row] = {
    "scikit-learn": sklearn_mlp(),
    "scikit-learn, (256, 256), early stopping": sklearn_mlp(
        hidden_layer_sizes=(256, 256), early_stopping=True
    ),
    "HistGradientBoosting": boosting,
    "ours, old defaults": ours(hidden_layer_sizes=(100,), early_stopping="convergence", **OLD),
    "ours, old, (256, 256), early stopping": ours(
        hidden_layer_sizes=(256, 256), early_stopping=True, **OLD
    ),
    "ours": ours(),
    'ours, init="glorot_normal"': ours(init="glorot_normal"),
    'ours, init="he_normal"': ours(init="he_normal"),
}
