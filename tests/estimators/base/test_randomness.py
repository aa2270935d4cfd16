"""``random_state`` is the only source of randomness; no other generator is read or changed."""

import random

import numpy as np
import pytest
import torch
from sklearn.utils import check_random_state

from sklearn_deep import MLPClassifier, MLPRegressor

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
NOISY = {
    "dropout": 0.3,
    "input_noise": 0.1,
    "hidden_noise": 0.1,
    "weight_noise": 0.1,
    "early_stopping": True,
    "validation_fraction": 0.2,
    "max_epochs": 3,
    "batch_size": 8,
}


def weights(mlp):
    return torch.cat([p.detach().flatten() for p in mlp.module_.parameters()])


@KINDS
def test_the_same_integer_gives_the_same_bits(kind):
    first, second = (kind((8,), **NOISY, random_state=3).fit(X, Y) for _ in range(2))
    assert torch.equal(weights(first), weights(second))
    np.testing.assert_array_equal(first.history_["val_loss"], second.history_["val_loss"])


@KINDS
def test_another_integer_gives_other_weights(kind):
    first, second = (kind((8,), max_epochs=3, random_state=n).fit(X, Y) for n in (3, 4))
    assert not torch.equal(weights(first), weights(second))


@KINDS
@pytest.mark.parametrize("random_state", [0, None])
def test_global_generators_stay_where_they_are(kind, random_state):
    np.random.seed(7)  # noqa: NPY002
    before = torch.get_rng_state(), random.getstate()
    kind((8,), **NOISY, random_state=random_state).fit(X, Y).predict(X)
    drawn = np.random.randint(1000, size=5)  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]
    np.random.seed(7)  # noqa: NPY002
    if random_state is None:
        check_random_state(None).randint(np.iinfo(np.int32).max)
    np.testing.assert_array_equal(drawn, np.random.randint(1000, size=5))  # noqa: NPY002


@KINDS
def test_global_generators_are_not_read(kind):
    fits = []
    for seed in (1, 2):
        np.random.seed(seed)  # noqa: NPY002
        random.seed(seed)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            fits.append(kind((8,), **NOISY, random_state=0).fit(X, Y))
    assert torch.equal(*map(weights, fits))


def test_a_generator_object_is_drawn_from_at_each_fit():
    mlp = MLPClassifier((8,), max_epochs=1, random_state=np.random.RandomState(0))
    first, second = weights(mlp.fit(X, Y)).clone(), weights(mlp.fit(X, Y))
    assert not torch.equal(first, second)


@KINDS
def test_the_number_of_threads_stays(kind):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        kind((8,), max_epochs=1).fit(X, Y).predict(X)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_an_activation_that_draws_moves_no_generator_of_torch():
    before = torch.get_rng_state()
    MLPClassifier((4,), activation=torch.nn.RReLU, max_epochs=1, random_state=0).fit(
        [[0.0], [1.0]], [0, 1]
    )
    assert torch.equal(before, torch.get_rng_state())
