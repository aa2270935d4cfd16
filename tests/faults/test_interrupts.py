"""Ctrl-C ends a fit or a search after the current epoch, and leaves everything else unchanged."""

import signal
import threading
import warnings

import numpy as np
import pytest
import torch

from sklearn_deep.ensemble import DeepEnsembleClassifier
from sklearn_deep.model_selection import BiasVarianceTuner
from sklearn_deep.training import Training
from tests._support.searches.small import X, Y, batched, network


@pytest.fixture
def interrupted(monkeypatch):
    """Press Ctrl-C when a network, in whatever thread, has trained its second epoch."""
    run_epoch = Training.run_epoch

    def pressing(training):
        run_epoch(training)
        if training.epoch == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Training, "run_epoch", pressing)


@pytest.fixture(autouse=True)
def _everything_else_is_unchanged():
    """Check what a process shares, after each test."""
    state, n_threads = torch.get_rng_state(), torch.get_num_threads()
    filters, errors = list(warnings.filters), np.geterr()
    before = set(threading.enumerate())
    # A process that was started in the background ignores Ctrl-C.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, handler)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == n_threads
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()
    assert warnings.filters == filters
    assert np.geterr() == errors
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()


def check_unchanged(estimator):
    """Interrupt a fit of an estimator that is fitted already."""
    before = vars(estimator).copy()
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(X, Y)
    assert vars(estimator) == before


def test_a_fit_raises_and_leaves_the_estimator_unchanged(interrupted):
    mlp = network(max_epochs=5)
    with pytest.raises(KeyboardInterrupt):
        mlp.fit(X, Y)
    assert not [name for name in vars(mlp) if name.endswith("_")]
    mlp.set_params(max_epochs=1).fit(X, Y)
    check_unchanged(mlp.set_params(max_epochs=5))


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_search_raises_and_leaves_earlier_results(n_jobs, request):
    search = batched(network(max_epochs=5), {"dropout": [0.0, 0.1, 0.2]}, n_iter=3, n_jobs=n_jobs)
    search.fit(X, Y)
    request.getfixturevalue("interrupted")
    check_unchanged(search)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_ensemble_and_a_tuner_raise_and_leave_earlier_results(n_jobs, request):
    mlp = network(max_epochs=5, early_stopping=None)
    ensemble = DeepEnsembleClassifier(mlp, 3, n_jobs=n_jobs, random_state=0).fit(X, Y)
    tuner = BiasVarianceTuner(mlp, cv=2, max_fits=2, n_jobs=n_jobs, random_state=0).fit(X, Y)
    request.getfixturevalue("interrupted")
    check_unchanged(ensemble)
    check_unchanged(tuner)


def test_a_fit_after_an_interrupt_is_the_fit_without(monkeypatch, request):
    expected = network(max_epochs=3).fit(X, Y).predict_proba(X)
    mlp = network(max_epochs=3)
    request.getfixturevalue("interrupted")
    with pytest.raises(KeyboardInterrupt):
        mlp.fit(X, Y)
    monkeypatch.undo()
    np.testing.assert_array_equal(mlp.fit(X, Y).predict_proba(X), expected)
