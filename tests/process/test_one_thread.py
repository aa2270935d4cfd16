"""Numbers of threads are 1 inside, and are restored when the last Python thread leaves."""

import threading
from contextlib import contextmanager

import pytest
import torch
from threadpoolctl import ThreadpoolController

from sklearn_deep._process import one_thread

BLAS = ThreadpoolController().select(user_api="blas").lib_controllers


def numbers():
    """Return the numbers of threads of torch, for this Python thread, and of BLAS."""
    return [torch.get_num_threads(), *(library.num_threads for library in BLAS)]


@pytest.fixture(autouse=True)
def two():
    """Set two threads for torch and BLAS; return these numbers."""
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        before = torch.get_num_threads()
        torch.set_num_threads(2)
        yield numbers()
        torch.set_num_threads(before)


@contextmanager
def another_thread():
    """Yield a function that enters or leaves a block in another Python thread, and returns numbers there."""
    step, done, told = threading.Semaphore(0), threading.Semaphore(0), []

    def work():
        told.append(numbers())
        for blocks in (one_thread(), None):
            step.acquire()
            if blocks is not None:
                inside = blocks
                inside.__enter__()
            else:
                inside.__exit__(None, None, None)
            told.append(numbers())
            done.release()

    thread = threading.Thread(target=work)
    thread.start()

    def go():
        step.release()
        done.acquire()
        return told[-1]

    yield go
    thread.join()


def test_numbers_are_one_inside_and_restored_afterward(two):
    with one_thread():
        assert set(numbers()) == {1}
        with one_thread():
            assert set(numbers()) == {1}
        assert set(numbers()) == {1}
    assert numbers() == two


def test_the_first_that_enters_may_leave_first(two):
    with another_thread() as other:
        block = one_thread()
        block.__enter__()
        assert set(other()) == {1}
        block.__exit__(None, None, None)
        # BLAS has one number for the process; torch has one per Python thread.
        assert numbers() == [2, *[1] * len(BLAS)]
        assert other() == two
        assert numbers() == two


def test_the_first_that_enters_may_leave_last(two):
    with another_thread() as other:
        with one_thread():
            assert set(other()) == {1}
            assert other() == [2, *[1] * len(BLAS)]
            assert set(numbers()) == {1}
        assert numbers() == two
