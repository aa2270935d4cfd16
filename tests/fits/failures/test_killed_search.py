"""A search that is killed at any time resumes to the results of one that was not."""

import os
import signal
import time

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from tests._support.searches.small import X, Y, assert_same_results, batched, pipeline

N_KILLS = int(os.environ.get("FUZZ_CASES", "12"))
SPACE = [
    {"net__learning_rate": [1e-3, 1e-2, 1e-1], "net__dropout": [0.0, 0.2]},
    {"net": [DecisionTreeClassifier(random_state=0)], "net__max_depth": [1, 2, 5]},
]
SEARCHES = {
    "plain": {"n_iter": "all"},
    "stages and halving": {"n_iter": 12, "n_stages": 2, "min_epochs": 1, "factor": 2},
    "an ensemble in threads": {"n_iter": "all", "ensemble_size": 3, "n_jobs": 2},
}


def search(case, path=None):
    settings = {"refit": False, "cv": 2, "checkpoint": path} | SEARCHES[case]
    return batched(pipeline(max_epochs=4), SPACE, **settings)


def killed_after(seconds, case, path):
    """Run a search in another process and kill it; return whether it had ended before."""
    child = os.fork()
    if child == 0:
        try:
            search(case, path).fit(X, Y)
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("case", SEARCHES)
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_search_killed_at_random_times_resumes_to_the_same_results(case, tmp_path):
    path, cases = tmp_path / "kept", np.random.default_rng()
    start = time.perf_counter()
    expected = search(case).fit(X, Y)
    whole = time.perf_counter() - start
    n_kills, n_tries = 0, N_KILLS // 3
    for i in range(n_tries):
        # The first ones early, when it cannot have ended.
        if killed_after(cases.uniform(0, whole * (i + 1) / n_tries), case, path):
            path.unlink()
        else:
            n_kills += 1
    assert n_kills > 0
    found = search(case, path).fit(X, Y)
    assert_same_results(found, expected)
    if case == "stages and halving":
        assert found.cv_results_["dropped"].tolist() == expected.cv_results_["dropped"].tolist()
        assert found.share_saved_ == expected.share_saved_
    if case == "an ensemble in threads":
        assert found.ensemble_weights_.tolist() == expected.ensemble_weights_.tolist()
        np.testing.assert_array_equal(
            found.ensemble_.predict_proba(X), expected.ensemble_.predict_proba(X)
        )
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]
