"""Random but valid searches, which ``make fuzz`` and the tests compare with scikit-learn's search.

``random_search(seed)`` describes one search. All random states are integers, so a case can be run
any number of times by any search, and by a loop of single fits.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sklearn
from scipy.stats import loguniform, uniform
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.datasets import make_classification
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import KFold, RepeatedKFold, ShuffleSplit
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
)

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.optimizers import SGD, Adam

Rng = np.random.RandomState


class RandomSearch(NamedTuple):
    """A search and its data; ``build`` returns a new estimator and a new search space.

    Parameters
    ----------
    build : callable
    X, y : training data
    fit_params : dict
    settings : dict
        Settings that all searches have.
    routed : bool
        Whether metadata routing is on.
    network : str or None
        Prefix of the parameters of the network at the end of the estimator; None if there is none.
    """

    build: Callable[[], tuple[Any, Any]]
    X: Any
    y: Any
    fit_params: dict[str, Any]
    settings: dict[str, Any]
    routed: bool
    network: str | None


class Powers(TransformerMixin, BaseEstimator):
    """Appends powers of the columns; its parameters cannot be hashed."""

    def __init__(self, exponents=(1,), options=None, in_place=False):
        self.exponents = exponents
        self.options = options
        self.in_place = in_place

    def fit(self, X, y=None):
        self.shift_ = np.asarray(X).mean(0) if (self.options or {}).get("center") else 0.0
        return self

    def transform(self, X):
        values = np.asarray(X)
        if self.in_place and values.flags.writeable:
            values -= self.shift_
        else:
            values = values - self.shift_
        return np.hstack([np.sign(values) * np.abs(values) ** float(e) for e in self.exponents])


def halve(X):
    """Write into the samples."""
    if isinstance(X, pd.DataFrame):
        X.iloc[:, 0] = X.iloc[:, 0] / 2
    else:
        X[:, 0] /= 2
    return X


def tripled(X):
    return X * 3


def scaled_by(X, by=1.0):
    return X * by


def negate(y):
    """Write into the target, if it can be written to."""
    return np.multiply(y, -1, out=y if y.flags.writeable else None)


def random_search(seed: int, budget: str = "plain") -> RandomSearch:
    """Return a search drawn with a seed; ``budget`` is "plain", "stages" or "halving"."""
    rng = Rng(seed)
    routed = bool(rng.randint(4) == 0)
    with sklearn.config_context(enable_metadata_routing=routed):
        return _drawn(rng, budget, routed)


def _drawn(rng: Rng, budget: str, routed: bool) -> RandomSearch:
    classifies = bool(rng.randint(2))
    X, y = _data(rng, classifies)
    structure = rng.randint(2**31)

    def build() -> tuple[Any, Any]:
        return _estimator_and_space(Rng(structure), classifies, budget)

    estimator, _ = build()
    settings = _settings(rng, classifies, budget)
    weighted = bool(rng.randint(2))
    fit_params = _fit_params(rng, estimator, len(X), routed) if weighted else {}
    if routed:
        scored = bool(fit_params) and bool(rng.randint(2))
        build = _requesting(build, bool(fit_params), scored)
        if settings["scoring"] is None:  # because nothing can be routed to the score of a pipeline
            settings["scoring"] = "accuracy" if classifies else "r2"
        settings["scoring"] = _requested(settings["scoring"], scored)
    return RandomSearch(build, X, y, fit_params, settings, routed, _network_prefix(estimator))


def _data(rng: Rng, classifies: bool) -> tuple[Any, Any]:
    n = int(rng.randint(46, 62))
    X, y = make_classification(
        n, 5, n_informative=4, n_redundant=0, n_classes=3, n_clusters_per_class=1, random_state=rng
    )
    if not classifies:
        y = X[:, 0] - X[:, 1] ** 2 + rng.normal(size=n) / 10
    elif rng.randint(2):
        y = np.array(["a", "b", "c"])[y]
    kind = rng.randint(5)
    if kind == 0:
        return pd.DataFrame(X, columns=list("abcde")), pd.Series(y)
    if kind == 1:
        return np.asfortranarray(X), y
    return X.astype(np.float32 if kind == 2 else np.float64), y


def _settings(rng: Rng, classifies: bool, budget: str) -> dict[str, Any]:
    splitters: list[Any] = [2, 3, KFold(2, shuffle=True, random_state=0)]
    splitters += [ShuffleSplit(2, test_size=0.3, random_state=1)]
    splitters += [RepeatedKFold(n_splits=2, n_repeats=2, random_state=2)]
    one = "accuracy" if classifies else "neg_mean_absolute_error"
    other = "f1_macro" if classifies else "r2"
    scorings: list[tuple[Any, Any]] = [(None, True), (one, True), ([one, other], other)]
    scoring, refit = scorings[rng.randint(len(scorings))]
    more = {
        "plain": {"n_iter": 4},
        "stages": {"n_iter": 6, "n_stages": 2},
        "halving": {"n_iter": 5, "min_epochs": 1, "factor": 2},
    }
    return {
        "scoring": scoring,
        "refit": refit,
        "cv": splitters[rng.randint(len(splitters))],
        "random_state": int(rng.randint(1000)),
    } | more[budget]


def _requested(scoring: Any, scored: bool) -> Any:
    """Return scorers that declare whether they request sample weights."""
    if scoring is None:
        return None
    if isinstance(scoring, list):
        return {name: _requested(name, scored) for name in scoring}
    return get_scorer(scoring).set_score_request(sample_weight=scored)


def _estimator_and_space(rng: Rng, classifies: bool, budget: str) -> tuple[Any, Any]:
    space: dict[str, Any] = {}
    estimator = _final(rng, classifies, space, "", budget)
    if rng.randint(6):
        steps = []
        for i in range(rng.randint(1, 4)):
            steps.append((f"s{i}", _transformer(rng, space, f"s{i}", depth=0)))
        space = {
            name if name.startswith(tuple(n for n, _ in steps)) else f"last__{name}": values
            for name, values in space.items()
        }
        estimator = Pipeline([*steps, ("last", estimator)])
    names = list(space)
    rng.shuffle(names)
    kept = names[: rng.randint(1, 4)]
    # In half of the cases, candidates differ only in steps before or around the network.
    kept += [n for n in names if n.endswith(("learning_rate", "dropout"))][: rng.randint(2)]
    of_target = [n for n in names if n.removeprefix("last__") in ("func", "transformer")]
    if of_target and rng.randint(2):
        kept = of_target
    return estimator, {name: space[name] for name in dict.fromkeys(kept)}


# Each function adds entries to ``space`` under its prefix, and returns an estimator.
def _transformer(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    kinds = [_scaler, _function, _powers, _pca, _encoder, _nothing]
    if depth < 2:
        kinds += [_nested, _union, _columns]
    made = kinds[rng.randint(len(kinds))](rng, space, at, depth)
    if rng.randint(4) == 0:
        # Whole estimators as values, one of which is the present one.
        space[at] = [made, "passthrough", RobustScaler(copy=False), StandardScaler()]
        for name in [n for n in space if n.startswith(f"{at}__")]:
            del space[name]
    return made


def _scaler(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    copy = bool(rng.randint(2))
    scalers = [StandardScaler(copy=copy), RobustScaler(copy=copy), MinMaxScaler(copy=copy)]
    scalers += [MaxAbsScaler(copy=copy), Normalizer(copy=copy), PowerTransformer(copy=copy)]
    scaler = scalers[rng.randint(len(scalers))]
    if isinstance(scaler, StandardScaler):
        space[f"{at}__with_mean"] = [True, False]
    elif isinstance(scaler, RobustScaler):
        space[f"{at}__with_scaling"] = [True, False]
    elif isinstance(scaler, MinMaxScaler):
        space[f"{at}__feature_range"] = [(0, 1), (-1, 1)]
    else:
        space[f"{at}__copy"] = [True, False]
    return scaler


def _function(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    factor = float(rng.choice([0.5, 2.0]))
    functions: list[Any] = [lambda X: X * factor, halve, tripled, None, lambda X: halve(X) + 1]
    function = functions[rng.randint(len(functions))]
    if rng.randint(3) == 0:
        space[f"{at}__kw_args"] = [{"by": 1.0}, {"by": 2.0}, {"by": -1.0}]
        return FunctionTransformer(scaled_by, kw_args={"by": 3.0})
    space[f"{at}__func"] = [lambda X: X * 2, lambda X: X * 4, halve, tripled, None]
    return FunctionTransformer(function)


def _powers(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    space[f"{at}__exponents"] = [[1], [1, 2], np.array([1, 3])]
    space[f"{at}__options"] = [None, {"center": True}, {"center": False}]
    return Powers(exponents=[1, 2], in_place=bool(rng.randint(2)))


def _pca(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    space[f"{at}__n_components"] = [1, None]
    return PCA(1, copy=bool(rng.randint(2)), random_state=0)


def _encoder(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    space[f"{at}__learning_rate"] = loguniform(1e-3, 1e-1)
    space[f"{at}__output"] = ["code", "reconstruction"]
    return AutoencoderTransformer(
        2, encoder_layer_sizes=(4,), max_epochs=2, batch_size=16, random_state=0
    )


def _nothing(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    space[at] = ["passthrough", MaxAbsScaler(copy=False), FunctionTransformer(halve)]
    return "passthrough"


def _nested(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    names = [f"p{i}" for i in range(rng.randint(1, 3))]
    return Pipeline([(n, _transformer(rng, space, f"{at}__{n}", depth + 1)) for n in names])


def _union(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    parts = [(n, _transformer(rng, space, f"{at}__{n}", depth + 1)) for n in ("u0", "u1")]
    space[f"{at}__transformer_weights"] = [None, {"u0": 2.0}, {"u1": 0.5}]
    return FeatureUnion(parts)


def _columns(rng: Rng, space: dict[str, Any], at: str, depth: int) -> Any:
    # Every step keeps at least one column.
    columns = [[0], slice(0, 1), lambda X: [0]][rng.randint(3)]
    part = _transformer(rng, space, f"{at}__c0", depth + 1)
    space[f"{at}__remainder"] = ["drop", "passthrough", StandardScaler(copy=False)]
    return ColumnTransformer([("c0", part, columns)], remainder="passthrough")


def _final(rng: Rng, classifies: bool, space: dict[str, Any], at: str, budget: str) -> Any:
    if budget == "plain" and rng.randint(8) == 0:
        space[f"{at}fit_intercept"] = [True, False]
        return LogisticRegression(max_iter=200) if classifies else LinearRegression(copy_X=False)
    if not classifies and rng.randint(2):
        return _transformed_target(rng, space, at, budget)
    return _network(rng, classifies, space, at, budget)


def _transformed_target(rng: Rng, space: dict[str, Any], at: str, budget: str) -> Any:
    inside = f"{at}regressor__"
    if rng.randint(3) == 0:
        step = _transformer(rng, space, f"{inside}t", depth=1)
        net = _network(rng, False, space, f"{inside}net__", budget)
        regressor: Any = Pipeline([("t", step), ("net", net)])
    else:
        regressor = _network(rng, False, space, inside, budget)
    if rng.randint(2):
        # A network that normalizes its target learns the same from y + 1 and 2 * y.
        space[f"{at}func"] = [lambda y: y**3, np.arcsinh, np.copy]
        space[f"{at}check_inverse"] = [False]
        return TransformedTargetRegressor(
            regressor, func=negate, inverse_func=np.negative, check_inverse=False
        )
    space[f"{at}transformer"] = [
        StandardScaler(copy=False),
        PowerTransformer(),
        None,
        FunctionTransformer(np.cbrt, lambda y: y**3, check_inverse=False),
    ]
    return TransformedTargetRegressor(regressor, transformer=StandardScaler(copy=False))


def _network(rng: Rng, classifies: bool, space: dict[str, Any], at: str, budget: str) -> Any:
    shared = {
        "max_epochs": 2 if budget == "plain" else 4,
        "batch_size": int(rng.choice([16, 20])),
        "random_state": int(rng.randint(100)),
        "early_stopping": [False, "convergence", True][rng.randint(3)],
        "dtype": ["float32", "float64"][rng.randint(2)],
        "optimizer": ["adam", SGD(momentum=0.5), Adam(beta_1=0.8)][rng.randint(3)],
    }
    space[f"{at}learning_rate"] = loguniform(1e-3, 1e-1)
    space[f"{at}dropout"] = uniform(0, 0.5)
    space[f"{at}weight_decay"] = [0.0, 0.01, [0.1, 0.2]]
    if rng.randint(4) == 0:
        del space[f"{at}weight_decay"]
        kind = JointAEClassifier if classifies else JointAERegressor
        space[f"{at}beta"] = uniform(0.1, 0.8)
        return kind(2, encoder_layer_sizes=(4,), **shared)
    kind = MLPClassifier if classifies else MLPRegressor
    space[f"{at}hidden_layer_sizes"] = [[4], [6]]
    space[f"{at}activation"] = ["relu", lambda z: z.tanh()]
    return kind((5,), **shared)


def _network_prefix(estimator: Any) -> str | None:
    """Return the prefix of the network at the end of the estimator."""
    if isinstance(estimator, Pipeline):
        inner = _network_prefix(estimator.steps[-1][1])
        return None if inner is None else f"{estimator.steps[-1][0]}__{inner}"
    if isinstance(estimator, TransformedTargetRegressor):
        inner = _network_prefix(estimator.regressor)
        return None if inner is None else f"regressor__{inner}"
    return None if isinstance(estimator, (LogisticRegression, LinearRegression, Ridge)) else ""


def _fit_params(rng: Rng, estimator: Any, n: int, routed: bool) -> dict[str, Any]:
    """Return sample weights for the last step."""
    name = "sample_weight"
    while not routed and isinstance(estimator, (Pipeline, TransformedTargetRegressor)):
        if isinstance(estimator, Pipeline):
            (step, estimator), depth = estimator.steps[-1], name.count("__")
            name = "__".join([*name.split("__")[:depth], step, "sample_weight"])
        else:
            estimator = estimator.regressor
    return {name: rng.uniform(0.1, 2, n)}


def _requesting(
    build: Callable[[], tuple[Any, Any]], weighted: bool, scored: bool
) -> Callable[[], tuple[Any, Any]]:
    """Return estimators whose parts declare whether they request sample weights."""

    def requesting() -> tuple[Any, Any]:
        estimator, space = build()
        parts = [estimator, *estimator.get_params(deep=True).values()]
        for value in [*parts, *(v for values in space.values() for v in _listed(values))]:
            for part in [value, *_inside(value)]:
                if hasattr(part, "set_fit_request"):
                    part.set_fit_request(sample_weight=weighted)
                if hasattr(part, "set_score_request"):
                    part.set_score_request(sample_weight=scored)
        return estimator, space

    return requesting


def _inside(value: Any) -> list[Any]:
    is_estimator = hasattr(value, "get_params") and not isinstance(value, type)
    return list(value.get_params(deep=True).values()) if is_estimator else []


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else []
