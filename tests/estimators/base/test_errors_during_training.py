"""A fit that ends with an error leaves the estimator unchanged."""

import pickle

import numpy as np
import pytest
import torch

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.training import Training
from tests._support.refusals import check_refused

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 2


@pytest.fixture
def interrupted_in_second_epoch(monkeypatch):
    run_epoch = Training.run_epoch

    def interrupted(self):
        if self.epoch == 1:
            raise KeyboardInterrupt
        run_epoch(self)

    monkeypatch.setattr(Training, "run_epoch", interrupted)


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_an_interrupt_between_epochs_reaches_the_caller(kind, interrupted_in_second_epoch):
    mlp = kind((4,), max_epochs=5)
    check_refused(mlp, [], X, Y, error=KeyboardInterrupt)


def test_an_interrupt_inside_a_step_reaches_the_caller():
    def interrupting(z):
        raise KeyboardInterrupt

    check_refused(MLPClassifier((4,), activation=interrupting), [], X, Y, error=KeyboardInterrupt)


def test_an_interrupted_fit_leaves_threads_and_generators(interrupted_in_second_epoch):
    n_threads, state = torch.get_num_threads(), torch.get_rng_state()
    with pytest.raises(KeyboardInterrupt):
        MLPClassifier(max_epochs=5, random_state=0).fit(X, Y)
    assert torch.get_num_threads() == n_threads
    assert torch.equal(torch.get_rng_state(), state)


def test_a_failed_refit_leaves_the_weights_of_the_first():
    mlp = MLPClassifier((4,), max_epochs=2).fit(X, Y)
    before = pickle.dumps(mlp.module_.state_dict())
    with pytest.raises(ValueError, match="2 classes"):
        mlp.fit(X, 0 * Y)
    assert pickle.dumps(mlp.module_.state_dict()) == before
    assert mlp.classes_.tolist() == [0, 1]
