"""Ctrl-C stops a search at once and leaves no partial results."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from sklearn_deep.training import Training
from tests._support.searches.interrupted import search
from tests._support.searches.small import X, Y, assert_same_results, batched

ROOT = Path(__file__).parents[3]


@pytest.fixture
def start():
    """Return a function that starts a search in a new process and waits until it trains."""
    started = []

    def start(*args):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests._support.searches.interrupted", *map(str, args)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        assert process.stdout.readline() == "waiting\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_control_c_reaches_the_caller_and_what_was_found_is_kept(start, tmp_path):
    process = start(tmp_path / "kept")
    process.send_signal(signal.SIGINT)
    told, errors = process.communicate(timeout=30)
    assert told == "interrupted []\n"  # nothing is fitted
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode != 0
    assert_same_results(search(tmp_path / "kept").fit(X, Y), search().fit(X, Y))


def test_an_interrupt_leaves_threads_generators_and_earlier_results(monkeypatch):
    fitted = batched().fit(X, Y)
    found, n_threads, state = fitted.cv_results_, torch.get_num_threads(), torch.get_rng_state()

    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Training, "run_epoch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fitted.fit(X, Y)
    assert fitted.cv_results_ is found
    assert torch.get_num_threads() == n_threads
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.slow
def test_what_was_killed_trains_again_no_more_than_one_population(start, tmp_path, trained):
    path = tmp_path / "kept"
    start(path).send_signal(signal.SIGKILL)
    expected, n_all = search().fit(X, Y), len(trained)
    trained.clear()
    found = search(path).fit(X, Y)
    assert_same_results(found, expected)
    assert len(trained) == n_all - 2  # it was killed in the third
    assert (found.cv_results_["mean_fit_time"] > 0).all()
