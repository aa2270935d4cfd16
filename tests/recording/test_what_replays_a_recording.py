"""A recorded step is replayed for the same formula, and for no other."""

from dataclasses import dataclass

import numpy as np
import pytest
from torch import Tensor

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep._recording import cache
from sklearn_deep.noise import Dropout, GaussianNoise, Noise

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3
FAST = {"max_epochs": 2, "batch_size": 16, "random_state": 0}


@dataclass(eq=False, repr=False)
class Scaled(Noise):
    std: float | Tensor = 0.5

    def apply(self, signal, draw):
        return signal * (1 + self.std * draw)


@dataclass(eq=False, repr=False)
class Shifted(Noise):
    std: float | Tensor = 0.5
    downwards: bool = False

    def apply(self, signal, draw):
        return signal + self.std * (-draw.abs() if self.downwards else draw.abs())


KINDS = [GaussianNoise(std=0.5), Dropout(rate=0.5), Scaled(), Shifted(), Shifted(downwards=True)]


@pytest.fixture(autouse=True)
def _no_recordings_yet(monkeypatch):
    monkeypatch.setattr(cache, "_RECORDINGS", type(cache._RECORDINGS)())


@pytest.mark.parametrize("site", ["input_noise", "hidden_noise", "weight_noise"])
def test_another_kind_of_noise_is_another_formula(site):
    def losses(noise):
        return MLPRegressor((4,), **{site: noise}, **FAST).fit(X, Y).history_["loss"]

    expected = []
    for noise in KINDS:
        cache._RECORDINGS.clear()
        expected.append(losses(noise))
    cache._RECORDINGS.clear()
    for noise, own in zip(KINDS, expected, strict=True):
        np.testing.assert_array_equal(losses(noise), own)


def test_going_on_records_nothing():
    mlp = MLPClassifier((4,), **FAST, warm_start=True).fit(X, Y)
    n_recordings = len(cache._RECORDINGS)
    for _ in range(3):
        mlp.fit(X, Y).partial_fit(X, Y)
    assert len(cache._RECORDINGS) == n_recordings


@pytest.mark.parametrize(
    "changed",
    [
        {"max_epochs": 3},
        {"optimizer": "sgd"},
        {"early_stopping": True},
        {"learning_rate": 0.1, "schedule": "cosine"},
        {"augmentation": "gaussian"},
        {"weight_decay": 0.1},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_is_around_a_step_records_nothing(changed):
    MLPClassifier((4,), **FAST).fit(X, Y)
    n_recordings = len(cache._RECORDINGS)
    MLPClassifier((4,), **FAST | changed).fit(X, Y)
    assert len(cache._RECORDINGS) == n_recordings


@pytest.mark.parametrize(
    "changed",
    [
        {"activation": "tanh"},
        {"normalization": "layer"},
        {"penalty": "l1"},
        {"loss": "focal"},
        {"dropout": 0.1},
        {"dtype": "float64"},
        {"batch_size": 30},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_is_in_a_step_records_it_anew(changed):
    MLPClassifier((4,), **FAST).fit(X, Y)
    n_recordings = len(cache._RECORDINGS)
    MLPClassifier((4,), **FAST | changed).fit(X, Y)
    assert len(cache._RECORDINGS) == n_recordings + 1
