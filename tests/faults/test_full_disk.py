"""A disk that is full while a file is written leaves the file that was there."""

import resource
import signal
from contextlib import contextmanager

import numpy as np
import pytest

import sklearn_deep
from tests._support.searches.small import X, Y, network


@contextmanager
def disk_of(n_bytes):
    """Let no file grow beyond a size, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_saved_file_is_not_destroyed(tmp_path):
    path = tmp_path / "model.skops"
    first = network().fit(X, Y)
    sklearn_deep.save(first, path)
    larger = network().set_params(hidden_layer_sizes=(256, 256)).fit(X, Y)
    with disk_of(10_000), pytest.raises(OSError, match="File too large"):
        sklearn_deep.save(larger, path)
    assert [file.name for file in tmp_path.iterdir()] == ["model.skops"]  # no rest of the other
    np.testing.assert_array_equal(sklearn_deep.load(path).predict(X), first.predict(X))
    sklearn_deep.save(larger, path)
    np.testing.assert_array_equal(sklearn_deep.load(path).predict(X), larger.predict(X))
