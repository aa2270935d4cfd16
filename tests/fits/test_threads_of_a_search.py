"""Several threads give the results, warnings and errors of one thread."""

import threading
import time
import warnings
from collections import Counter

import numpy as np
import pytest
import torch
from joblib import parallel_config
from sklearn import config_context, get_config
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from sklearn_deep import JointAEClassifier, MLPClassifier
from sklearn_deep.training import Training
from tests._support.searches.small import SPACE, X, Y, batched, network, pipeline


class Drawing(torch.nn.Module):
    def forward(self, z):
        return torch.tanh(z) * torch.rand_like(z) if self.training else torch.tanh(z)


NET = [network(max_epochs=3)]
MIXED = [
    SPACE | {"net": NET, "net__early_stopping": [None, "convergence"]},
    {"net": NET, "net__activation": [Drawing, "relu", "gelu"], "net__dropout": [0.1]},
    {"net": NET, "scale": [PCA(3), StandardScaler()], "net__optimizer": ["lbfgs", "sgd"]},
    {"net": [LogisticRegression(max_iter=3)], "net__C": [0.1, 1.0, 10.0]},
    {"net": [BaggingClassifier(network(max_epochs=1), 2, random_state=0)]},
    {"net": [JointAEClassifier(2, encoder_layer_sizes=(4,), max_epochs=2, random_state=0)]},
    {"net": NET, "net__optimizer": ["sgd"], "net__learning_rate": [1e30]},
]


def searched(n_jobs, backend="threading", estimator=None, space=MIXED, **settings):
    """Return ``cv_results_`` without times, and the warnings."""
    search = batched(estimator, space, n_jobs=n_jobs, **settings)
    with warnings.catch_warnings(record=True) as caught, parallel_config(backend):
        warnings.simplefilter("always")
        search.fit(X, Y)
    results = {n: v for n, v in search.cv_results_.items() if not n.endswith("_time")}
    return results, Counter((w.category, str(w.message)) for w in caught)


def assert_same(mine, theirs):
    assert mine[0].keys() == theirs[0].keys()
    for name, values in mine[0].items():
        np.testing.assert_array_equal(
            np.array(list(map(str, values))),
            np.array(list(map(str, theirs[0][name]))),
            err_msg=name,
        )
    assert mine[1] == theirs[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings", [{"return_train_score": True}, {"n_stages": 2}, {"min_epochs": 1}], ids=str
)
def test_results_and_warnings_are_those_of_one_thread(settings):
    settings = {"n_iter": 16, "refit": False} | settings
    expected = searched(1, **settings)
    assert expected[1]
    for n_jobs in (2, 4):
        assert_same(searched(n_jobs, **settings), expected)


def test_many_small_fits_in_more_threads_than_cores():
    space = {"net__learning_rate": np.logspace(-4, -1, 40).tolist()}
    settings = {"space": space, "n_iter": 40, "refit": False}
    assert_same(searched(8, **settings), searched(1, **settings))


class Locked(ClassifierMixin, BaseEstimator):
    """Cannot be pickled once it is fitted; records its thread and settings."""

    def __init__(self, C=1):
        self.C = C

    def fit(self, X, y):
        self.lock_ = threading.Lock()
        self.thread_, self.config_ = threading.get_ident(), get_config()["working_memory"]
        self.classes_ = np.unique(y)
        time.sleep(0.01)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


class Failing(Locked):
    def fit(self, X, y):
        raise ValueError("own")


def test_nothing_is_pickled_and_threads_have_the_settings_of_their_caller():
    told = []

    def scoring(estimator, X, y):
        told.append((estimator.thread_, estimator.config_))
        return 0.0

    with config_context(working_memory=17), parallel_config("threading"):
        batched(Locked(), {"C": [1, 2, 3, 4]}, scoring=scoring, n_jobs=2, refit=False).fit(X, Y)
    threads, settings = zip(*told, strict=True)
    assert len(set(threads)) == 2
    assert threading.get_ident() not in threads
    assert set(settings) == {17}


def test_a_thread_does_not_start_processes_for_its_own_jobs():
    levels = []

    class Nested(Locked):
        def fit(self, X, y):
            from joblib.parallel import get_active_backend

            levels.append(type(get_active_backend()[0]).__name__)
            return super().fit(X, y)

    with parallel_config("threading"):
        batched(Nested(), {"C": [1, 2]}, n_iter=2, n_jobs=2, refit=False).fit(X, Y)
    assert set(levels) == {"ThreadingBackend"}


def test_an_error_is_raised_and_no_thread_goes_on():
    before = threading.active_count()
    search = batched(
        pipeline(max_epochs=10**6, early_stopping=None),
        [{"net": [Failing()]}, SPACE],
        n_iter=8,
        error_score="raise",
        n_jobs=2,
    )
    with parallel_config("threading"), pytest.raises(Exception, match="own"):
        search.fit(X, Y)
    assert threading.active_count() == before


def test_an_interrupt_ends_the_threads_after_their_epochs(monkeypatch):
    before = threading.active_count(), torch.get_num_threads(), list(warnings.filters)
    n_trained = 0
    run_epoch = Training.run_epoch

    def counting(self):
        nonlocal n_trained
        n_trained += 1
        return run_epoch(self)

    def interrupting(estimator, X, y):
        raise KeyboardInterrupt

    monkeypatch.setattr(Training, "run_epoch", counting)
    spaces = [{"net__max_epochs": [1]}, {"net__max_epochs": [10**6], "net__early_stopping": [None]}]
    search = batched(pipeline(), spaces, n_iter=2, scoring=interrupting, n_jobs=2)
    with parallel_config("threading"), pytest.raises(KeyboardInterrupt):
        search.fit(X, Y)
    assert (threading.active_count(), torch.get_num_threads(), list(warnings.filters)) == before
    assert n_trained < 10**5


def test_a_search_inside_of_a_search_of_scikit_learn():
    inner = batched(network(max_epochs=1), {"dropout": [0.0, 0.1]}, n_iter=2, n_jobs=2)
    outer = GridSearchCV(inner, {"refit": [True]}, cv=2, n_jobs=2)
    with parallel_config("threading"):
        found = outer.fit(X, Y).cv_results_["mean_test_score"]
    inner.set_params(n_jobs=1)
    expected = GridSearchCV(inner, {"refit": [True]}, cv=2).fit(X, Y).cv_results_["mean_test_score"]
    assert found == expected


def test_fits_in_threads_of_the_user_are_those_of_one_thread():
    fitted = {}
    networks = [network(dropout=0.1, random_state=seed, max_epochs=5) for seed in range(6)]

    def fit(k):
        fitted[k] = MLPClassifier(**networks[k].get_params()).fit(X, Y)

    threads = [threading.Thread(target=fit, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, own in enumerate(networks):
        assert np.array_equal(own.fit(X, Y).predict_proba(X), fitted[k].predict_proba(X))
