"""A GPU that runs out of memory: a fit says what to do, a search trains fewer networks together."""

import weakref

import pytest
import torch
from sklearn.exceptions import FitFailedWarning

from sklearn_deep.training import Training
from sklearn_deep.training._plan.grouping import STACKED_ON
from tests._support.searches.small import X, Y, assert_same_scores, batched, network

SPACE = {"learning_rate": [0.01, 0.1]}


class Memory:
    """Lets a training of more than so many networks fail, as on a GPU that is too small.

    Attributes
    ----------
    tried : list of int
        Networks of each training that was begun.
    """

    def __init__(self, monkeypatch, most):
        self.tried, self.held = [], []
        run_epoch = Training.run_epoch

        def limited(training):
            if training.epoch == 0:
                # The tensors of the training that failed are free before the next one begins.
                assert [one() for one in self.held] == [None] * len(self.held)
                self.tried.append(len(training.plans))
            if len(training.plans) > most:
                self.held.append(weakref.ref(training.population))
                raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
            run_epoch(training)

        monkeypatch.setattr(Training, "run_epoch", limited)
        monkeypatch.setitem(STACKED_ON, "cpu", lambda device: 2**30)


def test_a_fit_says_what_to_do_and_leaves_the_estimator_unchanged(monkeypatch):
    mlp = network().fit(X, Y)
    before = vars(mlp).copy()
    Memory(monkeypatch, most=0)
    with pytest.raises(torch.OutOfMemoryError, match="Training one network on cpu") as caught:
        mlp.fit(X, Y)
    assert "Lower batch_size or the number of units" in str(caught.value)
    assert "Tried to allocate 2.00 GiB" in str(caught.value)
    assert vars(mlp) == before


def test_a_search_halves_its_population_until_it_fits(monkeypatch):
    expected = batched(network(dtype="float64"), SPACE, n_iter="all", refit=False).fit(X, Y)
    memory = Memory(monkeypatch, most=2)
    found = batched(network(dtype="float64"), SPACE, n_iter="all", refit=False).fit(X, Y)
    assert memory.tried == [6, 3, 1, 2, 3, 1, 2]
    assert found.cv_results_["mean_test_score"] == pytest.approx(
        expected.cv_results_["mean_test_score"], abs=1e-6
    )


def test_a_network_that_does_not_fit_alone_is_a_failed_fit(monkeypatch):
    Memory(monkeypatch, most=0)
    search = batched(network(), SPACE, n_iter="all", refit=False)
    with pytest.raises(ValueError, match="All the 6 fits failed") as caught:
        search.fit(X, Y)
    assert "Training one network on cpu" in str(caught.value)
    monkeypatch.undo()
    assert_same_scores(search.fit(X, Y), batched(network(), SPACE, n_iter="all").fit(X, Y))


def test_another_error_of_one_network_is_no_lack_of_memory(monkeypatch):
    run_epoch = Training.run_epoch

    def failing(training):
        if any(plan.learning_rate == 0.1 for plan in training.plans):
            raise RuntimeError("another error")
        run_epoch(training)

    monkeypatch.setattr(Training, "run_epoch", failing)
    monkeypatch.setitem(STACKED_ON, "cpu", lambda device: 2**30)
    search = batched(network(), SPACE, n_iter="all", refit=False)
    with (
        pytest.warns(FitFailedWarning, match="another error"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(X, Y)
