"""A pickle is hardly larger than the weights, and a round trip changes nothing."""

import io
import pickle

import joblib
import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skorch.callbacks import Callback, LRScheduler

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from sklearn_deep.plugins import available

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3
KINDS = {
    MLPClassifier: "hidden_layer_sizes",
    MLPRegressor: "hidden_layer_sizes",
    AutoencoderTransformer: "encoder_layer_sizes",
    JointAEClassifier: "encoder_layer_sizes",
    JointAERegressor: "encoder_layer_sizes",
}
EACH = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
OPTIMIZERS = [*available("optimizers"), torch.optim.Adagrad]


def fitted(kind, sizes=(200, 200), **params):
    params = {KINDS[kind]: sizes, "max_epochs": 1, "random_state": 0, "batch_size": 30} | params
    return kind(**params).fit(X, Y)


def n_bytes(networks):
    tensors = [t for network in networks for t in network.module_.state_dict().values()]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def assert_small(pickled, *networks):
    size = len(pickle.dumps(pickled))
    assert size <= 1.2 * n_bytes(networks) + 50_000
    # The weights are written only once by other methods, too.
    file = io.BytesIO()
    joblib.dump(pickled, file)
    assert len(file.getvalue()) <= 1.2 * n_bytes(networks) + 50_000


def weights(estimator):
    return estimator.module_.state_dict()


def assert_same(one, other):
    assert all(torch.equal(value, weights(other)[name]) for name, value in weights(one).items())
    method = "predict" if hasattr(one, "predict") else "transform"
    for dtype in (np.float32, np.float64):
        rows = X.astype(dtype)
        np.testing.assert_array_equal(getattr(one, method)(rows), getattr(other, method)(rows))
    assert one.history_.keys() == other.history_.keys()
    for name in one.history_.keys() - {"seconds"}:
        np.testing.assert_array_equal(one.history_[name], other.history_[name])


@EACH
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
def test_a_pickle_is_hardly_larger_than_the_weights(kind, optimizer):
    estimator = fitted(kind, optimizer=optimizer)
    assert_small(estimator, estimator)
    assert_small(estimator.net_, estimator)


@pytest.mark.parametrize(
    "params",
    [
        {"sizes": (8,), "max_epochs": 200, "early_stopping": True},
        {"sizes": (8,) * 40, "normalization": "batch", "dropout": 0.1},
        {"sizes": (8,) * 20, "activation": torch.nn.PReLU},
        {"net_callbacks": [Callback()]},
        {"net_callbacks": [LRScheduler("StepLR", step_size=1)]},
        {"dtype": "float64"},
    ],
    ids=["long", "deep", "modules", "callback", "scheduler", "float64"],
)
def test_so_it_is_for_small_deep_and_hosted_networks(params):
    mlp = fitted(MLPClassifier, **params)
    mlp.predict(X)
    assert_small(mlp, mlp)
    assert mlp.net_.optimizer_ is not None  # made by its first use
    assert_small(mlp, mlp)


@pytest.mark.slow
@EACH
@pytest.mark.parametrize("optimizer", ["adam", "lbfgs", torch.optim.Adagrad], ids=str)
@pytest.mark.parametrize("way", ["fit", "warm start", "partial fit"])
def test_a_round_trip_changes_nothing(kind, optimizer, way):
    estimator = fitted(kind, (4,), max_epochs=3, optimizer=optimizer, warm_start=way != "fit")
    if way == "partial fit":
        estimator.set_params(warm_start=False).partial_fit(X, Y)
    twin = pickle.loads(pickle.dumps(estimator))
    assert_same(twin, estimator)
    assert twin.net_.history == estimator.net_.history
    assert repr(twin.net_) == repr(estimator.net_)
    assert (
        bool(twin._training_state.optimizer_state)
        == bool(estimator._training_state.optimizer_state)
        == (way != "fit")
    )
    for each in (twin, estimator):
        each.fit(X, Y) if way == "warm start" else each.partial_fit(X, Y)
    assert_same(twin, estimator)


def test_the_learning_rate_that_a_scheduler_left_is_that_of_the_nets_optimizer():
    steps = LRScheduler("StepLR", step_size=1, gamma=0.5)
    mlp = fitted(MLPClassifier, (4,), max_epochs=3, net_callbacks=[steps], learning_rate=0.08)
    rates = [net.optimizer_.param_groups[0]["lr"] for net in (mlp.net_, pickled(mlp).net_)]
    assert rates == [steps.lr_scheduler_.get_last_lr()[0]] * 2
    assert rates[0] < 0.08


def pickled(estimator):
    return pickle.loads(pickle.dumps(estimator))


def test_pipelines_and_searches_are_as_small_as_their_networks():
    mlp = MLPClassifier((200, 200), max_epochs=1, random_state=0)
    pipeline = make_pipeline(StandardScaler(), mlp).fit(X, Y)
    assert_small(pipeline, pipeline[-1])
    grid = {"mlpclassifier__learning_rate": [0.01, 0.001]}
    searches = [
        GridSearchCV(clone(pipeline), grid, cv=2),
        BatchedRandomizedSearchCV(clone(pipeline), grid, cv=2, n_iter=2, random_state=0),
    ]
    for search in searches:
        best = search.fit(X, Y).best_estimator_
        assert_small(best, best[-1])
        assert_small(search, best[-1])
        np.testing.assert_array_equal(pickled(search).predict_proba(X), search.predict_proba(X))
