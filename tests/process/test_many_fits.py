"""Many fits and searches in one process leave no objects behind."""

import gc
from collections import Counter

import numpy as np
import pytest
import torch

from sklearn_deep import AutoencoderTransformer, MLPClassifier, MLPRegressor
from sklearn_deep._recording import cache
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

X = np.random.default_rng(0).normal(size=(60, 5)).astype("float32")
Y = np.arange(60) % 3
FAST = {"max_epochs": 2, "batch_size": 16, "early_stopping": None}
OURS = ("sklearn_deep", "torch", "skorch")


@pytest.fixture
def small_cache(monkeypatch):
    """Let the cache of recordings hold two of them, so that a few fits fill it."""
    monkeypatch.setattr(cache, "_CAPACITY", 2)
    monkeypatch.setattr(cache, "_RECORDINGS", type(cache._RECORDINGS)())


def live_objects():
    """Count the objects of this library and of torch, and the values in tensors."""
    gc.collect()
    # Some types of other libraries have a descriptor in the place of the name of their module.
    objects = [o for o in gc.get_objects() if str(type(o).__module__).partition(".")[0] in OURS]
    counts = Counter(f"{type(o).__module__}.{type(o).__qualname__}" for o in objects)
    counts["values"] = sum(o.numel() for o in objects if type(o) is torch.Tensor)
    return counts


def fit(kind, number):
    # Other layer sizes, activations and rates each time: each fit has its own recordings.
    sizes = {"encoder_layer_sizes": (4 + number,)} if kind is AutoencoderTransformer else {}
    sizes = sizes or {"hidden_layer_sizes": (4 + number, 3)}
    activation = ("relu", "tanh")[number % 2]
    kind(**sizes, activation=activation, random_state=number, **FAST).fit(X, Y)


def search(number):
    mlp = MLPClassifier((4 + number,), random_state=number, **FAST)
    space = {"learning_rate": [1e-3, 1e-2]}
    BatchedRandomizedSearchCV(mlp, space, n_iter=2, cv=2, random_state=0).fit(X, Y)


def partial_fits(number):
    mlp = MLPRegressor((4 + number,), random_state=number)
    for _ in range(3):
        mlp.partial_fit(X, Y)


RUNS = {
    "classifier": lambda number: fit(MLPClassifier, number),
    "regressor": lambda number: fit(MLPRegressor, number),
    "autoencoder": lambda number: fit(AutoencoderTransformer, number),
    "partial_fit": partial_fits,
    "search": search,
}


@pytest.mark.usefixtures("small_cache")
@pytest.mark.parametrize("name", RUNS)
def test_later_runs_leave_no_more_objects_than_the_first(name):
    run = RUNS[name]
    for number in range(4):
        run(number)
    before = live_objects()
    for number in range(4, 10):
        run(number)
    after = live_objects()
    # What the last two runs left in the cache may be of other sizes, but not of other numbers.
    values = {"values": after.pop("values"), "before": before.pop("values")}
    assert after - before == Counter()
    assert values["values"] < 2 * values["before"] + 1000


@pytest.mark.usefixtures("small_cache")
def test_the_cache_of_recordings_is_bounded():
    for number in range(5):
        fit(MLPClassifier, number)
    assert 0 < len(cache._RECORDINGS) <= 2
