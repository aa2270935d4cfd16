"""Searches in several processes or on a cluster give the results of a single process."""

import os

import joblib
import pytest
from joblib.parallel import ThreadingBackend
from sklearn.linear_model import LogisticRegression

from sklearn_deep._compiled import switch
from sklearn_deep._fits import Workers
from tests._support.searches.small import SPACE, X, Y, assert_same_results, batched


class Telling(LogisticRegression):
    """Records the process in which it was fitted."""

    def fit(self, X, y):
        self.process_ = os.getpid()
        return super().fit(X, y)


def processes_of(results):
    return {results[f"split{i}_test_score"][k] for i in range(3) for k in range(4)}


def process_of(estimator, X, y):
    return float(estimator.process_)


MIXED = [
    SPACE,
    {"net": [LogisticRegression()], "net__C": [0.1, 1.0, 10.0]},
    {"net__optimizer": ["sgd"], "net__learning_rate": [1e-2, 1e30]},
]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_two_processes_find_what_one_finds():
    settings = {"space": MIXED, "n_iter": 8, "population_size": 3, "return_train_score": True}
    expected = batched(**settings).fit(X, Y)
    staged = batched(n_stages=2).fit(X, Y)
    with joblib.parallel_config("loky"):
        assert_same_results(batched(n_jobs=2, **settings).fit(X, Y), expected)
        found = batched(Telling(), {"C": [1.0, 2.0, 3.0, 4.0]}, scoring=process_of, n_jobs=2)
        scored = found.fit(X, Y).cv_results_
        assert_same_results(batched(n_jobs=2, n_stages=2, pre_dispatch=1).fit(X, Y), staged)
    processes = processes_of(scored)
    assert os.getpid() not in processes
    assert 1 <= len(processes) <= 2


@pytest.fixture
def workers():
    """Return the client of a cluster of two processes."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # because the cluster gives warnings
def test_a_cluster_finds_what_one_process_finds(workers):
    expected = batched(population_size=2).fit(X, Y)
    with joblib.parallel_config("dask"):
        found = batched(population_size=2).fit(X, Y)
        told = batched(Telling(), {"C": [1.0, 2.0, 3.0, 4.0]}, scoring=process_of).fit(X, Y)
    assert_same_results(found, expected)
    scored = told.cv_results_
    processes = processes_of(scored)
    assert processes <= set(workers.run(os.getpid).values())
    assert len(processes) == 2


class Deaf(ThreadingBackend):
    """Returns no result before the last one is finished, as Ray's backend does."""

    supports_return_generator = False


def test_a_backend_that_gives_all_results_at_the_end():
    joblib.register_parallel_backend("deaf", Deaf)
    with joblib.parallel_config("deaf", n_jobs=2):
        found = batched(population_size=2).fit(X, Y)
    assert_same_results(found, batched().fit(X, Y))


@pytest.mark.parametrize(
    ("compiled", "numba", "backend"),
    [("1", "there", "threading"), ("0", "there", "loky"), ("1", None, "loky")],
)
def test_the_default_backend_depends_on_whether_steps_are_compiled(
    monkeypatch, compiled, numba, backend
):
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", compiled)
    monkeypatch.setattr(switch, "_entry", lambda: numba)
    assert isinstance(Workers(2).backend, joblib.parallel.BACKENDS[backend])
    with joblib.parallel_config(n_jobs=3):
        assert Workers().backend.effective_n_jobs(3) == 3
    with joblib.parallel_config("multiprocessing"):
        assert isinstance(Workers(2).backend, joblib.parallel.BACKENDS["multiprocessing"])
