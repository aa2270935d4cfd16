"""A worker process that dies ends a search with an error that says so; nothing waits for it."""

import os

import pytest
from joblib import parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError
from sklearn.linear_model import LogisticRegression

from sklearn_deep.ensemble import DeepEnsembleClassifier
from tests._support.searches.small import X, Y, batched

pytestmark = pytest.mark.slow
SPACE = {"C": [0.1, 1.0]}


class Dying(LogisticRegression):
    """Ends its process, as a crash or the system does when memory runs out, but not where it is made."""

    def __init__(self, C=1.0, home=0):
        super().__init__(C=C)
        self.home = home

    def fit(self, X, y):
        if os.getpid() != self.home and self.C == 1.0:
            os._exit(3)
        return super().fit(X, y)


def test_a_search_raises_an_error_that_names_it_and_can_be_fitted_again():
    search = batched(Dying(home=os.getpid()), SPACE, n_iter="all", cv=2, refit=False)
    with parallel_config("loky", n_jobs=2):
        with pytest.raises(
            TerminatedWorkerError, match=r"worker process .* unexpectedly terminated"
        ):
            search.fit(X, Y)
        assert not hasattr(search, "cv_results_")
        search.set_params(param_distributions={"C": [0.1, 0.2]}).fit(X, Y)
    assert len(search.cv_results_["params"]) == 2
    # Threads share the process, so there is no worker that could die by itself.
    search.set_params(n_jobs=2, param_distributions=SPACE).fit(X, Y)


def test_an_ensemble_raises_an_error_that_names_it():
    ensemble = DeepEnsembleClassifier(Dying(home=os.getpid()), 2)
    with (
        parallel_config("loky", n_jobs=2),
        pytest.raises(TerminatedWorkerError, match="unexpectedly terminated"),
    ):
        ensemble.fit(X, Y)
    assert not hasattr(ensemble, "estimators_")
