"""A fit leaves threads and generators of its process unchanged, also in several Python threads."""

import multiprocessing
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from sklearn_deep._process import isolated
from sklearn_deep.training import train
from tests._support.plans import make_data, make_plan


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_threads_and_generator_are_put_back():
    state = torch.default_generator.get_state()
    with isolated(7):
        assert torch.get_num_threads() == 1
        torch.rand(3)
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.default_generator.get_state(), state)


@pytest.mark.usefixtures("two_threads")
def test_fits_in_several_threads_are_those_of_one():
    class Drawing(torch.nn.Module):
        def forward(self, z):
            return z * torch.rand_like(z) if self.training else z

    state = torch.default_generator.get_state()
    plans = [make_plan(make_data(64), activation=Drawing, seed=seed) for seed in range(6)]
    expected = [train([plan])[0].history["loss"].tolist() for plan in plans]
    with ThreadPoolExecutor(4) as pool:
        found = [r[0].history["loss"].tolist() for r in pool.map(train, [[p] for p in plans])]
    assert found == expected
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.default_generator.get_state(), state)


def test_fits_without_user_code_run_at_the_same_time_and_others_alone():
    meeting = threading.Barrier(2)
    inside = []

    def block(seed):
        with isolated(seed):
            inside.append(seed)
            try:
                meeting.wait(10 if seed is None else 0.2)
            except threading.BrokenBarrierError:
                return "alone"
            return "together"

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(block, [None, None])) == ["together"] * 2
        assert list(pool.map(block, [0, 1])) == ["alone"] * 2
    assert sorted(inside[2:]) == [0, 1]


def test_what_runs_no_user_code_leaves_the_generator_to_those_that_do():
    expected = torch.Generator().manual_seed(7)
    with isolated(7):
        before = torch.rand(3)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(train, [make_plan(make_data(64))]).result()
        after = torch.rand(3)
    assert torch.equal(torch.cat([before, after]), torch.rand(6, generator=expected))


def exit_code_of_fork(function):
    """Return the exit code of a forked process that calls a function; None if it hangs."""
    process = multiprocessing.get_context("fork").Process(target=function)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Python 3.12: threads and forks
        process.start()
    process.join(60)
    code = process.exitcode
    process.kill()
    return code


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork"
)
class TestForks:
    @pytest.mark.usefixtures("two_threads")
    def test_a_process_forked_while_another_thread_fits_can_fit(self):
        state = torch.default_generator.get_state()
        plan, inside, go = make_plan(make_data(64)), threading.Event(), threading.Event()

        def fit():
            with isolated(7):
                inside.set()
                go.wait()

        def there():
            assert torch.get_num_threads() == 2
            assert torch.equal(torch.default_generator.get_state(), state)
            train([plan])

        thread = threading.Thread(target=fit)
        thread.start()
        inside.wait()
        try:
            assert exit_code_of_fork(there) == 0
        finally:
            go.set()
            thread.join()
        assert torch.get_num_threads() == 2
        train([plan])

    @pytest.mark.usefixtures("two_threads")
    def test_a_process_that_a_fit_forks_is_inside_of_that_fit(self):
        plan = make_plan(make_data(64))

        def there():
            assert torch.get_num_threads() == 1
            train([plan])
            assert torch.get_num_threads() == 1

        with isolated(7):
            assert exit_code_of_fork(there) == 0
